"""The four tables and the life of a month."""

from django.db.models import TextChoices


class LedgerKind(TextChoices):
    """附表一至四. The value is the number phones show as ``table_no``."""

    ONE = "1", "表一"
    TWO = "2", "表二"
    THREE = "3", "表三"
    FOUR = "4", "表四"


class MonthState(TextChoices):
    """Life of one version of a 街镇's month. An open month has no row: it is a view."""

    LOCKED = "locked", "已锁定"
    REPORTED = "reported", "已报送"
    ACCEPTED = "accepted", "已接收"
    RETURNED = "returned", "退回"


#: Versions that hold their households for that month; a returned one stays on record but holds nothing.
STANDING = frozenset({MonthState.LOCKED, MonthState.REPORTED, MonthState.ACCEPTED})


class Late(TextChoices):
    """What would have been otherwise in a closed month (补报)."""

    ADDED = "added", "应增"
    GONE = "gone", "应减"
    MOVED = "moved", "应换表"
    CHANGED = "changed", "应改"


class ExportKind(TextChoices):
    """What a background job makes."""

    TOWN = "town", "一个街镇的四张表"
    ALL = "all", "各街镇四张表（压缩包）"
    ROLL_UP = "roll_up", "全区汇总"
    CHANGES = "changes", "与上月相比的变化"


class ExportState(TextChoices):
    """Life of an export."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "生成中"
    DONE = "done", "已生成"
    FAILED = "failed", "未成功"
    DROPPED = "dropped", "已清除"


class Variant(TextChoices):
    """Which lines of a month a file holds (domain F-8)."""

    STOCK = "stock", "存量"
    NEW = "new", "当月新增"
