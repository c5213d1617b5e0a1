"""Places of the district and the two organisations of each 街镇."""

from django.db import models
from simple_history.models import HistoricalRecords

from server.areas.kinds import AreaKind, OrganisationKind


class Area(models.Model):
    """A district (6 digits), 街镇 (9) or 村居 (12), by its statistical code.

    A code lies inside another exactly when it begins with it. Areas are never deleted: a dissolved
    one gets `is_open=False`.
    """

    code = models.CharField("代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=8, choices=AreaKind)
    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    is_open = models.BooleanField("在用", default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "区划"
        constraints = [
            models.CheckConstraint(
                name="area_code_fits_kind",
                condition=models.Q(kind=AreaKind.DISTRICT, code__regex=r"^[0-9]{6}$", parent=None)
                | models.Q(kind=AreaKind.TOWN, code__regex=r"^[0-9]{9}$", parent__isnull=False)
                | models.Q(kind=AreaKind.VILLAGE, code__regex=r"^[0-9]{12}$", parent__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """One of the two organisations of a 街镇: the supervising office and the window centre."""

    area = models.ForeignKey(
        Area, verbose_name="街镇", on_delete=models.PROTECT, related_name="organisations"
    )
    kind = models.CharField("类别", max_length=8, choices=OrganisationKind)
    name = models.CharField("名称", max_length=60)

    class Meta:
        ordering = ["area_id", "kind"]
        verbose_name = verbose_name_plural = "机构"
        constraints = [models.UniqueConstraint(fields=["area", "kind"], name="organisation_once_per_area")]

    def __str__(self) -> str:
        return self.name
