"""What the phones' door keeps (submissions, attachments, keys) and what it serves (rows, versions, counters).

Submissions and attachments are never changed or deleted by the program; only the inbox's mark on a submission moves.
Rows are derived and can be rebuilt; versions and counters cannot: phones remember them, so they only ever rise.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sync.kinds import Ended, State, Via

ID_LENGTH = 255  # instanceIDs and entity ids: normally a UUID, but the wire allows any text
VERSION_LENGTH = 100  # of a form
LIST_LENGTH = 64  # names of entity lists


class PhoneKey(models.Model):
    """One phone's way in: a personal address (the secret stands in its URL), and if asked for a password."""

    token_hash = models.CharField(max_length=64, unique=True)
    password_hash = models.CharField(max_length=64, blank=True)  # for Basic, see keys.py; empty: no password
    ha1_sealed = models.BinaryField(default=b"", blank=True)  # for Digest: open_row → [user id, HA1]
    spent = models.CharField(max_length=64, blank=True)  # the last use of a nonce that brought a submission
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="phone_keys"
    )
    label = models.CharField("名称", max_length=50, blank=True)
    issued_at = models.DateTimeField("发放时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发放人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField("首次使用期限", null=True, blank=True)
    first_used_at = models.DateTimeField("首次使用", null=True, blank=True)
    last_seen_at = models.DateTimeField("最近联系", null=True, blank=True)
    last_agent = models.CharField("应用版本", max_length=200, blank=True)
    last_device = models.CharField("设备编号", max_length=100, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    ended_how = models.CharField("停用原因", max_length=4, choices=Ended, default=Ended.OPEN, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "手机密钥"
        constraints = [
            models.CheckConstraint(
                name="phone_key_ended_says_how",
                condition=Q(ended_at=None, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
            ),
            models.CheckConstraint(
                name="phone_key_password_both_ways",
                condition=Q(password_hash="", ha1_sealed=b"") | (~Q(password_hash="") & ~Q(ha1_sealed=b"")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.label}"


class Submission(models.Model):
    """One thing somebody said, byte for byte (sealed), and how far the inbox has got with it."""

    instance_id = models.CharField("记录编号", max_length=ID_LENGTH)
    xml_sha256 = models.CharField(max_length=64)
    form_id = models.CharField("表单", max_length=100)
    form_version = models.CharField("表单版本", max_length=VERSION_LENGTH, blank=True)
    deprecated_id = models.CharField("所修改的记录", max_length=ID_LENGTH, blank=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="报送人",
        null=True,
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    key = models.ForeignKey(
        PhoneKey, verbose_name="手机", null=True, on_delete=models.PROTECT, related_name="submissions"
    )
    via = models.CharField("来源", max_length=6, choices=Via)
    received_at = models.DateTimeField("收到时间")
    size = models.PositiveIntegerField("字节数")
    wrapped_key = models.BinaryField()
    xml_sealed = models.BinaryField()
    #: ODK's own encryption: only the holder of the form's private key can read it.
    is_encrypted = models.BooleanField("加密表单", default=False)
    #: Another text with the same instanceID was received earlier: that one counts, this one states nothing.
    is_clash = models.BooleanField("同号不同文", default=False)
    #: Sent with the key of somebody who has left: kept, and nothing follows from it until the desk says so.
    is_quarantined = models.BooleanField("离职后送达", default=False)
    #: What derivation may need of the moment of receipt: {"villages": [codes], "answers_for": [codes of areas],
    #: "no_role": true, "device": …, "agent": …, "brought_by": user id}.
    context = models.JSONField(default=dict)

    state = models.CharField("状态", max_length=7, choices=State, default=State.KEPT)
    attempts = models.PositiveIntegerField("处理次数", default=0)
    next_try_at = models.DateTimeField("下次处理", null=True, blank=True)
    trouble = models.TextField("异常说明", blank=True)
    applied_at = models.DateTimeField("入库时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报送记录"
        constraints = [
            models.UniqueConstraint(fields=["instance_id", "xml_sha256"], name="submission_once"),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="submission_inbox"),
            models.Index(fields=["received_at"], name="submission_received"),
            models.Index(fields=["sender", "received_at"], name="submission_sender"),
            models.Index(
                fields=["deprecated_id"], condition=~Q(deprecated_id=""), name="submission_deprecates"
            ),
        ]

    def __str__(self) -> str:
        return self.instance_id

    def is_made_by(self, user_id: int) -> bool:
        """Sent by that person, or brought by him in another's name: nobody approves what went through his hands."""
        return user_id in (self.sender_id, self.context.get("brought_by"))


class Attachment(models.Model):
    """A file that came with a submission, sealed under the submission's key."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField("文件名", max_length=255)  # raw, as the phone wrote it
    sha256 = models.CharField(max_length=64)  # of the bytes as sent
    size = models.PositiveIntegerField("字节数")
    content_type = models.CharField(max_length=100, blank=True)
    stored = models.CharField(max_length=120)  # where the sealed bytes are, see files.py
    received_at = models.DateTimeField("收到时间")
    is_mentioned = models.BooleanField("表中提及", default=True)
    is_replaced = models.BooleanField("已被替换", default=False)  # a later one has the same name
    is_unreadable = models.BooleanField("无法打开", default=False)  # called a picture, and is none

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        constraints = [
            models.UniqueConstraint(fields=["submission", "name", "sha256"], name="attachment_once"),
        ]

    def __str__(self) -> str:
        return self.name


class EntityVersion(models.Model):
    """The version counter of one id: `n` as phones see it, and the digest of what was last served at it."""

    list = models.CharField(max_length=LIST_LENGTH)
    entity_id = models.CharField(max_length=ID_LENGTH)
    n = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)  # empty: never served
    cause = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "entity_id"], name="entity_version_once")]

    def __str__(self) -> str:
        return f"{self.list}/{self.entity_id} {self.n}"


class PhoneRow(models.Model):
    """A row of an entity list as the phones of one scope get it. Derived."""

    list = models.CharField(max_length=LIST_LENGTH)
    entity_id = models.CharField(max_length=ID_LENGTH)
    scope = models.CharField(max_length=64)
    columns_sealed = models.BinaryField()  # open_row → {column: text}, "label" among them
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "scope", "entity_id"], name="phone_row_once"),
        ]
        indexes = [models.Index(fields=["list", "entity_id"], name="phone_row_entity")]

    def __str__(self) -> str:
        return f"{self.list}/{self.entity_id} in {self.scope}"


class ListCounter(models.Model):
    """Rises with every change of a list's rows in one scope: from these numbers comes the list's hash."""

    list = models.CharField(max_length=LIST_LENGTH)
    scope = models.CharField(max_length=64)
    n = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "scope"], name="list_counter_once")]

    def __str__(self) -> str:
        return f"{self.list} in {self.scope}: {self.n}"


class FetchedScopes(models.Model):
    """From which scopes a person's phones last fetched a list, separated by blanks."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list = models.CharField(max_length=LIST_LENGTH)
    scopes = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "list"], name="fetched_scopes_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.list}"
