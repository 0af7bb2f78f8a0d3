"""The Lüliang form as page, as download and from the command line."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from admin.commands import commands
from casework.cases import actions as cases
from casework.cases.outcomes import Measures, set_outcome
from casework.ledgers.form import TITLE
from casework.officers.queries import officer_by_username
from casework.officers.roles import Role
from casework.terms import Agency, Finding
from tests.factories.cases import DECIDED, STANDS, WORDS
from tests.factories.office import Office, Person, at


@pytest.fixture
def team(office: Office) -> Iterator["Team"]:
    with at("2026-11-23 09:00"):
        yield Team(office)


@pytest.fixture
def sqlite_team(sqlite_office: Office) -> Iterator["Team"]:
    with at("2026-11-23 09:00"):
        yield Team(sqlite_office)


class Team:
    def __init__(self, office: Office) -> None:
        self.office = office
        self.triage = office.officer(Role.TRIAGE)
        self.investigator = office.officer(Role.INVESTIGATOR, unit="enforcement_brigade")
        self.police = office.officer(Role.INVESTIGATOR, unit="food_drug_environment_brigade")

    def case(
        self, figures: Any = DECIDED, *, measures: Measures | None = None, official: Person | None = None
    ) -> str:
        desk, handler = official or self.triage, official or self.investigator
        clue = self.office.clue(
            by=desk, to=handler, finding=Finding.SUBSTANTIATED, involves_official=official is not None
        )
        with self.office.db.begin() as session:
            me, police = (officer_by_username(session, p.username) for p in (handler, self.police))
            case = cases.open_case(
                session,
                clues=cases.clues_for(session, clue_numbers=[clue], by=me),
                test=STANDS,
                words=WORDS,
                lead_agency=Agency.NATURAL_RESOURCES,
                joint=measures is not None,
                by=me,
            )
            set_outcome(session, case=case, figures=figures, by=me, version=0)
            if measures is not None:
                set_outcome(session, case=case, figures=measures, by=police, version=0)
            return case.case_number


def row_of(page: str, number: str) -> list[str]:
    found = re.search(rf'<tr id="r\d+" data-row="{number}"[^>]*>(.*?)</tr>', page, re.DOTALL)
    assert found, f"{number} is not in the form"
    return [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", found[1])]


def cells_of(data: bytes, row: int = 6) -> list[Any]:
    return [cell.value for cell in load_workbook(io.BytesIO(data))["台账"][row]]


PRINTED = [
    "1", "交城县", "晨鹿石料厂", "水峪贯镇青石沟村北沟第二个岔口", "建筑石料（石灰岩等）", "2.14", "28,500", "是",
    "3,120.5", "2,860", "420,000", "是", "2", "1", "0", "已移送，公安审查中",
]  # fmt: skip
WRITTEN = [
    1, "交城县", "晨鹿石料厂", "水峪贯镇青石沟村北沟第二个岔口", "建筑石料（石灰岩等）", 2.14, 28500, "是",
    3120.5, 2860, 420000, "是", 2, 1, 0, "已移送，公安审查中",
]  # fmt: skip
MEASURES = Measures(administrative_detention=2, criminal_detention=1, arrest=0)


def test_the_page_and_the_workbook_say_the_same(team: Team) -> None:
    number = team.case(measures=MEASURES)
    reader = team.office.enter(Role.LIAISON)
    page = reader.get("/admin/ledgers?form=luliang&period=2026-11b").text
    assert row_of(page, number) == PRINTED
    assert TITLE in page
    assert "填报单位：交城县自然资源局、交城县公安局" in page
    assert "填报时间：2026年11月23日" in page
    assert "新列 1 行" in page
    assert "对不上" not in page
    answer = reader.get("/admin/ledgers/workbook?form=luliang&period=2026-11b")
    assert cells_of(answer.data) == WRITTEN


def test_the_heads_of_the_page_stand_over_sixteen_columns(sqlite_team: Team) -> None:
    sqlite_team.case()
    page = sqlite_team.office.enter(Role.LIAISON).get("/admin/ledgers").text
    head = page[page.index("<thead>") : page.index("</thead>")]
    rows = re.findall(r"<tr>(.*?)</tr>", head, re.DOTALL)
    assert [len(re.findall("<th", row)) for row in rows] == [8, 5, 7]
    spans = [int(n) for n in re.findall(r'colspan="(\d+)"', rows[0])]
    assert spans == [7, 3]
    assert len(re.findall("<th", rows[0])) - 2 + sum(spans) == 16


def test_a_download_is_recorded_with_its_digest_before_it_is_sent(team: Team) -> None:
    team.case()
    reader = team.office.enter(Role.LIAISON)
    answer = reader.get("/admin/ledgers/workbook?period=2026-11b")
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    (entry,) = team.office.entries("download")
    assert (entry.about_kind, entry.about_ref) == ("ledger", "luliang")
    assert entry.facts == {"kind": "luliang", "digest": sha256(answer.data).hexdigest(), "period": "2026-11b"}


def test_looking_at_the_page_is_no_download(sqlite_team: Team) -> None:
    sqlite_team.case()
    sqlite_team.office.enter(Role.LIAISON).get("/admin/ledgers")
    assert sqlite_team.office.entries("download") == []


def test_lines_that_do_not_add_up_are_told_above_the_form_and_lead_to_their_line(sqlite_team: Team) -> None:
    sqlite_team.case()
    sqlite_team.case(replace(DECIDED, penalty_document=None, penalty_on=None))
    page = sqlite_team.office.enter(Role.LIAISON).get("/admin/ledgers").text
    assert "有 1 行对不上" in page
    assert '<a href="#r2">第 2 行有罚款，没有处罚决定文号</a>' in page
    assert 'class="doubt"' in page


def test_a_half_month_without_cases_is_said_to_be_empty(sqlite_team: Team) -> None:
    sqlite_team.case()
    reader = sqlite_team.office.enter(Role.LIAISON)
    assert "这一期没有案件进台账" in reader.get("/admin/ledgers?period=2026-10a").text
    data = reader.get("/admin/ledgers/workbook?period=2026-10a").data
    assert cells_of(data)[0] == "审核人："


@pytest.mark.parametrize(
    "query",
    [
        "period=2026-13a",
        "period=2026-11c",
        "period=x",
        "form=other",
        "jurisdiction=1",
        "jurisdiction=%25",
        "jurisdiction=１４１１",
    ],
)
def test_a_form_period_or_place_that_does_not_exist_is_refused(sqlite_office: Office, query: str) -> None:
    reader = sqlite_office.enter(Role.LIAISON)
    for address in ("/admin/ledgers", "/admin/ledgers/workbook"):
        assert reader.get(f"{address}?{query}").status_code == 400
    assert sqlite_office.entries("download") == []


def test_a_place_narrows_what_one_may_see_and_never_widens_it(sqlite_team: Team) -> None:
    number = sqlite_team.case()
    county, town = (
        sqlite_team.office.enter(Role.LIAISON),
        sqlite_team.office.enter(Role.INVESTIGATOR, unit="enforcement_brigade", jurisdiction="141122106"),
    )
    assert number in county.get("/admin/ledgers?jurisdiction=141122103").text
    assert number not in county.get("/admin/ledgers?jurisdiction=141122106").text
    for place in ("", "141122103", "141122", "1411"):
        assert number not in town.get(f"/admin/ledgers?jurisdiction={place}").text


@pytest.mark.parametrize("role", [Role.CASHIER, Role.ADMINISTRATOR, Role.INTAKE, Role.REWARD_CLERK])
def test_ledgers_are_for_those_who_read_them(sqlite_office: Office, role: Role) -> None:
    reader = sqlite_office.enter(role)
    assert reader.get("/admin/ledgers").status_code == 403
    assert reader.get("/admin/ledgers/workbook").status_code == 403


def test_a_name_that_looks_like_a_formula_or_a_tag_stays_a_name(sqlite_team: Team) -> None:
    number = sqlite_team.case(replace(DECIDED, remark='=HYPERLINK("http://x")<script>'))
    reader = sqlite_team.office.enter(Role.LIAISON)
    page = reader.get("/admin/ledgers").text
    assert "<script>" not in page[page.index("<tbody>") :]
    assert row_of(page, number)[15] == "=HYPERLINK(&#34;http://x&#34;)&lt;script&gt;"
    sheet = load_workbook(io.BytesIO(reader.get("/admin/ledgers/workbook").data))["台账"]
    assert (sheet["P6"].value, sheet["P6"].data_type) == ('=HYPERLINK("http://x")<script>', "s")


def test_the_ledger_takes_at_most_six_statements(team: Team) -> None:
    for _ in range(3):
        team.case(measures=MEASURES)
    reader = team.office.enter(Role.LIAISON)
    with team.office.statements() as heard:
        reader.get("/admin/ledgers")
    assert len(heard) <= 6, "\n".join(heard)


# ── the command ──
@pytest.fixture
def export(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("QINGSHAN_DATABASE_URL", team.office.db.url.render_as_string(hide_password=False))

    def run(*words: str) -> tuple[Result, Path]:
        out = tmp_path / "out.xlsx"
        return CliRunner().invoke(commands, ["ledger", "export", "--out", str(out), *words]), out

    return run


def test_the_command_writes_the_same_form_and_records_it(team: Team, export: Any) -> None:
    team.case(measures=MEASURES)
    result, out = export("--form", "luliang", "--period", "2026-11b", "--jurisdiction", "141122")
    assert result.exit_code == 0, result.output
    assert "1 lines" in result.output
    assert cells_of(out.read_bytes()) == WRITTEN
    (entry,) = team.office.entries("download")
    assert entry.actor_kind == "command"
    assert entry.facts["digest"] == sha256(out.read_bytes()).hexdigest()


def test_the_command_s_default_is_everything_so_far_but_what_involves_an_official(
    team: Team, export: Any
) -> None:
    discipline = team.office.officer(Role.DISCIPLINE)
    team.case()
    team.case(official=discipline)
    result, out = export("--form", "luliang")
    assert result.exit_code == 0, result.output
    sheet = load_workbook(io.BytesIO(out.read_bytes()))["台账"]
    assert [sheet["A6"].value, sheet["A7"].value] == [1, "审核人："]


@pytest.mark.parametrize(
    "words",
    [
        ("--form", "other"),
        ("--form", "luliang", "--period", "x"),
        ("--form", "luliang", "--jurisdiction", "x"),
        (),
    ],
)
def test_wrong_use_ends_with_two(
    sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("QINGSHAN_DATABASE_URL", sqlite_office.db.url.render_as_string(hide_password=False))
    out = tmp_path / "out.xlsx"
    result = CliRunner().invoke(commands, ["ledger", "export", "--out", str(out), *words])
    assert result.exit_code == 2
    assert not out.exists()
