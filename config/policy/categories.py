"""What can be reported, in the villager's and the officer's words, and why a tip may be declined."""

from dataclasses import dataclass

from config.policy.basis import Basis
from config.policy.reading import Files, Row
from config.policy.shelf import Versions


@dataclass(frozen=True)
class TipCategory:
    """`words` and `hint` are for the informant, `label` for the officer, `statute` the plan's own text."""

    key: str
    words: str
    hint: str
    label: str
    statute: str
    agency: str
    basis: Basis


@dataclass(frozen=True)
class Choice:
    """An option of the form: a mineral, a class of land, a disguise."""

    key: str
    words: str
    label: str
    basis: Basis


@dataclass(frozen=True)
class DeclineReason:
    """`label` is what the officer picks, `sentence` what the informant reads, `hand_to` a body's key or ''."""

    key: str
    label: str
    sentence: str
    hand_to: str
    basis: Basis


@dataclass(frozen=True)
class CategoryBook:
    categories: Versions[TipCategory]
    disguises: Versions[Choice]
    minerals: Versions[Choice]
    land_classes: Versions[Choice]
    decline_reasons: Versions[DeclineReason]


def read_categories(files: Files) -> CategoryBook:
    kinds = ("category", "disguise", "mineral", "land_class", "decline_reason")
    file = files.file("categories.toml", kinds)
    return CategoryBook(
        categories=file.versions("category", _category),
        disguises=file.versions("disguise", _choice),
        minerals=file.versions("mineral", _choice),
        land_classes=file.versions("land_class", _choice),
        decline_reasons=file.versions("decline_reason", _decline_reason),
    )


def _category(row: Row) -> TipCategory:
    return TipCategory(
        key=row.text("key"),
        words=row.text("words"),
        hint=row.text("hint"),
        label=row.text("label"),
        statute=row.text("statute"),
        agency=row.text("agency"),
        basis=row.basis(),
    )


def _choice(row: Row) -> Choice:
    return Choice(row.text("key"), row.text("words"), row.text("label"), row.basis())


def _decline_reason(row: Row) -> DeclineReason:
    return DeclineReason(
        row.text("key"), row.text("label"), row.text("sentence"), row.text("hand_to", ""), row.basis()
    )
