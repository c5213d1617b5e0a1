"""Kinds of things at the phones' door, with the labels people see."""

from django.db.models import TextChoices


class Via(TextChoices):
    """The way a submission came in."""

    PHONE = "phone", "手机"
    DESK = "desk", "电脑填报"
    IMPORT = "import", "导入"
    CABLE = "cable", "数据线"


class State(TextChoices):
    """How far the inbox has got with a submission. The submission itself never changes."""

    KEPT = "kept", "已收到"
    APPLIED = "applied", "已入库"
    PARKED = "parked", "入库异常"


class Ended(TextChoices):
    """Why a phone's key ended: who left may still send what he holds; a lost phone is refused everything."""

    OPEN = "", "在用"
    LEFT = "left", "离职"
    LOST = "lost", "遗失"


class Verdict(TextChoices):
    """What one POST was, seen from what is kept already."""

    NEW = "new", "新收到"
    AGAIN = "again", "重复发送"
    MORE_MEDIA = "more_media", "补传附件"
    EDIT = "edit", "修改重报"
    CLASH = "clash", "同号不同文"
