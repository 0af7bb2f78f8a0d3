"""Tells the demo story from the first tip to today, through the actions that real work uses."""

from pathlib import Path

from admin.demo import outcomes
from admin.demo.stage import Stage
from admin.demo.tips import TIPS, Told
from casework import calendar, geo, policy
from casework.clues import actions as clues
from casework.clues.actions import ClueWords
from casework.evidence import intake as evidence
from casework.terms import Agency, Datum, Finding, IdentityKind, MessageSide, PointSource
from casework.tips import actions as tips
from casework.tips import reading
from casework.tips.receiving import Received, receive_tip
from casework.tips.submission import Point, Submission
from casework.vault import codes

PHOTOS = Path(__file__).resolve().parent / "photos"
DEMO_PIN = "271828"


def tell(stage: Stage) -> None:
    """Tips come in the order of their days; then the office works on them, oldest first."""
    for told in sorted(TIPS, key=lambda t: (-t.days, t.hour)):
        with calendar.freeze(stage.at(told.days, told.hour)):
            stage.received[told.key] = _send(stage, told)
    _register_all(stage)
    _decide_the_rest(stage)
    _work_on(stage)
    outcomes.tell(stage)


def _send(stage: Stage, told: Told) -> Received:
    form_key = codes.new_form_key()
    digest = codes.form_key_digest(stage.seals.receipt, form_key)
    for number in range(told.photos):
        name = f"scene-{_scenes(told)[number]}.jpg"
        evidence.take_whole(
            stage.session,
            store=stage.store,
            data=(PHOTOS / name).read_bytes(),
            file_name=name,
            reading=stage.seals.reading,
            form_digest=digest,
            side=MessageSide.INFORMANT,
        )
    named = told.identity is IdentityKind.NAMED
    return receive_tip(
        stage.session,
        submission=Submission(
            category=told.category,
            narrative=told.narrative,
            township=told.township,
            village=told.village,
            place=told.place,
            point=_point(told),
            subject_kind=told.subject_kind,
            subject_name=told.subject,
            mineral=told.mineral,
            land_class=told.land_class,
            disguise=told.disguise,
            ongoing=told.ongoing,
            identity=told.identity,
            informant_name="郑重山" if named else "",
            informant_phone="13800000000" if named else "",
            wants_reward=told.wants_reward,
            claim_pin=DEMO_PIN if told.wants_reward else None,
            involves_official=told.involves_official,
            channel=told.channel,
        ),
        form_key=form_key,
        seals=stage.seals,
    )


def _scenes(told: Told) -> tuple[int, ...]:
    """Drawings that fit what was told: 1 a pit, 2 lorries by night, 3 a yard, 4 a boat on a river."""
    return (4, 2, 3) if "sand" in told.key else (1, 2, 3)


def _point(told: Told) -> Point | None:
    if told.point is None:
        return None
    longitude, latitude = told.point
    inside = geo.in_county(policy.current().region, longitude, latitude)
    return Point(longitude, latitude, Datum.WGS84, PointSource.MAP, longitude, latitude, inside)


# key of the tip: summary, agency, handler, days and hour of registration
REGISTERED = {
    "night_stone": ("夜间两台挖机采石，四五辆大车外运", Agency.NATURAL_RESOURCES, "jiang.yihe", 23, 10),
    "soil_field": ("耕地内取土，坑约两亩，表土外运", Agency.NATURAL_RESOURCES, "jiang.yihe", 20, 9),
    "old_shaft": ("废井封墙拆开，夜间有灯和人声", Agency.PUBLIC_SECURITY, "wen.beichuan", 18, 9),
    "levelling": ("以平地为名外卖砂石", Agency.NATURAL_RESOURCES, "he.lanzhou", 16, 10),
    "beyond": ("采场越过界桩约四十米，界桩被移", Agency.NATURAL_RESOURCES, "he.lanzhou", 13, 11),
    "river_sand": ("河道夜间抽砂，船无编号", Agency.NATURAL_RESOURCES, "jiang.yihe", 11, 9),
    "forest_road": ("林地内新推道路约八百米", Agency.NATURAL_RESOURCES, None, 9, 10),
    "shed": ("占耕地盖彩钢棚约一千平方米", Agency.NATURAL_RESOURCES, None, 6, 11),
}


