"""What an officer may see of tips and clues: by jurisdiction, agency and role.

A tip that involves an official is for role `discipline` only (domain.md §5.3: need to know);
for everyone else it is not there: not in lists, counts, nearby offers or ledgers.
"""

from dataclasses import dataclass

from casework.officers.models import Officer
from casework.officers.roles import Permission, Role
from casework.terms import Agency

# These coordinate both agencies (the joint office of the campaign plan); others see their own.
_BOTH_AGENCIES = frozenset({Role.TRIAGE, Role.LIAISON, Role.LEADER})
_ORDINARY = frozenset(set(Role) - {Role.DISCIPLINE, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Sight:
    """`jurisdiction` is a division-code prefix; `agency` None means both; `officials` and `ordinary` say
    whether tips that involve an official, and those that do not, are seen at all."""

    officer_id: int
    jurisdiction: str
    agency: Agency | None
    ordinary: bool
    officials: bool

    def covers(self, *, jurisdiction: str, involves_official: bool, agency: Agency | None = None) -> bool:
        """Whether one thing is seen; queries ask the same of many with `casework.tips.queries.within`."""
        if involves_official:
            return self.officials and jurisdiction.startswith(self.jurisdiction)
        return (
            self.ordinary
            and jurisdiction.startswith(self.jurisdiction)
            and (self.agency is None or agency is None or agency == self.agency)
        )


def sight_of(officer: Officer) -> Sight:
    roles = officer.roles
    return Sight(
        officer_id=officer.id,
        jurisdiction=officer.jurisdiction,
        agency=None if roles & _BOTH_AGENCIES else officer.agency,
        ordinary=bool(roles & _ORDINARY) and bool(officer.permissions & _READS),
        officials=Role.DISCIPLINE in roles,
    )


_READS = frozenset(
    {Permission.READ_INBOX, Permission.READ_CLUES, Permission.READ_CASES, Permission.READ_LEDGERS}
)
