"""The promise behind all of it: marked words of a tip are found in no byte outside the key folders.

And with the portal's and the receipt keys alone nothing that is stored opens.
"""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, select

from casework import schema
from casework.bells import Bells
from casework.db import Database, after_commit
from casework.evidence.arriving import ArrivingFile
from casework.evidence.drafts import keep_drafts
from casework.identities.actions import ask_identity
from casework.officers import sign_in
from casework.officers.actions import keep_held_key
from casework.officers.models import Officer
from casework.officers.queries import newest_public_key
from casework.officers.roles import Role
from casework.terms import Datum, EvidenceKind, IdentityKind, PointSource, SubjectKind
from casework.tips import actions, lookup, reading
from casework.tips.models import Tip
from casework.tips.submission import Point, Submission
from casework.trail import COMMAND
from casework.vault import codes, sealing
from casework.vault.keys import OfficeKeys, Ring, x25519_public
from casework.vault.sealing import SealBroken
from casework.vault.storage import FolderStore
from tests.factories.officers import TOWN, officer
from tests.factories.tips import receipt_of, said, seals, send, tip_of
from tests.factories.traces import forms_of, forms_of_number, postgres_dump, traces
from tests.machine.key_folders import KeyFolders

WORDS = {
    "narrative": "崖下第三棵柿树旁夜里放炮",
    "place": "烂柯岔口往西的土台",
    "subject": "远岫建材有限公司",
    "name": "郑重山",
    "phone": "13800138271",
    "PIN": "730918",
    "supplement": "昨夜又添了一台破碎机",
    "message": "请告知破碎机的颜色",
    "file name": "IMG_柿树_20261120.jpg",
    "camera serial": "SN-88170042-QX",
    "guessed username": "wang.laowu",
    "guessed password": "tiger-monkey-88",
}
NUMBERS = {"longitude": 111.70412345, "latitude": 37.68956789, "given": 111.71034567, "and": 37.69012345}
VILLAGE = "松涛岭村"  # queues and maps need it: plain, and the scanner's own proof
IDENTITY_PRIVATE = b"\x21" * 32


@dataclass
class Story:
    """What one informant sent and what came of it, on one machine."""

    db: Database
    folder: Path
    keys: KeyFolders
    code: str = ""
    form_key: bytes = b""

    def bytes_left(self) -> dict[str, bytes]:
        """Every byte outside the key folders: database, queue, evidence, and the names of files."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        places = {str(path.relative_to(self.folder)): path.read_bytes() for path in files}
        places["names of files"] = "\n".join(places).encode()
        if not self.db.is_sqlite:
            places |= dict(postgres_dump(self.db.url.render_as_string(hide_password=False)))
        return places


@pytest.fixture
def story(db: Database, keys: KeyFolders, tmp_path: Path) -> Story:
    told = Story(db, tmp_path, keys, form_key=codes.new_form_key())
    with db.begin() as session:
        public = x25519_public(IDENTITY_PRIVATE)
        keep_held_key(session, purpose="identity", number=1, public=public, wraps=[], by=COMMAND)
        by = officer(session, Role.TRIAGE)
    photo(told)
    tell(told)
    answer(told, by.id)
    guess(told)
    return told


def photo(story: Story) -> None:
    """One photo that is whole, in pieces, with a serial number inside, and its bell."""
    bells = Bells(f"sqlite:///{story.folder / 'queue.db'}")
    with story.db.begin() as session:
        given = seals(session, story.keys)
    file = ArrivingFile(FolderStore(story.folder / "evidence"), given.reading)
    for _ in range(5):
        file.write(WORDS["camera serial"].encode() * 4000)
    assert file.finish()
    digest = codes.form_key_digest(story.keys.receipt, story.form_key)
    with story.db.begin() as session:
        files = [(EvidenceKind.PHOTO, WORDS["file name"], file)]
        (row,) = keep_drafts(session, files=files, form_digest=digest).rows
        after_commit(session, lambda: bells.ring("photo", row.id))
    bells.queue.storage.close()


def submission() -> Submission:
    given = (NUMBERS["given"], NUMBERS["and"])
    wgs84 = (NUMBERS["longitude"], NUMBERS["latitude"])
    return said(
        WORDS["narrative"],
        township=TOWN,
        village=VILLAGE,
        place=WORDS["place"],
        point=Point(*given, Datum.GCJ02, PointSource.DEVICE, *wgs84, in_county=True),
        subject_kind=SubjectKind.COMPANY,
        subject_name=WORDS["subject"],
        identity=IdentityKind.NAMED,
        informant_name=WORDS["name"],
        informant_phone=WORDS["phone"],
        wants_reward=True,
        claim_pin=WORDS["PIN"],
    )


def tell(story: Story) -> None:
    with story.db.begin() as session:
        key = newest_public_key(session, "identity")
        received = send(session, story.keys, submission(), form_key=story.form_key, identity_key=key)
        assert tip_of(session, received).photo_count == 1
        lookup.add_supplement(
            session,
            receipt_id=receipt_of(session, received).id,
            words=WORDS["supplement"],
            form_key=codes.new_form_key(),
            keys=story.keys.receipt,
            reading=seals(session, story.keys).reading,
        )
    story.code = received.code


def answer(story: Story, officer_id: int) -> None:
    """The office reads, answers and shelves; an identity is asked for; the tip is told again by a second click."""
    with story.db.begin() as session:
        by = session.get_one(Officer, officer_id)
        tip = session.scalars(select(Tip)).one()
        assert reading.read_tip(session, tip=tip, by=by, keys=story.keys.office).place == WORDS["place"]
        actions.send_message(session, tip=tip, words=WORDS["message"], asks=True, by=by)
        reading.shelve(session, tip=tip, keys=story.keys.office)
        ask_identity(
            session, tip_id=tip.id, tip_number=tip.tip_number, reason="核实奖励", holders=("a", "b"), by=by
        )
        assert send(session, story.keys, submission(), form_key=story.form_key).again


def guess(story: Story) -> None:
    """Somebody tries a name that does not exist: often a person's own, with a password of another place."""
    with story.db.begin() as session:
        assert not sign_in.check_password(
            session,
            username=WORDS["guessed username"],
            password=WORDS["guessed password"],
            keys=story.keys.office,
        )


