"""Logs tell what happened, never to whom: no address, no query string, no body, no name."""

import logging
import sys


def set_up_logging(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Werkzeug and huey tell addresses and arguments at INFO.
    for noisy in ("werkzeug", "huey", "huey.consumer", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
