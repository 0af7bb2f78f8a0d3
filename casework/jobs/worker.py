"""The worker: answers bells at once, and sweeps each minute for whatever no bell told of."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from casework.bells import Bells
from casework.cases.reward_clocks import owe_reward_decisions
from casework.db import Database
from casework.errors import CaseworkError
from casework.evidence import actions as evidence
from casework.evidence import cleaning
from casework.evidence.queries import waiting_ids
from casework.jobs.photos import clean_photo
from casework.rewards.payouts import claims_waiting, issue_payout_number
from casework.rewards.waivers import drop_idle_clocks, settle_waiver, waived_rewards
from casework.tips import reading
from casework.tips.models import Tip
from casework.trail import blocks
from casework.vault.images import Cleaner
from casework.vault.keys import OfficeKeys
from casework.vault.storage import open_store
from config.settings import Settings

log = logging.getLogger("qingshan.worker")
EVERY = 60.0  # seconds between sweeps


class Worker:
    def __init__(self, settings: Settings, db: Database, keys: OfficeKeys) -> None:
        self.settings, self.db, self.keys = settings, db, keys
        self.store = open_store(settings.evidence_url, settings.s3)
        self.cleaner = Cleaner()
        self.bells = Bells(settings.queue_url, self.answer)
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Until SIGTERM or SIGINT. Bells are heard by huey's consumer in this thread, sweeps by another."""
        sweeper = threading.Thread(target=self._sweep_on, name="sweep", daemon=True)
        sweeper.start()
        consumer = self.bells.queue.create_consumer(
            workers=1, periodic=False, initial_delay=0.05, backoff=1.2, max_delay=1.0, scheduler_interval=5
        )
        log.info("worker up")
        try:
            consumer.run()
        finally:
            self._stopping.set()
            sweeper.join(timeout=10)
            self.close()

    def close(self) -> None:
        self.cleaner.close()
        self.db.dispose()

    def answer(self, name: str, number: int) -> None:
        """One bell. A failure is logged and left to the sweep."""
        deeds: dict[str, Callable[[int], None]] = {"photo": self.clean, "claim": self.issue}
        with self._one_at_a_time:
            self._guarded(name, lambda: deeds[name](number) if name in deeds else None)

    def clean(self, evidence_id: int) -> None:
        clean_photo(self.db, self.store, self.cleaner, self.keys, evidence_id)

    def issue(self, claim_id: int) -> None:
        with self.db.begin() as session:
            issue_payout_number(session, claim_id, self.keys)

    def sweep(self) -> None:
        """Every piece of work, found from its row. Each part stands alone: one that fails stops no other."""
        with self._one_at_a_time:
            for name, part in (
                ("shelve", self._shelve),
                ("photos", self._photos),
                ("drafts", self._drafts),
                ("claims", self._claims),
                ("waivers", self._waivers),
                ("reward clocks", self._reward_clocks),
                ("trail", self._trail),
            ):
                self._guarded(name, part)

    def _sweep_on(self) -> None:
        while not self._stopping.is_set():
            started = time.monotonic()
            self.sweep()
            self._stopping.wait(max(1.0, EVERY - (time.monotonic() - started)))

    def _guarded(self, name: str, part: Callable[[], None]) -> None:
        try:
            part()
        except CaseworkError as error:
            log.warning("%s: %s", name, error.code)
        except Exception as error:  # noqa: BLE001 - the worker outlives whatever one piece of work does
            log.error("%s failed: %s", name, type(error).__name__)

    def _shelve(self) -> None:
        with self.db.read() as session:
            waiting = reading.unshelved_ids(session)
        for tip_id in waiting:
            self._guarded("shelve", lambda number=tip_id: self._shelve_one(number))  # type: ignore[misc]

    def _shelve_one(self, tip_id: int) -> None:
        with self.db.begin() as session:
            tip = session.get(Tip, tip_id)
            if tip is not None:
                reading.shelve(session, tip=tip, keys=self.keys)

    def _photos(self) -> None:
        with self.db.read() as session:
            waiting = waiting_ids(session)
        started = time.monotonic()
        for evidence_id in waiting:
            if time.monotonic() - started > EVERY / 2:
                return  # the trail is bound each minute, however long hostile photos take
            self._guarded("photo", lambda number=evidence_id: self.clean(number))  # type: ignore[misc]

    def _drafts(self) -> None:
        with self.db.begin() as session:
            blobs = evidence.throw_away_expired(session)
        cleaning.throw_away(self.store, blobs)

    def _claims(self) -> None:
        with self.db.read() as session:
            waiting = claims_waiting(session)
        for claim_id in waiting:
            self._guarded("claim", lambda number=claim_id: self.issue(number))  # type: ignore[misc]

    def _waivers(self) -> None:
        with self.db.read() as session:
            waived = waived_rewards(session)
        for reward_id in waived:
            with self.db.begin() as session:
                settle_waiver(session, reward_id)

    def _reward_clocks(self) -> None:
        with self.db.begin() as session:
            owe_reward_decisions(session)
            drop_idle_clocks(session)

    def _trail(self) -> None:
        with self.db.begin() as session:
            blocks.seal_block(session)
        with self.db.read() as session:
            blocks.write_anchor(session, keys=self.keys, folder=Path(self.settings.anchors))