def test_no_marked_word_is_left_anywhere(story: Story) -> None:
    places = story.bytes_left()
    assert max(len(data) for place, data in places.items() if place.startswith("evidence")) > 260_000
    marked = {name: forms_of(word) for name, word in WORDS.items()}
    marked |= {name: forms_of_number(number) for name, number in NUMBERS.items()}
    marked["receipt code"] = forms_of(story.code)
    marked["form key"] = {"raw": story.form_key, "hex": story.form_key.hex().encode()}
    found = {name: traces(forms, places) for name, forms in marked.items()}
    assert not any(found.values()), {name: where for name, where in found.items() if where}


def test_the_scanner_finds_what_is_plain(story: Story) -> None:
    assert traces(forms_of(VILLAGE), story.bytes_left())


@pytest.mark.parametrize("word", ["郑重山", "13800138271", "IMG_1.jpg", "柿树"])
def test_the_scanner_finds_a_word_in_each_of_its_forms(word: str) -> None:
    for around in (b"", b"x", b"xy", b"xyz"):
        left = {"base64": b64encode(around + word.encode() + around)}
        assert traces(forms_of(word), left), around
    for name, form in forms_of(word).items():
        assert len(form) >= 4, name
        assert traces(forms_of(word), {"here": b"\x00" + form + b"\x00"})
    assert traces(forms_of_number(111.5), {"row": b"\x00" + b"\x00\x00\x00\x00\x00\xe0[@"})
    assert not traces(forms_of(word), {"elsewhere": "山重郑 gpj.1_GMI".encode()})


def test_portal_and_receipt_keys_open_nothing_that_is_stored(story: Story) -> None:
    """Every sealed value of every table, tried with every key of both folders in every way there is."""
    portal, receipt = story.keys.portal, story.keys.receipt
    held = [portal.cookie, portal.token, portal.limiter, receipt.code, receipt.pin_pepper]
    held += [*portal.draft.keys.values(), *receipt.receipt_pepper.keys.values()]
    values = sealed_values(story.db)
    assert len(values) >= 9
    for place, ref, value in values:
        for key in held:
            assert not opens(value, key, ref), place


def sealed_values(db: Database) -> list[tuple[str, str, bytes]]:
    """(column, the row's ref, value) of what is sealed: longer than a digest, shorter than nothing."""
    found = []
    with db.read() as session:
        for table in schema.metadata().sorted_tables:
            columns = [c for c in table.columns if isinstance(c.type, LargeBinary) and c.type.length is None]
            if "ref" not in table.columns or not columns:
                continue
            for row in session.execute(select(table)).mappings():
                found += [
                    (f"{table.name}.{column.name}", str(row["ref"]), bytes(row[column.name]))
                    for column in columns
                    if row[column.name] is not None
                ]
    return found


def opens(value: bytes, key: bytes, ref: str) -> bool:
    ring = Ring(1, {0: key, 1: key})
    pretended = OfficeKeys(ring, ring, key, key, key, key, key)
    abouts = [
        sealing.context(table, ref, field)
        for table in ("tips", "supplements", "messages", "identities", "evidence")
        for field in ("key", "words", "name", "office", "informant", "clean_key")
    ]
    for about in abouts:
        try:
            sealing.unwrap(value, pretended, about)
        except SealBroken:
            continue
        return True
    try:
        AESGCM(key).decrypt(value[3:15], value[15:], None)
    except (InvalidTag, ValueError):
        return False
    return True


def test_the_same_values_open_with_the_offices_keys(story: Story) -> None:
    """So that the test before fails when it tries in a way that could open nothing at all."""
    office = story.keys.office
    opened = set()
    for place, ref, value in sealed_values(story.db):
        for table in ("tips", "supplements", "evidence"):
            try:
                sealing.unwrap(value, office, sealing.context(table, ref, "key"))
            except SealBroken:
                continue
            opened.add(place)
    assert opened == {"tips.key_wrap", "supplements.key_wrap", "evidence.key_wrap"}
