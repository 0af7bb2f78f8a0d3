"""Who may open what: each role at each address, jurisdiction and agency, and what involves an official."""

import pytest

from casework.clues.models import Clue
from casework.officers.roles import Permission, Role, permissions_of
from casework.terms import Agency, TipState
from casework.tips.models import Tip
from tests.clients import Browser, attributes, text_of, words_of
from tests.factories.office import OTHER_TOWN, SPOT, TOWN, Office, on_sqlite

P = Permission
SECRET = "有个管事的人入了石料厂的股"

# (method, address, the permissions any one of which opens it); {tip} and {clue} are numbers.
ROUTES: tuple[tuple[str, str, frozenset[P]], ...] = (
    ("GET", "/admin/inbox", frozenset({P.READ_INBOX})),
    ("GET", "/admin/inbox/{tip}", frozenset({P.READ_INBOX})),
    ("POST", "/admin/inbox/{tip}/register", frozenset({P.TRIAGE_TIPS})),
    ("POST", "/admin/inbox/{tip}/merge", frozenset({P.TRIAGE_TIPS})),
    ("POST", "/admin/inbox/{tip}/decline", frozenset({P.TRIAGE_TIPS})),
    ("POST", "/admin/inbox/{tip}/hand-on", frozenset({P.TRIAGE_TIPS})),
    ("GET", "/admin/intake", frozenset({P.ENTER_TIPS})),
    ("POST", "/admin/intake", frozenset({P.ENTER_TIPS})),
    ("GET", "/admin/intake/received", frozenset({P.ENTER_TIPS})),
    ("POST", "/admin/intake/received", frozenset({P.ENTER_TIPS})),
    ("GET", "/admin/clues", frozenset({P.READ_CLUES})),
    ("POST", "/admin/clues/assign", frozenset({P.ASSIGN_CLUES, P.TAKE_CLUES})),
    ("GET", "/admin/clues/{clue}", frozenset({P.READ_CLUES})),
    ("POST", "/admin/clues/{clue}/assign", frozenset({P.ASSIGN_CLUES})),
    ("POST", "/admin/clues/{clue}/take", frozenset({P.TAKE_CLUES})),
    ("POST", "/admin/clues/{clue}/call", frozenset({P.VERIFY_CLUES, P.ASSIGN_CLUES})),
    ("POST", "/admin/clues/{clue}/visit", frozenset({P.VERIFY_CLUES})),
    ("POST", "/admin/clues/{clue}/find", frozenset({P.VERIFY_CLUES})),
    ("POST", "/admin/clues/{clue}/edit", frozenset({P.VERIFY_CLUES, P.TRIAGE_TIPS})),
    ("POST", "/admin/clues/{clue}/message", frozenset({P.SEND_MESSAGES})),
    ("POST", "/admin/clues/{clue}/photos", frozenset({P.VERIFY_CLUES})),
    ("POST", "/admin/clues/{clue}/conclude", frozenset({P.CONCLUDE_CLUES})),
    ("POST", "/admin/clues/{clue}/close-off", frozenset({P.CLOSE_OFF})),
    ("GET", "/admin/evidence/1/thumb", frozenset({P.READ_INBOX, P.READ_CLUES})),
    ("GET", "/admin/evidence/1/clean", frozenset({P.READ_INBOX, P.READ_CLUES})),
)
BLUEPRINTS = ("inbox.", "intake.", "clues.", "evidence.")


def _call(browser: Browser, method: str, address: str) -> int:
    answer = browser.get(address) if method == "GET" else browser.post(address)
    return answer.status_code


