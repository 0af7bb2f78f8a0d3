"""留痕: every deed leaves an entry; entries are only added, bound into blocks, and anchored outside."""

from casework.trail.actors import COMMAND, INFORMANT, WORKER, Actor, ActorKind
from casework.trail.deeds import Deed
from casework.trail.entries import record

__all__ = ["COMMAND", "INFORMANT", "WORKER", "Actor", "ActorKind", "Deed", "record"]
