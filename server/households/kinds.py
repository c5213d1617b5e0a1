"""Kinds of this room, with the words people see."""

from django.db.models import TextChoices


class FactKind(TextChoices):
    TIMELESS = "timeless", "不随时间变化"
    CHANGING = "changing", "随时间变化"
    KEYED = "keyed", "逐项"
    RULED = "ruled", "由决定产生"


class Grade(TextChoices):
    """Visiting grade (notice 三.1: 不同困难等级); shown as words, never as letters."""

    A = "A", "重点"
    B = "B", "关注"
    C = "C", "一般"


class Status(TextChoices):
    """Whether a household is in care. Proposed by visits, decided by acts."""

    ACTIVE = "active", "在册"
    MOVED = "moved", "已搬离"
    DEAD = "dead", "已去世"
    NOT_FOUND = "not_found", "查无此人"
    CLOSED = "closed", "结束关爱"


class Standing(TextChoices):
    """What the kept rows of a household amount to."""

    FULL = "full", "已登记"
    PROVISIONAL = "provisional", "临时户（登记表未到）"
    SHELL = "shell", "退回待改"
    VOID = "void", "已作废"


class Review(TextChoices):
    """Review state of one version of a submission."""

    PENDING = "pending", "待审"
    APPROVED = "approved", "通过"
    RETURNED = "returned", "退回"
    RESENT = "resent", "已重报"
    VOIDED = "voided", "作废"


class Programme(TextChoices):
    """家庭基本保障: the closed choice of the notice's 表三 and 表四."""

    DIBAO = "dibao", "低保家庭"
    TEKUN = "tekun", "特困供养对象"
    ZHONGCAN = "zhongcan", "重残无业对象"
    ZHICHU = "zhichu", "因病支出型家庭"


class ProposalKind(TextChoices):
    """What a visit may propose and a supervisor accepts or declines."""

    ADMIT = "admit", "纳入保障"
    EXIT = "exit", "退出保障"
    READMIT = "readmit", "恢复保障"
    MOVED = "moved", "已搬离"
    DEAD = "dead", "已去世"
    NOT_FOUND = "not_found", "查无此人"
    CLOSE = "close", "结束关爱"
    REOPEN = "reopen", "恢复在册"


#: Which status an accepted proposal puts in force.
STATUS_OF = {
    ProposalKind.MOVED: Status.MOVED,
    ProposalKind.DEAD: Status.DEAD,
    ProposalKind.NOT_FOUND: Status.NOT_FOUND,
    ProposalKind.CLOSE: Status.CLOSED,
    ProposalKind.REOPEN: Status.ACTIVE,
}
#: Which accepted proposals move relief: True opens a spell of relief, False ends it.
RELIEF_OF = {ProposalKind.ADMIT: True, ProposalKind.READMIT: True, ProposalKind.EXIT: False}


class Outcome(TextChoices):
    """How a contact went (the visit form's ``result``)."""

    MET_PERSON = "met_person", "见到本人"
    MET_FAMILY = "met_family", "见到家属"
    PHONE = "phone", "电话视频"
    NOT_HOME = "not_home", "不在家"
    REFUSED = "refused", "拒访"
    HOSPITAL = "hospital", "住院"
    MOVED = "moved", "已搬离"
    DEAD = "dead", "已去世"
    NOT_FOUND = "not_found", "查无此人"


#: Outcomes that count as a successful visit (domain F-5: failed attempts do not).
REACHED = frozenset({Outcome.MET_PERSON, Outcome.MET_FAMILY, Outcome.PHONE})
