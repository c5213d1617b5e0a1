"""Help and where it comes from: policies and resources (edited), leads and referrals (derived)."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from server.areas.models import Area
from server.support.kinds import LeadState, PolicyKind, ReferralState, ResourceKind


class Policy(models.Model):
    """A policy a worker can name on the phone (notice 四.1–四.3; five types)."""

    code = models.SlugField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=8, choices=PolicyKind)
    dept = models.CharField(
        "主管", max_length=8, choices=[("mz", "民政"), ("other", "其他部门")], default="mz"
    )
    topic = models.CharField("专项", max_length=12, blank=True)
    brief = models.CharField("一句话说明", max_length=120, blank=True)
    is_open = models.BooleanField("在用", default=True)
    order = models.PositiveSmallIntegerField("顺序", default=100)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "政策"
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class Resource(models.Model):
    """A social resource of the 救助帮扶资源库 (notice 四.3, 四.5). ``quota`` None: no limit."""

    code = models.SlugField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=12, choices=ResourceKind)
    needs = models.CharField("可解决的需求", max_length=120, blank=True)
    town = models.ForeignKey(
        Area, verbose_name="街镇", null=True, blank=True, on_delete=models.PROTECT, related_name="resources"
    )
    quota = models.PositiveIntegerField("名额", null=True, blank=True)
    valid_to = models.DateField("有效期至", null=True, blank=True)
    brief = models.CharField("一句话说明", max_length=120, blank=True)
    contact = models.CharField("联系方式", max_length=60, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "资源"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Lead(models.Model):
    """A hint somebody gave (notice 三.2, 三.3, 三.5). Derived from its statements and what answered it."""

    id = models.CharField("线索编号", primary_key=True, max_length=255)
    village = models.CharField("村居", max_length=12, db_index=True)
    state = models.CharField("状态", max_length=12, choices=LeadState)
    urgent = models.BooleanField("急难")
    source = models.CharField("来源", max_length=20, blank=True)
    reported_at = models.DateTimeField("发现时间")
    received_at = models.DateTimeField("收到时间")
    due_at = models.DateTimeField("应答期限")
    answered_on = models.DateField("办结日", null=True)
    about = models.CharField("所关户", max_length=255, blank=True, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    waits = models.BooleanField("他处填报，待审", default=False)
    sealed = models.BinaryField("内容（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "困难线索"
        indexes = [models.Index(fields=["state", "due_at"], name="lead_open")]

    def __str__(self) -> str:
        return self.id


class Referral(models.Model):
    """A household put in touch with a policy or a resource (notice 四): columns 可衔接… and 衔接时间."""

    id = models.CharField("衔接编号", primary_key=True, max_length=255)
    about = models.CharField("所关户", max_length=255, db_index=True)
    village = models.CharField("村居", max_length=12, db_index=True)
    kind = models.CharField("种类", max_length=20)
    target = models.CharField("衔接内容", max_length=120)
    resource = models.CharField("资源代码", max_length=40, blank=True, db_index=True)
    state = models.CharField("状态", max_length=12, choices=ReferralState)
    opened_on = models.DateField("提出日")
    linked_on = models.DateField("衔接时间", null=True)
    # What was given, added up: ten million events of the most that one may tell of.
    amount = models.DecimalField("累计金额（元）", max_digits=15, decimal_places=2, null=True)
    sessions = models.PositiveBigIntegerField("累计服务次数", null=True)
    quota_of = models.CharField("占用名额的资源", max_length=40, blank=True, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField("内容（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "政策与资源衔接"

    def __str__(self) -> str:
        return self.target
