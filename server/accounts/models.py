"""People, what they may see (grants), whom they answer for (assignments), and what they looked at (access log)."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from server.accounts.kinds import AccessKind, Role
from server.areas.models import Area, Organisation


class User(AbstractUser):
    """A person with an account. One name field: Chinese names are written whole."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=50, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )

    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Grant(models.Model):
    """A role held in an area, on days with since <= day < until. Ended, never deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField("角色", max_length=2, choices=Role)
    area = models.ForeignKey(Area, verbose_name="范围", on_delete=models.PROTECT, related_name="grants")
    since = models.DateField("自")
    until = models.DateField("至(不含)", null=True, blank=True)

    class Meta:
        ordering = ["user_id", "since", "id"]
        verbose_name = verbose_name_plural = "授权"
        constraints = [
            models.CheckConstraint(
                name="grant_ends_after_start", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area"], condition=Q(until=None), name="grant_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_role_display()} {self.area_id}"


class Assignment(models.Model):
    """A worker answers for a 村居 on days with since <= day < until. Ended, never deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="assignments"
    )
    village = models.ForeignKey(
        Area, verbose_name="村居", on_delete=models.PROTECT, related_name="assignments"
    )
    since = models.DateField("自")
    until = models.DateField("至(不含)", null=True, blank=True)

    class Meta:
        ordering = ["village_id", "since", "id"]
        verbose_name = verbose_name_plural = "责任分工"
        constraints = [
            models.CheckConstraint(
                name="assignment_ends_after_start", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.UniqueConstraint(
                fields=["user", "village"], condition=Q(until=None), name="assignment_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.village_id}"


class AccessLog(models.Model):
    """Somebody looked at, exported or was refused something personal. Append only."""

    at = models.DateTimeField("时间", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="人员",
        null=True,
        on_delete=models.PROTECT,
        related_name="accesses",
    )
    what = models.CharField("事项", max_length=12, choices=AccessKind)
    subject = models.CharField("对象", max_length=80, db_index=True)
    detail = models.CharField("说明", max_length=200, blank=True)
    ip = models.GenericIPAddressField("地址", null=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = verbose_name_plural = "访问记录"

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.subject}"
