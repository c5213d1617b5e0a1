"""Closed months: records, never changed and never derived. An open month has no rows here."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from server.areas.models import Area
from server.ledgers.kinds import STANDING, ExportKind, ExportState, LedgerKind, MonthState


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


class Supplement(models.Model):
    """A numbered supplement (补报) to a closed month: what became known after its closing, sealed under its own key.

    ``prev`` is the checksum of the supplement before it, of the month for the first.
    """

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField("期号")
    issued_at = models.DateTimeField("出具时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="出具人", null=True, on_delete=models.PROTECT,
        related_name="supplements",
    )
    count = models.PositiveIntegerField("条数")
    prev = models.CharField("上一期校验", max_length=64)
    checksum = models.CharField("校验", max_length=64)
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField("内容（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "补报"
        ordering = ["month_id", "number"]
        constraints = [models.UniqueConstraint(fields=["month", "number"], name="supplement_number_once")]

    def __str__(self) -> str:
        return f"{self.month} 补报 {self.number}"


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


class Export(models.Model):
    """One file somebody asked for and a background job makes. The file is sealed, and dropped some days later; what was
    asked, by whom, why, and the checksum stay in the access log."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    what = models.CharField("内容", max_length=12, choices=ExportKind)
    asked = models.JSONField("参数", default=dict)
    area = models.CharField("范围", max_length=12)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="申请人", null=True, on_delete=models.PROTECT, related_name="exports",
    )
    at = models.DateTimeField("申请时间")
    reason = models.CharField("用途", max_length=120)
    state = models.CharField("状态", max_length=8, choices=ExportState, default=ExportState.WAITING)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("共", default=0)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    beat_at = models.DateTimeField("最近进展", null=True, blank=True)
    error = models.CharField("错误", max_length=200, blank=True, default="")
    name = models.CharField("文件名", max_length=120, blank=True, default="")
    digest = models.CharField("校验", max_length=64, blank=True, default="")
    size = models.PositiveBigIntegerField("字节", default=0)
    wrapped_key = models.BinaryField(null=True)
    sealed = models.BinaryField("内容（加密）", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导出"
        ordering = ["-at"]
        indexes = [models.Index(fields=["by", "-at"], name="export_by_person")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"
