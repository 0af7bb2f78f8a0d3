"""Who did it: an officer, or one of those who have no account."""

from dataclasses import dataclass
from typing import Protocol

from casework.terms import N_, Term


class ActorKind(Term):
    OFFICER = "officer", N_("办案人员")
    INFORMANT = "informant", N_("举报人")
    WORKER = "worker", N_("系统")
    COMMAND = "command", N_("命令行")


class Actor(Protocol):
    """Anything that can act; `Officer` is one."""

    @property
    def actor_kind(self) -> ActorKind: ...

    @property
    def actor_id(self) -> int | None: ...


@dataclass(frozen=True)
class _Unnamed:
    actor_kind: ActorKind
    actor_id: int | None = None


# An informant acts, but the trail never says which: the tip number stands in `about`.
INFORMANT: Actor = _Unnamed(ActorKind.INFORMANT)
WORKER: Actor = _Unnamed(ActorKind.WORKER)
COMMAND: Actor = _Unnamed(ActorKind.COMMAND)
