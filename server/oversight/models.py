"""What users say about the system itself (国办函〔2026〕12号: a complaints and suggestions function for everybody)."""

from django.conf import settings
from django.db import models

from server.oversight.kinds import FeedbackKind


class Feedback(models.Model):
    """One remark. Kept as said; the answer stands beside it."""

    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="反映人", on_delete=models.PROTECT,
                           related_name="feedback")
    area_code = models.CharField("反映人所属区域", max_length=12, blank=True, default="")
    page = models.CharField("所在页面", max_length=200, blank=True, default="")
    kind = models.CharField("类型", max_length=12, choices=FeedbackKind.choices)
    text = models.TextField("内容", max_length=2000)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="答复人", null=True, blank=True,
                                    on_delete=models.PROTECT, related_name="+")
    answer = models.TextField("答复", max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "意见反馈"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["-at"], name="feedback_by_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
