"""An office with the people of the reward's way in it, each with a browser."""

from dataclasses import dataclass

import pyotp

from casework import calendar
from casework.db import Database
from casework.officers.models import Officer
from casework.officers.sign_in import check_otp
from casework.rewards import claims, payouts
from casework.rewards.models import Reward
from casework.tips.actions import receipt_of
from casework.vault.codes import informant_key
from tests.clients import Browser
from tests.factories import rewards as make
from tests.factories.office import Office
from tests.factories.rewards import TOTP_SECRET, BorneOut, People
from tests.machine.key_folders import KeyFolders


@dataclass
class RewardOffice:
    office: Office
    people: People

    @property
    def db(self) -> Database:
        return self.office.db

    @property
    def keys(self) -> KeyFolders:
        return self.office.keys

    def browser(self, officer: Officer | str) -> Browser:
        """Signed in by the time code alone: these accounts have no password to hash."""
        who = getattr(self.people, officer) if isinstance(officer, str) else officer
        with self.db.begin() as session:
            session.get_one(Officer, who.id).totp_last_step = None
            code = pyotp.TOTP(TOTP_SECRET).at(calendar.now())
            token = check_otp(session, officer_id=who.id, otp=code, keys=self.keys.office)
        assert token
        browser = Browser(self.office.app)
        browser.http.set_cookie("office", token, path="/admin")
        return browser

    def borne_out(self, **made: object) -> BorneOut:
        with self.db.begin() as session:
            return make.borne_out(session, self.keys, self.people, pin=None, **made)  # type: ignore[arg-type]

    def fill_fund(self, yuan: int = 500_000) -> None:
        with self.db.begin() as session:
            make.fill_fund(session, self.people, yuan)

    def reviewed(self, base_yuan: int = 20_000) -> Reward:
        found = self.borne_out()
        with self.db.begin() as session:
            return make.reviewed(session, self.people, found, base_yuan)

    def approved(self, found: BorneOut, base_yuan: int = 20_000) -> Reward:
        with self.db.begin() as session:
            return make.approved(session, self.people, found, base_yuan)

    def number_for(self, found: BorneOut) -> str:
        """The payout number of an approved reward, as its informant reads it."""
        with self.db.begin() as session:
            receipt = receipt_of(session, found.tip.id)
            payouts.issue_payout_number(session, make.claim(session, receipt.id).id, self.keys.office)
            private = informant_key(self.keys.receipt, found.code, receipt.key_version).private
            number = claims.read_payout_number(session, receipt_id=receipt.id, private_key=private)
        assert number
        return number


def reward_office(office: Office) -> RewardOffice:
    with office.db.begin() as session:
        people = make.people(session, office.keys)
    return RewardOffice(office, people)
