"""Very many tips and clues, laid down in bulk: rows as the product would have left them, words sealed and all."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from casework import calendar
from casework.clues.models import Clue, ClueTip
from casework.db import Database
from casework.duties.models import Duty
from casework.officers.models import Officer
from casework.officers.queries import newest_public_key
from casework.terms import (
    Agency,
    Category,
    Channel,
    ClueState,
    DutyState,
    IdentityKind,
    Ongoing,
    SubjectKind,
    TipState,
)
from casework.tips.models import Tip
from casework.tips.submission import TipWords
from casework.vault.sealing import PublicKey, context, new_data_key, new_ref, seal_words, wrap_for_office

TOWNS = ("141122100", "141122101", "141122102", "141122103", "141122106")
VILLAGES = ("青石沟村", "云窝村", "松涛岭村", "柳叶坪村", "枣花湾村", "白鹭滩村")
SAID = "夜里十一点以后有两台挖机在沟底挖石料，四辆没有牌照的车往北拉，天亮前收工。"
PRESSING = 0.02  # one in fifty goes on now
BATCH = 2000


def lay(db: Database, *, tips: int, clues: int) -> None:
    """`tips` that wait in the inbox, and `clues` on the desk with one tip of their own each."""
    with db.read() as session:
        reading = newest_public_key(session, "reading")
        officers = list(session.scalars(select(Officer.id)))
    chance, now = random.Random(11), calendar.now()
    for numbers in _batches(tips + clues):
        rows = [_tip(number, number > tips, reading, chance, now) for number in numbers]
        with db.begin() as session:
            session.execute(insert(Tip), rows)
            if clocks := [_duty(row, now) for row in rows if row["state"] is TipState.NEW]:
                session.execute(insert(Duty), clocks)
    for numbers in _batches(clues):
        with db.begin() as session:
            session.execute(insert(Clue), [_clue(number, officers, chance, now) for number in numbers])
            joined = {"first": True, "joined_at": now, "joined_by": officers[0]}
            session.execute(insert(ClueTip), [{"tip_id": tips + n, "clue_id": n, **joined} for n in numbers])
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _batches(count: int) -> Iterator[range]:
    for begin in range(1, count + 1, BATCH):
        yield range(begin, min(begin + BATCH, count + 1))


def _tip(
    number: int, taken: bool, reading: PublicKey, chance: random.Random, now: datetime
) -> dict[str, Any]:
    ref, data_key = new_ref(), new_data_key()
    town = chance.choice(TOWNS)
    pressing = chance.random() < PRESSING
    return {
        "id": number,
        "ref": ref,
        "tip_number": f"JB-2025-{number:04d}",
        "received_at": now - timedelta(minutes=7 * (1_000_000 - number) / 100),
        "channel": chance.choice(list(Channel)),
        "state": TipState.REGISTERED if taken else TipState.NEW,
        "category": chance.choice(list(Category)),
        "jurisdiction": town,
        "township": town,
        "village": chance.choice(VILLAGES),
        "outside_county": False,
        "ongoing": Ongoing.YES if pressing else Ongoing.UNKNOWN,
        "urgent": pressing,
        "subject_kind": SubjectKind.UNKNOWN,
        "identity": IdentityKind.ANONYMOUS,
        "wants_reward": False,
        "involves_official": chance.random() < 0.01,
        "photo_count": chance.randrange(4),
        "key_wrap": wrap_for_office(data_key, reading, context("tips", ref, "key")),
        "sealed_words": seal_words(
            data_key, TipWords(narrative=SAID).as_text(), context("tips", ref, "words")
        ),
    }


def _duty(tip: dict[str, Any], now: datetime) -> dict[str, Any]:
    started: datetime = tip["received_at"]
    return {
        "rule": "triage",
        "about_kind": "tip",
        "about_id": tip["id"],
        "state": DutyState.OPEN,
        "started_at": started,
        "due_at": now + (started - now) / 500 + timedelta(days=3),
    }


def _clue(number: int, officers: list[int], chance: random.Random, now: datetime) -> dict[str, Any]:
    town, assigned = chance.choice(TOWNS), chance.random() < 0.7
    closed = chance.random() < 0.5
    state = ClueState.CLOSED_OFF if closed else ClueState.ASSIGNED if assigned else ClueState.REGISTERED
    registered = now - timedelta(minutes=chance.randrange(500_000))
    return {
        "id": number,
        "clue_number": f"QS-2025-{number:04d}",
        "state": state,
        "registered_at": registered,
        "registered_by": officers[0],
        "updated_at": registered,
        "category": chance.choice(list(Category)),
        "summary": "夜间两台挖机采石",
        "subject_kind": SubjectKind.UNKNOWN,
        "jurisdiction": town,
        "township": town,
        "village": chance.choice(VILLAGES),
        "urgent": False,
        "involves_official": chance.random() < 0.01,
        "agency": Agency.NATURAL_RESOURCES,
        "handler_id": chance.choice(officers) if assigned else None,
        "next_due_at": None if closed else now + timedelta(minutes=chance.randrange(-20_000, 40_000)),
        "next_due_paused": False,
    }
