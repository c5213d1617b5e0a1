"""Kinds of the oversight floor."""

from django.db.models import TextChoices


class FeedbackKind(TextChoices):
    FAULT = "fault", "使用中出错"
    BURDEN = "burden", "填报负担"
    IDEA = "idea", "改进建议"
    COMPLAINT = "complaint", "投诉"
