"""Keys of other systems."""

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """Another system asks in a person's name, with that person's rights. Here only the token's hash; ended, never
    deleted."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="api_tokens"
    )
    label = models.CharField("用途", max_length=50)
    issued_at = models.DateTimeField("发放时间")
    expires_on = models.DateField("有效期至(不含)")
    last_used_on = models.DateField("最近使用", null=True, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"

    def __str__(self) -> str:
        return f"{self.user_id} {self.label}"
