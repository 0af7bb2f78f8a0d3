"""Roles and what each permits. Permissions hang on roles; pages and deeds ask for permissions only."""

from collections.abc import Iterable

from casework.terms import N_, Term


class Role(Term):
    INTAKE = "intake", N_("录入")
    TRIAGE = "triage", N_("登记")
    INVESTIGATOR = "investigator", N_("核查")
    LIAISON = "liaison", N_("联络")
    LEADER = "leader", N_("领导")
    DISCIPLINE = "discipline", N_("纪检")
    REWARD_CLERK = "reward_clerk", N_("奖励经办")
    REWARD_REVIEWER = "reward_reviewer", N_("奖励审核")
    REWARD_APPROVER = "reward_approver", N_("奖励批准")
    CASHIER = "cashier", N_("出纳")
    KEYHOLDER = "keyholder", N_("身份保管")
    FUND_KEYHOLDER = "fund_keyholder", N_("资金保管")
    AUDITOR = "auditor", N_("审计")
    ADMINISTRATOR = "administrator", N_("管理员")


class Permission(Term):
    ENTER_TIPS = "enter_tips", N_("录入举报")
    READ_INBOX = "read_inbox", N_("看收件箱")
    TRIAGE_TIPS = "triage_tips", N_("登记、并案、不予受理、转办")
    READ_CLUES = "read_clues", N_("看线索")
    ASSIGN_CLUES = "assign_clues", N_("分派线索")
    TAKE_CLUES = "take_clues", N_("领线索")
    VERIFY_CLUES = "verify_clues", N_("核查")
    SEND_MESSAGES = "send_messages", N_("与举报人说话")
    CONCLUDE_CLUES = "conclude_clues", N_("办结线索")
    READ_CASES = "read_cases", N_("看案件")
    HANDLE_CASES = "handle_cases", N_("办案件")
    CLOSE_OFF = "close_off", N_("销号、归档")
    READ_LEDGERS = "read_ledgers", N_("看台账")
    READ_REWARDS = "read_rewards", N_("看奖励")
    PROPOSE_REWARDS = "propose_rewards", N_("提出奖励")
    REVIEW_REWARDS = "review_rewards", N_("审核奖励")
    APPROVE_REWARDS = "approve_rewards", N_("批准奖励")
    PAY_OUT = "pay_out", N_("发放奖励")
    READ_FUND = "read_fund", N_("看资金")
    APPROPRIATE = "appropriate", N_("记拨款")
    CONFIRM_APPROPRIATIONS = "confirm_appropriations", N_("确认拨款")
    MANAGE_OFFICERS = "manage_officers", N_("管理人员")
    READ_TRAIL = "read_trail", N_("看留痕")
    OPEN_IDENTITIES = "open_identities", N_("打开身份")


P = Permission

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.INTAKE: frozenset({P.ENTER_TIPS}),
    Role.TRIAGE: frozenset(
        {
            P.ENTER_TIPS,
            P.READ_INBOX,
            P.TRIAGE_TIPS,
            P.READ_CLUES,
            P.ASSIGN_CLUES,
            P.SEND_MESSAGES,
            P.READ_CASES,
            P.READ_LEDGERS,
        }
    ),
    Role.INVESTIGATOR: frozenset(
        {
            P.READ_CLUES,
            P.TAKE_CLUES,
            P.VERIFY_CLUES,
            P.SEND_MESSAGES,
            P.CONCLUDE_CLUES,
            P.READ_CASES,
            P.HANDLE_CASES,
            P.READ_LEDGERS,
        }
    ),
    Role.LIAISON: frozenset({P.READ_CLUES, P.READ_CASES, P.READ_LEDGERS}),
    Role.LEADER: frozenset(
        {P.READ_CLUES, P.ASSIGN_CLUES, P.READ_CASES, P.CLOSE_OFF, P.READ_LEDGERS, P.READ_FUND, P.APPROPRIATE}
    ),
    Role.DISCIPLINE: frozenset(
        {
            P.READ_INBOX,
            P.TRIAGE_TIPS,
            P.READ_CLUES,
            P.ASSIGN_CLUES,
            P.TAKE_CLUES,
            P.VERIFY_CLUES,
            P.SEND_MESSAGES,
            P.CONCLUDE_CLUES,
            # What involves an official is theirs to the end: nobody else sees such a clue become a case.
            P.READ_CASES,
            P.HANDLE_CASES,
            P.CLOSE_OFF,
            P.READ_LEDGERS,
        }
    ),
    Role.REWARD_CLERK: frozenset({P.READ_REWARDS, P.PROPOSE_REWARDS, P.READ_CASES, P.READ_FUND}),
    Role.REWARD_REVIEWER: frozenset({P.READ_REWARDS, P.REVIEW_REWARDS, P.READ_FUND}),
    Role.REWARD_APPROVER: frozenset(
        {P.READ_REWARDS, P.APPROVE_REWARDS, P.READ_FUND, P.CONFIRM_APPROPRIATIONS}
    ),
    Role.CASHIER: frozenset({P.PAY_OUT}),
    Role.KEYHOLDER: frozenset({P.OPEN_IDENTITIES}),
    Role.FUND_KEYHOLDER: frozenset(),
    Role.AUDITOR: frozenset({P.READ_TRAIL, P.READ_FUND, P.READ_LEDGERS}),
    Role.ADMINISTRATOR: frozenset({P.MANAGE_OFFICERS}),
}

# An administrator makes accounts; one who could also read or pay would have nobody above them.
EXCLUDES: tuple[tuple[Role, frozenset[Role]], ...] = (
    (Role.ADMINISTRATOR, frozenset(set(Role) - {Role.ADMINISTRATOR})),
    (Role.AUDITOR, frozenset(set(Role) - {Role.AUDITOR})),
    (Role.CASHIER, frozenset({Role.REWARD_CLERK, Role.REWARD_REVIEWER, Role.REWARD_APPROVER})),
)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def excluded_pairs(roles: Iterable[Role]) -> list[tuple[Role, Role]]:
    """Pairs among `roles` that one officer may not hold together."""
    held = set(roles)
    return [(one, other) for one, others in EXCLUDES if one in held for other in sorted(held & others)]
