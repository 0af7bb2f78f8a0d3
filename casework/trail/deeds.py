"""The deeds that leave a trace, and for each the exact facts it may hold.

Facts are ids, codes, counts and enum values. Words of a tip, names and telephones can
never be facts: `record` refuses keys that are not listed here and values that are prose.
"""

from casework.terms import N_, Term


class Deed(Term):
    # officers and sign-in
    ADD_OFFICER = "add_officer", N_("新增人员")
    CHANGE_OFFICER = "change_officer", N_("变更人员")
    RESET_OFFICER = "reset_officer", N_("重置人员密码")
    SIGN_IN = "sign_in", N_("登入")
    SIGN_IN_REFUSED = "sign_in_refused", N_("登入被拒")
    SIGN_OUT = "sign_out", N_("退出")
    REVOKE_SESSION = "revoke_session", N_("收回登入")
    REFUSED = "refused", N_("越权被拒")
    # keys and machinery
    MAKE_KEYS = "make_keys", N_("生成密钥")
    ROTATE_KEY = "rotate_key", N_("轮换密钥")
    DOWNLOAD = "download", N_("下载")
    SEED_DEMO = "seed_demo", N_("装入演示")
    # tips
    RECEIVE_TIP = "receive_tip", N_("收到举报")
    RECEIVE_SUPPLEMENT = "receive_supplement", N_("收到补充")
    WITHDRAW_TIP = "withdraw_tip", N_("撤回举报")
    WAIVE_REWARD = "waive_reward", N_("放弃奖励")
    SET_PIN = "set_pin", N_("设领奖密码")
    GLANCE_INBOX = "glance_inbox", N_("看收件箱")
    READ_TIP = "read_tip", N_("看举报")
    READ_EVIDENCE = "read_evidence", N_("看照片")
    CLEAN_EVIDENCE = "clean_evidence", N_("清除照片信息")
    REFUSE_EVIDENCE = "refuse_evidence", N_("照片没收下")
    DELETE_DRAFTS = "delete_drafts", N_("删除过期草稿")
    SEND_MESSAGE = "send_message", N_("发话给举报人")
    DECLINE_TIP = "decline_tip", N_("不予受理")
    HAND_ON_TIP = "hand_on_tip", N_("转其他单位")
    ASK_IDENTITY = "ask_identity", N_("申请看身份")
    OPEN_IDENTITY = "open_identity", N_("打开身份")
    # clues
    REGISTER_CLUE = "register_clue", N_("登记线索")
    MERGE_TIP = "merge_tip", N_("并案")
    ASSIGN_CLUE = "assign_clue", N_("分派")
    EDIT_CLUE = "edit_clue", N_("改线索摘要")
    READ_CLUE = "read_clue", N_("看线索")
    CALL_INFORMED = "call_informed", N_("电话处置")
    VISIT_SITE = "visit_site", N_("到现场")
    ADD_EVIDENCE = "add_evidence", N_("加现场材料")
    FIND = "find", N_("填核查结论")
    CONCLUDE_CLUE = "conclude_clue", N_("线索办结")
    CLOSE_OFF_CLUE = "close_off_clue", N_("线索销号")
    # cases
    OPEN_CASE = "open_case", N_("立案")
    JOIN_CLUE = "join_clue", N_("线索并入案件")
    MARK_JOINT = "mark_joint", N_("转为联合办理")
    EDIT_CASE = "edit_case", N_("改案情")
    SET_OUTCOME = "set_outcome", N_("填处理结果")
    CONCLUDE_CASE = "conclude_case", N_("案件办结")
    CLOSE_OFF_CASE = "close_off_case", N_("案件销号")
    ARCHIVE_CASE = "archive_case", N_("案件归档")
    # rewards and the fund
    APPROPRIATE = "appropriate", N_("记拨款")
    CONFIRM_APPROPRIATION = "confirm_appropriation", N_("确认拨款")
    REFUSE_APPROPRIATION = "refuse_appropriation", N_("不予确认拨款")
    PROPOSE_REWARD = "propose_reward", N_("提出奖励")
    REVIEW_REWARD = "review_reward", N_("审核奖励")
    APPROVE_REWARD = "approve_reward", N_("批准奖励")
    SEND_BACK_REWARD = "send_back_reward", N_("退回奖励")
    DECLINE_REWARD = "decline_reward", N_("不予奖励")
    CLAIM_REWARD = "claim_reward", N_("申领奖励")
    END_WAIVED_REWARD = "end_waived_reward", N_("放弃后退回预留")
    ISSUE_PAYOUT_NUMBER = "issue_payout_number", N_("给出取款暗号")
    REFUSE_PAYOUT = "refuse_payout", N_("取款暗号不对")
    PAY_OUT = "pay_out", N_("发放奖励")


