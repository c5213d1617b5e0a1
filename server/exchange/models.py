"""What was brought in from outside: the files as they came (sealed), and what was read from them when.

The lines themselves are submissions, one each. An upload nobody has confirmed is a trial: it has no lines.
"""

from django.conf import settings
from django.db import models

from server.areas.models import Area


class Import(models.Model):
    """Some files with tables of one 街镇 for one month. ``batch`` names what they say: the same tables twice are
    once.

    Kept as it is from the moment it was confirmed (``imported_at``); trials are thrown away after some days.
    ``counts``: lines by table; ``sealed``: where every line stood, and what was told about it. ``dropped_at``: when its
    key was destroyed, and with it the files and what was told; its lines are submissions under keys of their own.
    """

    batch = models.CharField("批次", max_length=64, unique=True)
    town = models.ForeignKey(Area, verbose_name="街镇", on_delete=models.PROTECT, related_name="imports")
    month = models.CharField("月份", max_length=7)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    imported_at = models.DateTimeField("导入时间", null=True, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导入人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    counts = models.JSONField("行数", default=dict)
    dropped_at = models.DateTimeField("原件销毁时间", null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="原件销毁人", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )
    dropped_why = models.CharField("原件销毁原因", max_length=200, blank=True, default="")
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField("报告（加密）", default=bytes)

    class Meta:
        verbose_name = verbose_name_plural = "四表导入"
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["town", "-uploaded_at"], name="import_of_town")]

    def __str__(self) -> str:
        return f"{self.town_id} {self.month}"

    @property
    def lines(self) -> int:
        """How many lines of the four tables it has."""
        return sum(self.counts.values())


class ImportFile(models.Model):
    """One file of an import, byte for byte, sealed under the import's key; once that is destroyed, its name, size and
    digest alone."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField("次序")
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("字节数")
    sealed = models.BinaryField("内容（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "导入文件"
        ordering = ["of_id", "position"]
        constraints = [models.UniqueConstraint(fields=["of", "position"], name="import_file_once")]

    def __str__(self) -> str:
        return self.name
