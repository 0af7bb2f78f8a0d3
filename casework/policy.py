"""The policy in force: config/*.toml, read once a process. Data that ships with the code, so it is one for all."""

from functools import cache

from config.policy import Policy, load_policy


@cache
def current() -> Policy:
    """Raises config.policy.PolicyError with every fault listed; app.py asks at start."""
    return load_policy()
