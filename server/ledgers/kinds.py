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
