"""Kinds of visits that fall due."""

from django.db.models import TextChoices


class DueKind(TextChoices):
    REGULAR = "regular", "定期探访"
    RETURN = "return", "回访"
    URGENT = "urgent", "急难处置"
    NONE = "none", "无需安排"


class Closing(TextChoices):
    """The conditions under which a return plan ends (notice 三.1, domain F-R)."""

    YEAR = "year", "退出保障满一年"
    INCOME = "income", "收入来源稳定"
    INTEGRATION = "integration", "社会融入良好"


#: The kind under which the visit form files 督查入户 (its ``kind_pick``).
INSPECTION = "check"
#: How far ahead a deadline counts as 临期, in days, and in windows of up to a month (domain F-R: the first return).
NEAR_DAYS = 30
NEAR_DAYS_SHORT = 7
SHORT_WINDOW_DAYS = 31

#: Months between visits by grade until the district decides otherwise (notice 三.1: 每月、每季度或半年; domain F-6).
FREQUENCY = {"A": 1, "B": 3, "C": 6}
