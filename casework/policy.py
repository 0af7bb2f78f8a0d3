"""The policy in force: config/*.toml, read once a process. Data that ships with the code, so it is one for all."""

from functools import cache

from casework import calendar
from config.policy import Policy, PolicyBook, load_book


@cache
def book() -> PolicyBook:
    """Raises config.policy.PolicyError with every fault listed; app.py asks at start."""
    return load_book()


def current() -> Policy:
    """What is in force today: a rule that begins tomorrow does so without a restart."""
    return book().on(calendar.today())
