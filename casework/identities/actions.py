"""Sealing an identity, and opening one with two passphrases in a process that ends right after."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, trail
from casework.errors import Invalid, NotAllowed, NotFound, WrongState
from casework.identities.models import Identity, IdentityRequest
from casework.officers.queries import pair_wrap
from casework.trail import Actor, Deed
from casework.vault.holders import Holder, open_held_key
from casework.vault.sealing import PublicKey, context, open_identity, seal_identity

PURPOSE = "identity"
SHORTEST_REASON = 4
REQUEST_LIFE = timedelta(minutes=10)  # both passphrases within it (confidentiality.md)


@dataclass(frozen=True)
class OpenedIdentity:
    name: str = field(repr=False)
    phone: str = field(repr=False)


def keep_identity(session: Session, *, tip_id: int, ref: str, name: str, phone: str, key: PublicKey) -> None:
    """Seals name and telephone to the identity key before they touch the database."""
    sealed = seal_identity(f"{name}\n{phone}", key, context("identities", ref, "words"))
    session.add(Identity(tip_id=tip_id, ref=ref, key_number=key.number, sealed=sealed))


def ask_identity(
    session: Session, *, tip_id: int, tip_number: str, reason: str, holders: tuple[str, str], by: Actor
) -> IdentityRequest:
    """Records who asks for an identity and why, before anything is opened. Raises Invalid, NotFound."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid("reason", "too_short")
    _identity(session, tip_id)
    first, second = sorted(holders)
    request = IdentityRequest(
        tip_id=tip_id,
        asked_at=calendar.now(),
        reason=reason.strip(),
        first_holder=first,
        second_holder=second,
    )
    session.add(request)
    session.flush()
    trail.record(
        session,
        deed=Deed.ASK_IDENTITY,
        by=by,
        about=("tip", tip_number),
        facts={"reason": f"request:{request.id}"},
    )
    return request


def open_one_identity(
    session: Session, *, request: IdentityRequest, tip_number: str, holders: tuple[Holder, Holder], by: Actor
) -> OpenedIdentity:
    """Opens the one identity that was asked for, once, within ten minutes, by the two who were named.

    Raises WrongState when it is too late, NotAllowed for other holders, SealBroken on a wrong passphrase.
    """
    names = (holders[0].name, holders[1].name)
    if request.opened_at is not None or calendar.now() - request.asked_at > REQUEST_LIFE:
        raise WrongState("this request is used up; ask again")
    if sorted(names) != [request.first_holder, request.second_holder]:
        raise NotAllowed("others were asked for")
    identity = _identity(session, request.tip_id)
    wrap = pair_wrap(session, purpose=PURPOSE, number=identity.key_number, holders=names)
    private = open_held_key(PURPOSE, wrap, *holders)
    words = open_identity(
        identity.sealed, private, identity.key_number, context("identities", identity.ref, "words")
    )
    request.opened_at = calendar.now()
    trail.record(
        session,
        deed=Deed.OPEN_IDENTITY,
        by=by,
        about=("tip", tip_number),
        facts={"holders": sorted(names)},
    )
    name, _, phone = words.rpartition("\n")
    return OpenedIdentity(name, phone)


def _identity(session: Session, tip_id: int) -> Identity:
    identity = session.scalars(select(Identity).where(Identity.tip_id == tip_id)).first()
    if identity is None:
        raise NotFound("no identity was left with this tip")
    return identity
