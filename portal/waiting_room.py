"""Many deeds from one address: beyond a generous amount a page asks to wait. Nobody is refused, no address is kept.

One village often shares one address (confidentiality.md, "Citizens' addresses").
"""

import ipaddress
import logging
from typing import Any

from flask import current_app, g, request
from limits.storage import RedisStorage

from casework import calendar
from casework.vault import codes, passwords, tokens
from casework.vault.keys import PortalKeys
from casework.vault.tokens import TokenBad
from portal.memory_counters import MemoryCounters

log = logging.getLogger("qingshan.portal")

FIELD = "wait"
WINDOW = 600  # seconds; keys of a window that is over are useless
RIPE_AFTER = 8
LIFE = 600
MEGABYTE = 1024 * 1024
FREE = {"look-up": 30, "tip": 10, "supplement": 30, "claim": 30, "bytes": 600 * MEGABYTE}


class WaitingRoom:
    def __init__(self, url: str, keys: PortalKeys) -> None:
        self._counters: Any = (
            RedisStorage(url, socket_timeout=1, socket_connect_timeout=1)
            if url.startswith("redis")
            else MemoryCounters()
        )
        self._keys = keys

    def may_pass(self, deed: str, *, weight: int = 1) -> bool:
        """Within the free amount, or with a token that has waited; a token passes once."""
        return self._count(deed, weight) <= FREE[deed] or self.has_waited()

    def has_waited(self) -> bool:
        """Whether this request brings a ripe token. Asked twice of one request, the answer is the same."""
        if "has_waited" not in g:
            g.has_waited = self._use_up(_shown())
        return bool(g.has_waited)

    def token(self) -> str:
        """For the page that asks to wait; one that is still ripening is given back, so that its clock runs on."""
        shown = _shown()
        return shown if self._kind(shown) == "early" else self._new_token()

    def _new_token(self) -> str:
        return tokens.sign(self._keys.token, FIELD, passwords.new_session_token()[:22])

    def _use_up(self, token: str) -> bool:
        try:
            name = tokens.read_signed(self._keys.token, FIELD, token, min_age=RIPE_AFTER, max_age=LIFE)
        except TokenBad:
            return False
        return self._add(f"waited:{name}", 1) == 1

    def _kind(self, token: str) -> str:
        try:
            tokens.read_signed(self._keys.token, FIELD, token, min_age=RIPE_AFTER, max_age=LIFE)
        except TokenBad as bad:
            return bad.kind
        return ""

    def _count(self, deed: str, weight: int) -> int:
        window = int(calendar.now().timestamp()) // WINDOW
        name = codes.limiter_key(self._keys.limiter, window, _neighbourhood(request.remote_addr or ""))
        return self._add(f"{deed}:{name}", weight)

    def _add(self, name: str, amount: int) -> int:
        try:
            return int(self._counters.incr(name, WINDOW + LIFE, amount))
        except Exception as error:  # noqa: BLE001 - whatever ails the counters, people are let through
            log.warning("counters unavailable: %s", type(error).__name__)
            return 1


def waiting_room() -> WaitingRoom:
    """The one of the application that answers now."""
    found: WaitingRoom = current_app.extensions["qingshan_waiting_room"]
    return found


def _shown() -> str:
    """The token in the form, or beside a piece of an upload."""
    if request.headers.get("X-Wait"):
        return request.headers["X-Wait"]
    return (
        request.form.get(FIELD, "")
        if request.mimetype.startswith(("multipart/", "application/x-www"))
        else ""
    )


def _neighbourhood(address: str) -> str:
    """Of IPv6 the network: one household changes the rest at will."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6 and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
