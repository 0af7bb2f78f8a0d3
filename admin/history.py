"""What happened to a clue, in words, for parts/history.html and for who came too late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from admin.pages import language
from casework import calendar, labels
from casework.clues.reading import Happened
from casework.trail import Deed


@dataclass(frozen=True)
class Line:
    title: str
    words: str
    when: str
    who: str
    state: str = ""


def told(happened: Iterable[Happened]) -> list[Line]:
    return [_line(one) for one in happened]


def moment(at: datetime) -> str:
    return labels.local_time(at, language(), today=calendar.today())


def _line(one: Happened) -> Line:
    return Line(
        title=gettext(one.deed.label),
        words=_words(one),
        when=moment(one.at),
        who=one.who or gettext(one.actor_kind.label),
    )


def _words(one: Happened) -> str:
    if one.deed is Deed.ASSIGN_CLUE and one.to:
        return str(gettext("给%(who)s", who=one.to))
    if one.deed is Deed.FIND and one.finding is not None:
        return str(gettext("：%(finding)s", finding=gettext(one.finding.label)))
    if one.deed is Deed.ADD_EVIDENCE and one.count:
        return str(gettext("，照片 %(n)s 张", n=one.count))
    if one.deed in (Deed.MERGE_TIP, Deed.REGISTER_CLUE):
        return f" {one.tip_number}"
    if one.deed in (Deed.RECEIVE_TIP, Deed.RECEIVE_SUPPLEMENT, Deed.SEND_MESSAGE, Deed.WITHDRAW_TIP):
        return f" {one.about}"
    return ""
