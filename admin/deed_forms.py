"""What a page says of a form that came back: its faults, and what was typed into it."""

from flask_wtf import FlaskForm

_OWN = ("csrf_token", "version")


def faults_of(form: FlaskForm | None) -> list[tuple[str, str]]:
    """(field id, sentence) in the order of the form, for parts/faults.html."""
    return [(field.id, field.errors[0]) for field in form if field.errors] if form is not None else []


def typed(form: FlaskForm | None) -> list[tuple[str, str]]:
    """(label, words) of what somebody wrote into a form that can no longer be sent: nothing typed is lost."""
    found = []
    for field in form or ():
        if field.name in _OWN or field.data in (None, "", False):
            continue
        words = dict(getattr(field, "choices", None) or ()).get(field.data, field.data)
        found.append((field.label.text, str(words)))
    return found
