"""What tests stand on: PostgreSQL, Redis, Chromium, nginx, fonts. Found where they are, started where they are not.

`python -m tests.machine` (part of `make test`) installs what is missing; here nothing is installed.
"""

from tests.machine.packages import Missing, path_of
from tests.machine.postgres import postgres_url
from tests.machine.redis_server import redis_url

__all__ = ["Missing", "path_of", "postgres_url", "redis_url"]
