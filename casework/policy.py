"""The policy in force today: config/*.toml, read once a process. Data that ships with the code, one for all."""

from functools import cache

from casework import calendar
from config.policy import Policy, PolicyBook, load_book


@cache
def book() -> PolicyBook:
    """Every version of every rule. Raises config.policy.PolicyError with all faults; app.py asks at start."""
    return load_book()


def current() -> Policy:
    """What is in force on this local day; a rule that comes into force does so without a restart."""
    return book().on(calendar.today())
