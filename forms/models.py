"""The form catalogue: forms, their immutable versions, the files that come with a version."""

from functools import cached_property

from django.conf import settings
from django.db import models

from forms.fields import Field, from_json


class Form(models.Model):
    """A form by its ID, the `id` attribute of its XForm. Closed forms are not offered to phones, but still accepted."""

    form_id = models.CharField("表单编号", max_length=64, unique=True)
    title = models.CharField("标题", max_length=200)
    is_open = models.BooleanField("在用", default=True)

    class Meta:
        ordering = ["form_id"]
        verbose_name = verbose_name_plural = "表单"

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    """One published version. Never changed, never deleted: phones send for weeks what they filled with it.

    `xform` is served byte for byte; `md5` is the lower-case hex digest of exactly these bytes.
    `source_sha256` tells apart what was uploaded: the workbook and its files. `media` lists the files
    the form wants: `[{"filename": "households.csv", "kind": "entity" | "csv" | "file"}]`, where `file` is one of
    `FormMedia`. `entity` is `{"list", "actions": ["create", "update"], "properties": {property: question path}}` or
    null. The greatest id of a form is its current version.
    """

    form = models.ForeignKey(Form, verbose_name="表单", on_delete=models.PROTECT, related_name="versions")
    version = models.CharField("版本", max_length=64)
    xlsx = models.BinaryField("XLSForm")
    xform = models.BinaryField("XForm")
    md5 = models.CharField("校验值", max_length=32)
    fields_json = models.JSONField("题目")
    source_sha256 = models.CharField("来源校验值", max_length=64, db_index=True)
    media = models.JSONField("附件与名单", default=list)
    entity = models.JSONField("实体", null=True)
    warnings = models.JSONField("提示", default=list)
    checked_by = models.CharField("检查程序", max_length=40)
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发布人",
        null=True,
        on_delete=models.PROTECT,
        related_name="published_forms",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = verbose_name_plural = "表单版本"
        constraints = [models.UniqueConstraint(fields=["form", "version"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form.form_id} {self.version}"

    @property
    def xform_bytes(self) -> bytes:
        """Exactly the bytes that phones get (drivers hand out a view)."""
        return bytes(self.xform)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The questions in form order, parsed once per object."""
        return from_json(self.fields_json)


class FormMedia(models.Model):
    """A static file of a version: a picture in a question, a fixed table."""

    form_version = models.ForeignKey(
        FormVersion, verbose_name="表单版本", on_delete=models.PROTECT, related_name="files"
    )
    filename = models.CharField("文件名", max_length=100)
    content = models.BinaryField("内容")
    md5 = models.CharField("校验值", max_length=32)

    class Meta:
        ordering = ["filename"]
        verbose_name = verbose_name_plural = "表单附件"
        constraints = [models.UniqueConstraint(fields=["form_version", "filename"], name="form_media_once")]

    def __str__(self) -> str:
        return self.filename