_TIP = frozenset({"tip_number"})

FACTS: dict[Deed, frozenset[str]] = {
    Deed.ADD_OFFICER: frozenset({"roles", "agency", "unit", "jurisdiction"}),
    Deed.CHANGE_OFFICER: frozenset({"roles", "agency", "unit", "jurisdiction", "active"}),
    Deed.RESET_OFFICER: frozenset(),
    Deed.SIGN_IN: frozenset(),
    Deed.SIGN_IN_REFUSED: frozenset({"reason"}),
    Deed.SIGN_OUT: frozenset(),
    Deed.REVOKE_SESSION: frozenset({"reason"}),
    Deed.REFUSED: frozenset({"permission", "endpoint"}),
    Deed.MAKE_KEYS: frozenset({"purpose", "number", "holders"}),
    Deed.ROTATE_KEY: frozenset({"purpose", "number"}),
    Deed.DOWNLOAD: frozenset({"kind", "digest", "period"}),
    Deed.SEED_DEMO: frozenset(),
    Deed.RECEIVE_TIP: frozenset({"channel", "photos", "named", "wants_reward"}),
    Deed.RECEIVE_SUPPLEMENT: frozenset({"photos"}),
    Deed.WITHDRAW_TIP: frozenset(),
    Deed.WAIVE_REWARD: frozenset(),
    Deed.SET_PIN: frozenset(),
    Deed.GLANCE_INBOX: frozenset({"tips"}),
    Deed.READ_TIP: frozenset(),
    Deed.READ_EVIDENCE: frozenset({"evidence"}),
    Deed.CLEAN_EVIDENCE: frozenset({"removed"}),
    Deed.REFUSE_EVIDENCE: frozenset({"reason"}),
    Deed.DELETE_DRAFTS: frozenset({"count"}),
    Deed.SEND_MESSAGE: frozenset({"message"}),
    Deed.DECLINE_TIP: frozenset({"reason"}),
    Deed.HAND_ON_TIP: frozenset({"body"}),
    Deed.ASK_IDENTITY: frozenset({"reason"}),
    Deed.OPEN_IDENTITY: frozenset({"holders"}),
    Deed.REGISTER_CLUE: _TIP,
    Deed.MERGE_TIP: _TIP,
    Deed.ASSIGN_CLUE: frozenset({"to", "from"}),
    Deed.EDIT_CLUE: frozenset({"fields"}),
    Deed.READ_CLUE: frozenset(),
    Deed.CALL_INFORMED: frozenset(),
    Deed.VISIT_SITE: frozenset(),
    Deed.ADD_EVIDENCE: frozenset({"evidence"}),
    Deed.FIND: frozenset({"finding"}),
    Deed.CONCLUDE_CLUE: frozenset(),
    Deed.CLOSE_OFF_CLUE: frozenset(),
    Deed.OPEN_CASE: frozenset({"clues", "lead_agency", "joint"}),
    Deed.JOIN_CLUE: frozenset({"clue_number"}),
    Deed.MARK_JOINT: frozenset(),
    Deed.EDIT_CASE: frozenset({"fields"}),
    Deed.SET_OUTCOME: frozenset({"agency", "number", "changed"}),
    Deed.CONCLUDE_CASE: frozenset(),
    Deed.CLOSE_OFF_CASE: frozenset(),
    Deed.ARCHIVE_CASE: frozenset(),
    Deed.APPROPRIATE: frozenset({"amount_fen"}),
    Deed.CONFIRM_APPROPRIATION: frozenset({"amount_fen", "journal"}),
    Deed.REFUSE_APPROPRIATION: frozenset(),
    Deed.PROPOSE_REWARD: frozenset({"tip_number", "amount_fen", "scheme", "version"}),
    Deed.REVIEW_REWARD: frozenset({"amount_fen"}),
    Deed.APPROVE_REWARD: frozenset({"amount_fen", "journal"}),
    Deed.SEND_BACK_REWARD: frozenset(),
    Deed.DECLINE_REWARD: frozenset(),
    Deed.CLAIM_REWARD: frozenset({"method", "counter"}),
    Deed.END_WAIVED_REWARD: frozenset({"amount_fen", "journal"}),
    Deed.ISSUE_PAYOUT_NUMBER: frozenset(),
    Deed.REFUSE_PAYOUT: frozenset({"failures"}),
    Deed.PAY_OUT: frozenset({"amount_fen", "journal"}),
}
