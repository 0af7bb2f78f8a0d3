"""The words of cases."""

from casework.terms import N_, Term


class CaseState(Term):
    OPEN = "open", N_("在办")
    CONCLUDED = "concluded", N_("已办结")
    CLOSED_OFF = "closed_off", N_("已销号")
    ARCHIVED = "archived", N_("已归档")


class CaseMove(Term):
    EDIT = "edit", N_("改案情")
    SET_OUTCOME = "set_outcome", N_("填处理结果")
    JOIN_CLUE = "join_clue", N_("并入线索")
    MARK_JOINT = "mark_joint", N_("转为联合办理")
    CONCLUDE = "conclude", N_("办结")
    CLOSE_OFF = "close_off", N_("销号")
    ARCHIVE = "archive", N_("归档")


class Element(Term):
    """人事责管时: all five, or there is no case (自然资源违法行为立案查处工作规程（试行）2022-11-01)."""

    PERSON = "person", N_("人：行为人明确")
    FACTS = "facts", N_("事：有违反法律法规的事实")
    LIABILITY = "liability", N_("责：应当追究法律责任")
    JURISDICTION = "jurisdiction", N_("管：属于本机关管辖")
    TIME = "time", N_("时：没有超过追诉时效")


class Restored(Term):
    """是否恢复原状. NOT_YET: ordered and its time not over; the ledger, which knows 是 and 否 only, says 否."""

    YES = "yes", N_("是")
    NO = "no", N_("否")
    NOT_YET = "not_yet", N_("还没到期限")
