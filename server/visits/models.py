"""Contacts that count and what falls due. Derived."""

from django.conf import settings
from django.db import models

from server.households.kinds import Outcome
from server.households.models import Filing, Household
from server.visits.kinds import DueKind


class Visit(models.Model):
    """One contact with a household, on its day. Details (notes, needs) are in the submission."""

    filing = models.OneToOneField(Filing, on_delete=models.CASCADE, related_name="visit")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="visits")
    on = models.DateField("走访日期")
    seen_at = models.DateTimeField("走访时间", null=True)
    kind = models.CharField("种类", max_length=12)
    outcome = models.CharField("结果", max_length=12, choices=Outcome)
    reached = models.BooleanField("见到")
    form = models.CharField("表单", max_length=20)
    village = models.CharField("村居", max_length=12, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="visits"
    )
    received_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = verbose_name_plural = "走访"
        indexes = [models.Index(fields=["household", "on"], name="visit_timeline")]

    def __str__(self) -> str:
        return f"{self.on} {self.get_outcome_display()}"


class Due(models.Model):
    """The next visit of a household: dates only, never today's state."""

    household = models.OneToOneField(
        Household, primary_key=True, on_delete=models.CASCADE, related_name="due"
    )
    kind = models.CharField("种类", max_length=8, choices=DueKind)
    due_from = models.DateField("最早", null=True)
    due_to = models.DateField("最晚", null=True)
    last_on = models.DateField("上次见到", null=True)
    tried_on = models.DateField("上次未见到", null=True)
    exit_on = models.DateField("退出日期", null=True)
    closable_from = models.DateField("可提出结束", null=True)
    village = models.CharField("村居", max_length=12)

    class Meta:
        verbose_name = verbose_name_plural = "应访"
        indexes = [models.Index(fields=["village", "due_to"], name="due_by_village")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.due_from}–{self.due_to}"
