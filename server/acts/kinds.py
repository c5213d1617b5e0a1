"""What people decide, by kind (architecture: acts)."""

from django.db.models import TextChoices

#: Subject of acts about the whole house: how often each grade is visited, which matching model is live.
HOUSE = "house"


class ActKind(TextChoices):
    # about one version of a submission: subject = its instanceID
    APPROVE = "approve", "通过"
    RETURN = "return", "退回"
    VOID = "void", "作废"
    UNVOID = "unvoid", "撤销作废"
    CORRECT = "correct", "更正"
    CLOCK = "clock", "更正时间"
    REFILE = "refile", "改挂"
    # about one household, lead or referral: subject = its id
    STATE = "state", "登记变更"
    GRADE = "grade", "评定等级"
    ASSIGN = "assign", "划定村居"
    ACCEPT = "accept", "采纳"
    DECLINE = "decline", "不采纳"
    # about a pair of household ids: subject and other
    MERGE = "merge", "合并"
    UNMERGE = "unmerge", "撤销合并"
    CANNOT_LINK = "cannot_link", "认定不同户"
    LIFT_LINK = "lift_link", "撤销不同户"
    # about a pair that may be one household: what is asked, said by one side, or found by an auditor
    ASK = "ask", "派单核实"
    UNASK = "unask", "撤回派单"
    SIDE = "side", "一方意见"
    AUDIT = "audit", "抽查"
    # about two reliefs in one household: subject = its id
    RELIEF_CHECKED = "relief_checked", "保障已核对"
    # about the whole house
    FREQUENCY = "frequency", "探访频次"
    MODEL = "model", "启用比对模型"
    CLOSE_MONTH = "close_month", "锁定月报"
    OPEN_MONTH = "open_month", "退回月报"
    REPORT_MONTH = "report_month", "报送月报"
    ACCEPT_MONTH = "accept_month", "接收月报"
    SUPPLEMENT = "supplement", "出具补报"
    # about a household in a month's tables: subject = its id, other = the month (or the act that is ended)
    LEAVE_OUT = "leave_out", "本月不列"
    TAKE_IN = "take_in", "恢复列入"
    LIST_PERSON = "list_person", "增列对象"
    UNLIST_PERSON = "unlist_person", "撤销增列"
    # about one kept text that is not applied: subject = its instanceID, other = the text's SHA-256
    LET_IN = "let_in", "准予入库"
    SET_ASIDE = "set_aside", "搁置"


#: Kinds that only a 街镇's tables read: nothing else is derived from them.
ON_LEDGER = frozenset(
    {
        ActKind.CLOSE_MONTH,
        ActKind.OPEN_MONTH,
        ActKind.REPORT_MONTH,
        ActKind.ACCEPT_MONTH,
        ActKind.SUPPLEMENT,
        ActKind.LEAVE_OUT,
        ActKind.TAKE_IN,
        ActKind.LIST_PERSON,
        ActKind.UNLIST_PERSON,
    }
)
#: Kinds whose subject is one version of a submission, named by its instanceID.
ON_SUBMISSION = frozenset(
    {
        ActKind.APPROVE,
        ActKind.RETURN,
        ActKind.VOID,
        ActKind.UNVOID,
        ActKind.CORRECT,
        ActKind.CLOCK,
        ActKind.REFILE,
    }
)
#: Kinds that may give standing to a version that waits for it (``value["for"]``: where its person might judge).
LETS_IN = frozenset({ActKind.APPROVE, ActKind.REFILE})
#: Kinds about a text the inbox holds: nothing is derived from them, the text itself is applied or not.
ON_KEPT = frozenset({ActKind.LET_IN, ActKind.SET_ASIDE})
#: Kinds that name a pair of household ids.
ON_PAIR = frozenset({ActKind.MERGE, ActKind.CANNOT_LINK})
#: Kinds that name an earlier act, in ``other``, whose effect they end.
ON_ACT = frozenset({ActKind.UNMERGE, ActKind.LIFT_LINK})
#: Kinds that send somebody to look at both households of a pair (``value["of"]``: only at these), or call it off.
ON_ASK = frozenset({ActKind.ASK, ActKind.UNASK})
#: Kinds that only the desk's screens read: nothing is derived from them.
ON_DESK = frozenset({ActKind.SIDE, ActKind.AUDIT, ActKind.RELIEF_CHECKED})
