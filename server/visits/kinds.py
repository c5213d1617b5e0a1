"""Kinds of visits that fall due."""

from django.db.models import TextChoices


class DueKind(TextChoices):
    REGULAR = "regular", "定期探访"
    RETURN = "return", "回访"
    URGENT = "urgent", "急难处置"
    NONE = "none", "无需安排"


#: How far ahead a deadline counts as 临期, in days (domain F-R: 30 days, the first return visit 7).
NEAR_DAYS = 30
NEAR_DAYS_FIRST_RETURN = 7

#: Months between visits by grade until the district decides otherwise (notice 三.1: 每月、每季度或半年; domain F-6).
FREQUENCY = {"A": 1, "B": 3, "C": 6}
