"""Kept rows of the second kind: what somebody decided. Append-only and hash-chained."""

import uuid

from django.conf import settings
from django.db import models

from server.acts.kinds import ActKind


class Act(models.Model):
    """A decision. Never changed, never deleted; a later act may end its effect."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField("序号")
    kind = models.CharField("种类", max_length=20, choices=ActKind.choices)
    subject = models.CharField("对象", max_length=80)
    other = models.CharField("另一对象", max_length=80, blank=True, default="")
    since = models.DateField("自…起", null=True, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="经办人",
        null=True,
        on_delete=models.PROTECT,
        related_name="acts",
    )
    #: The act's own data key. Outside the digest: keys can be rotated, or destroyed, and the chain still holds.
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField("内容（加密）")
    prev = models.CharField("前一环", max_length=64)
    digest = models.CharField("本环", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "决定"
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["seq"], name="act_seq_once")]
        indexes = [
            models.Index(fields=["subject", "kind"], name="act_by_subject"),
            models.Index(fields=["other"], name="act_by_other", condition=~models.Q(other="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"


class ChainHead(models.Model):
    """The one row that everybody who files an act locks first: it orders the chain."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = "决定链首"

    def __str__(self) -> str:
        return f"{self.seq} {self.digest[:8]}"
