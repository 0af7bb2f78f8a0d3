"""Who sees what: agency, jurisdiction, role; and what involves an official is discipline's alone."""

from itertools import product

import pytest
from sqlalchemy import select

from casework.clues import queries as clue_queries
from casework.clues.models import Clue
from casework.db import Database
from casework.officers.models import Officer, OfficerRole
from casework.officers.roles import EXCLUDES, PERMISSIONS, Permission, Role, excluded_pairs, permissions_of
from casework.officers.sight import Sight, sight_of
from casework.tips import inbox
from casework.tips.models import Tip
from tests.factories.clues import register
from tests.factories.officers import CITY, COUNTY, NR, OTHER_TOWN, PS, TOWN, officer
from tests.factories.tips import new_tip
from tests.machine.key_folders import KeyFolders

SEES_ORDINARY = {
    Role.TRIAGE,
    Role.INVESTIGATOR,
    Role.LIAISON,
    Role.LEADER,
    Role.REWARD_CLERK,
    Role.AUDITOR,
}
SEES_BOTH_AGENCIES = {Role.TRIAGE, Role.LIAISON, Role.LEADER}


def of(*roles: Role, jurisdiction: str = COUNTY) -> Sight:
    return sight_of(
        Officer(
            id=1, agency=NR, jurisdiction=jurisdiction, role_rows=[OfficerRole(role=role) for role in roles]
        )
    )


@pytest.mark.parametrize("role", list(Role))
def test_what_each_role_sees(role: Role) -> None:
    sight = of(role)
    assert sight.ordinary is (role in SEES_ORDINARY)
    assert sight.officials is (role is Role.DISCIPLINE)
    assert (sight.agency is None) is (role in SEES_BOTH_AGENCIES)


def test_an_administrator_sees_no_tip_at_all() -> None:
    sight = of(Role.ADMINISTRATOR)
    assert not any(
        sight.covers(jurisdiction=COUNTY, involves_official=official) for official in (True, False)
    )
    assert not PERMISSIONS[Role.ADMINISTRATOR] - {Permission.MANAGE_OFFICERS}


def test_discipline_with_an_ordinary_role_sees_both() -> None:
    sight = of(Role.DISCIPLINE, Role.TRIAGE)
    assert sight.ordinary
    assert sight.officials


@pytest.mark.parametrize(
    "theirs, thing, seen",
    [
        (CITY, COUNTY, True),
        (COUNTY, COUNTY, True),
        (COUNTY, TOWN, True),
        (TOWN, TOWN, True),
        (TOWN, OTHER_TOWN, False),
        (TOWN, COUNTY, False),
        (COUNTY, "141123", False),
        (COUNTY, "141123101", False),
    ],
)
def test_a_jurisdiction_covers_what_lies_within(theirs: str, thing: str, seen: bool) -> None:
    assert of(Role.TRIAGE, jurisdiction=theirs).covers(jurisdiction=thing, involves_official=False) is seen
    assert of(Role.DISCIPLINE, jurisdiction=theirs).covers(jurisdiction=thing, involves_official=True) is seen


def test_excluded_pairs_are_named() -> None:
    assert excluded_pairs({Role.TRIAGE, Role.INTAKE}) == []
    assert (Role.ADMINISTRATOR, Role.TRIAGE) in excluded_pairs({Role.ADMINISTRATOR, Role.TRIAGE})
    assert all(one not in others for one, others in EXCLUDES)


def test_every_role_has_its_permissions_and_they_add_up() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert permissions_of([Role.INTAKE, Role.CASHIER]) == {Permission.ENTER_TIPS, Permission.PAY_OUT}
    assert permissions_of([]) == frozenset()


def test_lists_and_single_things_are_seen_alike(db: Database, keys: KeyFolders) -> None:
    """`within` in SQL and `covers` in Python must never drift apart: every role, place, agency, both kinds."""
    with db.begin() as session:
        triage = officer(session, Role.TRIAGE)
        discipline = officer(session, Role.DISCIPLINE)
        for town, official in product((TOWN, OTHER_TOWN, None), (True, False)):
            new_tip(session, keys, township=town, involves_official=official)
            for agency in (NR, PS):
                register(
                    session,
                    keys,
                    by=discipline if official else triage,
                    tip={"involves_official": official, "township": town},
                    township=town,
                    agency=agency,
                )
    with db.read() as session:
        tips = list(session.scalars(select(Tip)))
        clues = list(session.scalars(select(Clue)))
        for role, agency, place in product(Role, (NR, PS), (CITY, COUNTY, TOWN)):
            sight = sight_of(
                Officer(id=1, agency=agency, jurisdiction=place, role_rows=[OfficerRole(role=role)])
            )
            listed_tips = set(session.scalars(select(Tip.id).where(inbox.within(sight))))
            listed_clues = set(session.scalars(select(Clue.id).where(clue_queries.within(sight))))
            assert listed_tips == {
                tip.id
                for tip in tips
                if sight.covers(jurisdiction=tip.jurisdiction, involves_official=tip.involves_official)
            }, (role, agency, place)
            assert listed_clues == {
                clue.id
                for clue in clues
                if sight.covers(
                    jurisdiction=clue.jurisdiction,
                    involves_official=clue.involves_official,
                    agency=clue.agency,
                )
            }, (role, agency, place)
