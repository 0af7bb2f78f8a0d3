"""What the story is told with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar
from casework.clues.models import Clue
from casework.officers.models import Officer
from casework.tips.models import Tip
from casework.tips.receiving import Received, Seals
from casework.vault.keys import OfficeKeys
from casework.vault.storage import Store


@dataclass
class Stage:
    """`now` is the moment of telling; what was received and registered is found by the tip's key."""

    session: Session
    seals: Seals
    keys: OfficeKeys
    store: Store
    now: datetime
    officers: dict[str, Officer]
    received: dict[str, Received] = field(default_factory=dict)
    clues: dict[str, Clue] = field(default_factory=dict)

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """So many days ago at an hour of local time, never later than now."""
        local = (self.now.astimezone(calendar.LOCAL) - timedelta(days=days)).replace(
            hour=hour, minute=minute, second=0, microsecond=0
        )
        return min(local, self.now)

    def tip(self, key: str) -> Tip:
        number = self.received[key].tip_number
        return self.session.scalars(select(Tip).where(Tip.tip_number == number)).one()

    def officer(self, username: str) -> Officer:
        return self.officers[username]