def test_the_table_below_names_every_address_of_these_rooms(sqlite_office: Office) -> None:
    there = {
        (method, str(rule.rule))
        for rule in sqlite_office.app.url_map.iter_rules()
        if rule.endpoint.startswith(BLUEPRINTS)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    adapter = sqlite_office.app.url_map.bind("localhost")
    named = set()
    for method, address, _ in ROUTES:
        rule, _args = adapter.match(
            address.format(tip="JB-2026-0001", clue="QS-2026-0001"), method, return_rule=True
        )
        named.add((method, str(rule.rule)))
    assert named == there


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_role_finds_open_what_its_permissions_open_and_nothing_else(
    sqlite_office: Office, role: Role
) -> None:
    office = sqlite_office
    triage = office.officer(Role.TRIAGE)
    clue, tip = office.clue(by=triage), office.tip().tip_number
    browser = office.enter(role)
    browser.get("/admin/")
    for method, address, permissions in ROUTES:
        status = _call(browser, method, address.format(tip=tip, clue=clue))
        if permissions & permissions_of([role]):
            assert status != 403, (method, address)
        else:
            assert status == 403, (method, address)
    assert office.read_tip(tip).state is TipState.NEW
    refused = [entry for entry in office.entries("refused") if entry.facts["endpoint"].startswith(BLUEPRINTS)]
    assert len(refused) == sum(not (p & permissions_of([role])) for _, _, p in ROUTES)


def test_nobody_gets_in_without_signing_in(sqlite_office: Office) -> None:
    browser = Browser(sqlite_office.app)
    browser.get("/admin/sign-in")
    for method, address, _ in ROUTES:
        answer = (
            browser.http.get(address.format(tip="JB-2026-0001", clue="QS-2026-0001"))
            if method == "GET"
            else browser.http.post(address.format(tip="JB-2026-0001", clue="QS-2026-0001"))
        )
        assert answer.status_code == 303, (method, address)
        assert "/admin/sign-in" in answer.location


@on_sqlite
def test_the_administrator_reads_no_tip(office: Office) -> None:
    office.tip(SECRET)
    browser = office.enter(Role.ADMINISTRATOR)
    for address in ("/admin/", "/admin/inbox", "/admin/clues", "/admin/inbox/JB-2026-0001"):
        assert SECRET not in text_of(browser.get(address))
    assert "glance_inbox" not in office.deeds()


# ── jurisdiction and agency ──
@pytest.fixture
def scattered(office: Office) -> tuple[dict[str, str], dict[str, str]]:
    """A tip and a clue in each of two townships, and a clue of the police."""
    triage = office.officer(Role.TRIAGE)
    tips = {town: office.tip(f"在{town}", township=town).tip_number for town in (TOWN, OTHER_TOWN)}
    clues = {town: office.clue(by=triage, township=town, village="云窝村") for town in (TOWN, OTHER_TOWN)}
    clues["police"] = office.clue(by=triage, agency=Agency.PUBLIC_SECURITY)
    return tips, clues


def test_a_township_station_sees_its_own_township(
    office: Office, scattered: tuple[dict[str, str], dict[str, str]]
) -> None:
    tips, clues = scattered
    browser = office.enter(Role.TRIAGE, Role.INVESTIGATOR, unit="station_shuiyuguan", jurisdiction=TOWN)
    assert attributes(text_of(browser.get("/admin/inbox")), "data-row") == [tips[TOWN]]
    assert OTHER_TOWN not in browser.text()
    rows = attributes(text_of(browser.get("/admin/clues")), "data-row")
    assert clues[OTHER_TOWN] not in rows
    assert clues[TOWN] in rows
    assert browser.get(f"/admin/inbox/{tips[OTHER_TOWN]}").status_code == 404
    assert browser.get(f"/admin/clues/{clues[OTHER_TOWN]}").status_code == 404
    assert browser.post(f"/admin/clues/{clues[OTHER_TOWN]}/visit").status_code == 404
    assert attributes(text_of(browser.get("/admin/clues?q=云窝")), "data-row") == [clues[TOWN]]


def test_each_agency_sees_its_own_clues(
    office: Office, scattered: tuple[dict[str, str], dict[str, str]]
) -> None:
    _, clues = scattered
    police = office.enter(Role.INVESTIGATOR, unit="food_drug_environment_brigade")
    assert attributes(text_of(police.get("/admin/clues")), "data-row") == [clues["police"]]
    assert police.get(f"/admin/clues/{clues[TOWN]}").status_code == 404
    brigade = office.enter(Role.INVESTIGATOR, unit="enforcement_brigade")
    assert clues["police"] not in attributes(text_of(brigade.get("/admin/clues")), "data-row")
    assert brigade.get(f"/admin/clues/{clues['police']}").status_code == 404


@on_sqlite
def test_what_is_registered_beyond_ones_township_goes_out_of_sight_and_says_so(office: Office) -> None:
    number = office.tip(township=TOWN).tip_number
    browser = office.enter(Role.TRIAGE, unit="station_shuiyuguan", jurisdiction=TOWN)
    browser.get(f"/admin/inbox/{number}")
    answer = browser.submit("register", summary="在邻乡", township=OTHER_TOWN)
    assert answer.location == "/admin/inbox"
    assert "不在您能看的范围里" in text_of(browser.get(answer.location))
    (entry,) = office.entries("register_clue")
    assert browser.get(f"/admin/clues/{entry.about_ref}").status_code == 404


# ── what involves an official ──
@pytest.fixture
def sealed(office: Office) -> tuple[str, str, str]:
    """A waiting tip, and a tip with its clue, that involve an official, near an ordinary tip."""
    discipline = office.officer(Role.DISCIPLINE)
    waiting = office.tip(SECRET, involves_official=True, at=SPOT, urgent=True).tip_number
    tip = office.tip(SECRET, involves_official=True, at=SPOT).tip_number
    clue = office.clue(
        by=discipline,
        tip=tip,
        longitude=SPOT[0],
        latitude=SPOT[1],
        summary="公职人员入股",
        subject_name="某某",
    )
    return waiting, tip, clue


OTHERS = (Role.TRIAGE, Role.INVESTIGATOR, Role.LEADER, Role.LIAISON)


@pytest.mark.parametrize("role", OTHERS, ids=str)
def test_for_everyone_else_it_is_not_there(office: Office, sealed: tuple[str, str, str], role: Role) -> None:
    waiting, tip, clue = sealed
    browser = office.enter(role)
    addresses = [
        "/admin/clues",
        "/admin/clues?q=入股",
        "/admin/clues?q=某某",
        "/admin/clues?state=registered",
        f"/admin/clues?q={clue}",
        f"/admin/clues?q={tip}",
        f"/admin/clues?township={TOWN}",
    ]
    if role is Role.TRIAGE:
        addresses += ["/admin/inbox", "/admin/inbox?urgent=1"]
    for address in addresses:
        answer = browser.get(address)
        page = text_of(answer)
        assert answer.status_code == 200, address
        assert attributes(page, "data-row") == [], address
        assert SECRET not in page
        assert "全部 1" not in words_of(page)
    rail = words_of(text_of(browser.get("/admin/clues")).split("</nav>")[0])
    assert "1" not in rail
    assert browser.get(f"/admin/clues/{clue}").status_code == 404
    for deed in ("visit", "find", "message", "assign", "take", "close-off", "edit", "photos"):
        assert browser.post(f"/admin/clues/{clue}/{deed}", {"version": "1"}).status_code in (403, 404)
    if role is Role.TRIAGE:
        for number in (waiting, tip):
            assert browser.get(f"/admin/inbox/{number}").status_code == 404
            fields = {"reason": "too_little", "version": "1"}
            assert browser.post(f"/admin/inbox/{number}/decline", fields).status_code == 404
    assert not [entry for entry in office.entries("read_clue") if entry.about_ref == clue]


def test_it_is_not_offered_as_nearby_and_nothing_is_merged_into_it(
    office: Office, sealed: tuple[str, str, str]
) -> None:
    _, _, clue = sealed
    ordinary = office.tip("沟里挖石头", at=SPOT).tip_number
    browser = office.enter(Role.TRIAGE)
    page = text_of(browser.get(f"/admin/inbox/{ordinary}"))
    assert clue not in page
    answer = browser.submit("merge", into=clue)
    assert answer.status_code == 400
    assert "没有这条线索" in text_of(answer)
    assert office.read_tip(ordinary).state is TipState.NEW


@on_sqlite
def test_nobody_elses_map_shows_it(office: Office, sealed: tuple[str, str, str]) -> None:
    _, _, clue = sealed
    triage = office.officer(Role.TRIAGE)
    mine = office.clue(by=triage, longitude=SPOT[0], latitude=SPOT[1] + 0.002)
    assert clue not in text_of(office.sign_in(triage).get(f"/admin/clues/{mine}"))


@on_sqlite
def test_discipline_sees_registers_speaks_declines_and_concludes(
    office: Office, sealed: tuple[str, str, str]
) -> None:
    waiting, _, clue = sealed
    person = office.officer(Role.DISCIPLINE, username="ning.wujiu")
    browser = office.sign_in(person)
    page = text_of(browser.get("/admin/inbox"))
    assert attributes(page, "data-row") == [waiting]
    assert SECRET in page
    assert clue in text_of(browser.get(f"/admin/inbox/{waiting}"))  # its own kind is offered as nearby
    answer = browser.submit("register", summary="入股石料厂")
    number = answer.location.rpartition("/")[2]
    assert office.read_clue(number).involves_official
    browser.get(answer.location)
    assert "ning.wujiu" in browser.form("assign").choices["to"]
    assert browser.submit("take").status_code == 303
    browser.get(f"/admin/clues/{number}")
    assert browser.submit("send-message", message="您有转账的记录吗？").status_code == 303
    browser.get(f"/admin/clues/{number}")
    assert browser.submit("find", finding="partly", facts="查实入股，另案处理。").status_code == 303
    browser.get(f"/admin/clues/{number}")
    assert browser.submit("conclude").status_code == 303
    second = office.tip(SECRET, involves_official=True).tip_number
    browser.get(f"/admin/inbox/{second}")
    assert browser.submit("decline", reason="too_little").status_code == 303


def test_discipline_alone_sees_no_ordinary_tip(office: Office) -> None:
    triage = office.officer(Role.TRIAGE)
    tip, clue = office.tip().tip_number, office.clue(by=triage)
    browser = office.enter(Role.DISCIPLINE)
    assert attributes(text_of(browser.get("/admin/inbox")), "data-row") == []
    assert attributes(text_of(browser.get("/admin/clues")), "data-row") == []
    assert browser.get(f"/admin/inbox/{tip}").status_code == 404
    assert browser.get(f"/admin/clues/{clue}").status_code == 404


@on_sqlite
def test_one_who_holds_both_roles_still_keeps_them_apart(
    office: Office, sealed: tuple[str, str, str]
) -> None:
    _, _, clue = sealed
    ordinary = office.tip("沟里挖石头", at=SPOT).tip_number
    browser = office.enter(Role.DISCIPLINE, Role.TRIAGE)
    page = text_of(browser.get(f"/admin/inbox/{ordinary}"))
    assert clue not in page
    assert browser.submit("merge", into=clue).status_code == 403
    assert office.read_tip(ordinary).state is TipState.NEW


@on_sqlite
def test_a_clue_that_involves_an_official_is_given_to_discipline_only(
    office: Office, sealed: tuple[str, str, str]
) -> None:
    _, _, clue = sealed
    office.officer(Role.INVESTIGATOR, username="jiang.yihe")
    office.officer(Role.DISCIPLINE, username="ning.wujiu")
    browser = office.enter(Role.DISCIPLINE)
    browser.get(f"/admin/clues/{clue}")
    assert "jiang.yihe" not in browser.form("assign").choices["to"]
    assert browser.submit("assign", to="jiang.yihe").status_code == 400
    browser.get(f"/admin/clues/{clue}")
    assert browser.submit("assign", to="ning.wujiu").status_code == 303


@on_sqlite
def test_nothing_of_these_rooms_was_stored_by_looking(office: Office) -> None:
    triage = office.officer(Role.TRIAGE)
    office.clue(by=triage)
    browser = office.sign_in(triage)
    before = office.count(Tip), office.count(Clue), office.read_clue("QS-2026-0001").version
    for address in ("/admin/inbox", "/admin/clues", "/admin/clues/QS-2026-0001", "/admin/intake"):
        browser.get(address)
    assert (office.count(Tip), office.count(Clue), office.read_clue("QS-2026-0001").version) == before
