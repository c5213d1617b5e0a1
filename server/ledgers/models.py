"""Closed months: records, never changed and never derived. An open month has no rows here."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from server.areas.models import Area
from server.ledgers.kinds import STANDING, LedgerKind, MonthState


class Month(models.Model):
    """One version of a 街镇's closed month.

    ``checksum`` is over the canonical content of its lines and ``prev``, the checksum of the month before.
    ``names_sealed`` holds the names and switches its lines were written with; lines and names are sealed under the
    month's own data key.
    """

    town = models.ForeignKey(Area, verbose_name="街镇", on_delete=models.PROTECT, related_name="months")
    month = models.CharField("月份", max_length=7)
    version = models.PositiveSmallIntegerField("版本", default=1)
    state = models.CharField("状态", max_length=8, choices=MonthState, default=MonthState.LOCKED)
    closed_at = models.DateTimeField("锁定时间")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="锁定人", null=True, on_delete=models.PROTECT,
        related_name="closed_months",
    )
    reopened_at = models.DateTimeField("退回时间", null=True, blank=True)
    prev = models.CharField("上月校验", max_length=64)
    checksum = models.CharField("校验", max_length=64)
    counts = models.JSONField("行数", default=dict)
    wrapped_key = models.BinaryField()
    names_sealed = models.BinaryField("名称（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "月报"
        ordering = ["town_id", "month", "version"]
        constraints = [
            models.UniqueConstraint(fields=["town", "month", "version"], name="month_version_once"),
            models.UniqueConstraint(
                fields=["town", "month"], condition=Q(state__in=sorted(STANDING)), name="month_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.town_id} {self.month} v{self.version}"


class ClosedLine(models.Model):
    """A frozen line. ``household`` is the id it was served under when the month was closed."""

    month = models.ForeignKey(Month, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField("表", max_length=1, choices=LedgerKind)
    position = models.PositiveIntegerField("序号")
    household = models.CharField("户编号", max_length=255)
    part = models.CharField("对象", max_length=80, blank=True, default="")
    sealed = models.BinaryField("内容（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "月报行"
        ordering = ["month_id", "kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["month", "kind", "position"], name="ledger_position_once"),
            models.UniqueConstraint(fields=["month", "household", "part"], name="ledger_line_once"),
        ]
        indexes = [models.Index(fields=["household"], name="ledger_line_of")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.position}"