def _register_all(stage: Stage) -> None:
    triage = stage.officer("yue.zhiqiu")
    for told in TIPS:
        if told.key not in REGISTERED:
            continue
        summary, agency, handler, days, hour = REGISTERED[told.key]
        with calendar.freeze(stage.at(days, hour)):
            tip = stage.tip(told.key)
            reading.read_tip(stage.session, tip=tip, by=triage, keys=stage.keys)
            stage.clues[told.key] = clue = clues.register_clue(
                stage.session, tip=tip, words=_words(told, summary, agency), by=triage
            )
        if handler is not None:
            with calendar.freeze(stage.at(days, hour, 30)):
                clues.assign_clue(
                    stage.session, clue=clue, to=stage.officer(handler), by=triage, version=clue.version
                )


def _words(told: Told, summary: str, agency: Agency) -> ClueWords:
    return ClueWords(
        category=told.category,
        summary=summary,
        agency=agency,
        township=told.township,
        village=told.village,
        place=told.place or None,
        longitude=told.point[0] if told.point else None,
        latitude=told.point[1] if told.point else None,
        subject_kind=told.subject_kind,
        subject_name=told.subject or None,
        mineral=told.mineral,
        land_class=told.land_class,
    )


def _decide_the_rest(stage: Stage) -> None:
    triage = stage.officer("yue.zhiqiu")
    with calendar.freeze(stage.at(14, 10)):
        clues.merge_tip(
            stage.session, tip=stage.tip("night_stone_again"), into=stage.clues["night_stone"], by=triage
        )
    with calendar.freeze(stage.at(8, 9)):
        tips.hand_on_tip(stage.session, tip=stage.tip("clay"), body="water", by=triage)
    with calendar.freeze(stage.at(0, 9)):
        tips.decline_tip(stage.session, tip=stage.tip("quarrel"), reason="ownership_dispute", by=triage)


def _work_on(stage: Stage) -> None:
    _visit(stage, "night_stone", "jiang.yihe", 22)
    _visit(stage, "soil_field", "jiang.yihe", 19)
    _find(
        stage,
        "night_stone",
        18,
        Finding.SUBSTANTIATED,
        "11 月 5 日夜在北沟第二个岔口查获挖机两台、货车三辆，无采矿许可证，已采石料约 3,120 吨。",
    )
    _find(stage, "soil_field", 15, Finding.SUBSTANTIATED, "测量取土坑 1,427 平方米，属耕地，未办用地手续。")
    _visit(stage, "old_shaft", "wen.beichuan", 18)
    _find(
        stage,
        "old_shaft",
        17,
        Finding.SUBSTANTIATED,
        "夜查当场抓获二人，封墙被拆，已采原煤约 36 吨。",
    )
    _visit(stage, "river_sand", "jiang.yihe", 10)
    with calendar.freeze(stage.at(9, 9)):
        tips.send_message(
            stage.session,
            tip=stage.tip("river_sand"),
            words="抽砂的船一般从哪一侧靠岸？是走土路还是走水泥路运出去的？",
            asks=True,
            by=stage.officer("jiang.yihe"),
        )
    _visit(stage, "levelling", "he.lanzhou", 14)
    _find(stage, "levelling", 12, Finding.PARTLY, "平整面积与批准一致，外运砂石约 1,940 吨未经批准。")


def _visit(stage: Stage, key: str, username: str, days: int) -> None:
    with calendar.freeze(stage.at(days, 16)):
        clues.note_visit(stage.session, clue=stage.clues[key], by=stage.officer(username))


def _find(stage: Stage, key: str, days: int, finding: Finding, facts: str) -> None:
    clue = stage.clues[key]
    handler = next(o for o in stage.officers.values() if o.id == clue.handler_id)
    with calendar.freeze(stage.at(days, 17)):
        clues.find(stage.session, clue=clue, finding=finding, facts=facts, by=handler, version=clue.version)
