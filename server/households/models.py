"""Tables of the registry. All derived: `manage.py rebuild` empties and refills them from submissions and acts.

What names a person, or tells of one, is sealed; what people search for stands as keyed hashes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from server.households.kinds import Grade, Standing, Status
from sync.models import Submission

ID_LENGTH = 255


class Filing(models.Model):
    """A submission, read and translated: which id it names, in which branch, and (sealed) what it said."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="filing")
    list = models.CharField("名单", max_length=20)
    entity = models.CharField("编号", max_length=ID_LENGTH)
    instance = models.CharField("记录编号", max_length=ID_LENGTH)
    deprecated = models.CharField("所修改的记录", max_length=ID_LENGTH, blank=True, default="")
    about = models.CharField("所关户", max_length=ID_LENGTH, blank=True, default="")
    closes = models.CharField("所办结线索", max_length=ID_LENGTH, blank=True, default="")
    batch = models.CharField("导入批次", max_length=64, blank=True, default="")
    sealed = models.BinaryField("内容（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "申报"
        constraints = [models.UniqueConstraint(fields=["instance"], name="filing_instance_once")]
        indexes = [
            models.Index(fields=["list", "entity"], name="filing_by_entity"),
            models.Index(fields=["deprecated"], name="filing_by_deprecated", condition=~Q(deprecated="")),
            models.Index(fields=["about"], name="filing_by_about", condition=~Q(about="")),
            models.Index(fields=["closes"], name="filing_by_closes", condition=~Q(closes="")),
            models.Index(fields=["batch"], name="filing_by_batch", condition=~Q(batch="")),
        ]

    def __str__(self) -> str:
        return f"{self.list}/{self.entity}"


class Household(models.Model):
    """One cluster of ids: the fold (sealed) and the few columns that lists are filtered by."""

    id = models.CharField("户编号", primary_key=True, max_length=ID_LENGTH)
    code = models.CharField("户号", max_length=16, db_index=True)
    standing = models.CharField("登记", max_length=12, choices=Standing)
    status = models.CharField("状态", max_length=12, choices=Status)
    village = models.CharField("村居", max_length=12, db_index=True)
    grade = models.CharField("等级", max_length=1, choices=Grade)
    grade_is_set = models.BooleanField("等级已评定", default=False)
    in_relief = models.BooleanField("在保", default=False)
    table = models.PositiveSmallIntegerField("表", null=True)
    opened_on = models.DateField("首次记录", null=True)
    last_said_at = models.DateTimeField("最近变化", null=True)
    latest_since = models.DateField("最晚起算日", null=True)
    clashes = models.PositiveSmallIntegerField("待裁冲突", default=0)
    proposals = models.PositiveSmallIntegerField("待定建议", default=0)
    returned = models.PositiveSmallIntegerField("退回未改", default=0)
    unreviewed = models.PositiveSmallIntegerField("待审", default=0)
    sealed = models.BinaryField("内容（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "户"
        indexes = [
            models.Index(fields=["village", "code"], name="household_listed"),
            models.Index(
                fields=["village"], name="household_waiting",
                condition=Q(clashes__gt=0) | Q(proposals__gt=0) | Q(standing=Standing.PROVISIONAL),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Ident(models.Model):
    """Every household id anybody ever used, and the household it means now."""

    id = models.CharField("编号", primary_key=True, max_length=ID_LENGTH)
    household = models.ForeignKey(
        Household, verbose_name="户", on_delete=models.CASCADE, related_name="idents"
    )

    class Meta:
        verbose_name = verbose_name_plural = "户编号对照"

    def __str__(self) -> str:
        return self.id


class MatchKey(models.Model):
    """A block key under which an id was ever claimed: equal evidence meets under equal keys. Keyed hashes only.

    Keys of every version and of every correction stay: under one of them whatever evidence is left standing meets its
    equals. What joins ids is the evidence that counts, never a key.
    """

    entity = models.CharField(max_length=ID_LENGTH)
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "entity"], name="match_key_once")]
        indexes = [models.Index(fields=["entity"], name="match_key_entity")]

    def __str__(self) -> str:
        return self.key[:8]


class Evidence(models.Model):
    """What the registrations under one id tell the matcher, normalised (sealed): all they may ever stand with, and what
    counts now. ``homes``: the village of the id, then those it ever had, separated by blanks. ``digest`` changes
    exactly when any of it does. ``model``: hash of the one it met its equals by; of another than the live one, it is
    met anew by the background job, or when next derived. ``is_fresh``: the worker has yet to compare it across homes.
    """

    entity = models.CharField(primary_key=True, max_length=ID_LENGTH)
    digest = models.CharField(max_length=64)
    model = models.CharField("模型校验和", max_length=64, default="")
    homes = models.TextField("村居", default="", blank=True)
    is_fresh = models.BooleanField("待跨村居比对", default=True)
    sealed = models.BinaryField("内容（加密）")

    class Meta:
        verbose_name = verbose_name_plural = "比对特征"
        indexes = [models.Index(fields=["entity"], name="evidence_fresh", condition=Q(is_fresh=True))]

    def __str__(self) -> str:
        return self.entity


class Link(models.Model):
    """Two ids that an opinion may join, now or as known at another moment; a row for each direction.

    They say which ids are derived together. What joins ids is the evidence that counts, never a link.
    """

    entity = models.CharField(max_length=ID_LENGTH)
    other = models.CharField(max_length=ID_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "other"], name="link_once")]

    def __str__(self) -> str:
        return f"{self.entity} ~ {self.other}"


class Opinion(models.Model):
    """What a model thought of the evidence of two ids (``a`` < ``b``): ``outcome`` merge or review, and each part of
    the score. ``stands``: of the evidence that counts now, by the live model; the others are kept as record and are no
    input. ``apart``: people have ruled that these two are not one household. ``across``: their homes differ, so that it
    joins nothing, whatever it scores, and is a case for whoever decides for both."""

    a = models.CharField(max_length=ID_LENGTH)
    b = models.CharField(max_length=ID_LENGTH)
    a_of = models.CharField("记录甲", max_length=ID_LENGTH)
    b_of = models.CharField("记录乙", max_length=ID_LENGTH)
    evidence = models.CharField("特征摘要", max_length=64)
    model = models.CharField("模型", max_length=40)
    bits = models.FloatField("分值")
    outcome = models.CharField("结论", max_length=10)
    why = models.CharField("原因", max_length=20, blank=True, default="")
    steps = models.JSONField("分值明细", default=list)
    stands = models.BooleanField("有效", default=True)
    apart = models.BooleanField("已认定不同户", default=False)
    across = models.BooleanField("跨村居", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "比对意见"
        constraints = [
            models.UniqueConstraint(fields=["a", "b", "evidence", "model"], name="opinion_once"),
            models.CheckConstraint(condition=Q(a__lt=models.F("b")), name="opinion_has_order"),
        ]
        indexes = [models.Index(fields=["b"], name="opinion_by_b", condition=Q(stands=True))]

    def __str__(self) -> str:
        return f"{self.a} ~ {self.b}: {self.bits:.1f}"


class MatchingModel(models.Model):
    """A matching model kept here, and what it would change. Not derived: what a model has decided, it must explain for
    ever. Content is set once and never changed; the bundled ones may have none here, it comes with the program.

    ``is_first``: newest of the bundled ones when this installation began, live until somebody decides. ``report`` (see
    ``field.try_model``) was made ``against`` the model (hash) that was live then.
    """

    hash = models.CharField("校验和", primary_key=True, max_length=64)
    name = models.CharField("编号", max_length=40)
    is_first = models.BooleanField("默认", default=False)
    kept_at = models.DateTimeField("存入时间", null=True)
    wrapped_key = models.BinaryField(default=b"")
    sealed = models.BinaryField("内容（加密）", default=b"")
    asked_at = models.DateTimeField("要求试算时间", null=True)
    tried_at = models.DateTimeField("试算时间", null=True)
    against = models.CharField("与之相比的模型", max_length=64, blank=True, default="")
    report = models.BinaryField("试算报告（加密）", default=b"")
    fault = models.CharField("试算未成", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "比对模型"
        constraints = [
            models.UniqueConstraint(fields=["name"], name="matching_model_name_once"),
            models.UniqueConstraint(fields=["is_first"], name="matching_model_one_first", condition=Q(is_first=True)),
        ]

    def __str__(self) -> str:
        return self.name


class Lookup(models.Model):
    """What a household can be found by: keyed hashes of name, ID number, its last four digits, phone."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="lookups")
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "household"], name="lookup_once")]

    def __str__(self) -> str:
        return self.key[:8]


class Case(models.Model):
    """A union that a guard forbade: somebody should look (疑似重复)."""

    a = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="cases_as_a")
    b = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="cases_as_b")
    why = models.CharField("原因", max_length=20)
    score = models.FloatField("分值", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "疑似重复"
        constraints = [models.UniqueConstraint(fields=["a", "b", "why"], name="case_once")]

    def __str__(self) -> str:
        return f"{self.a_id} ~ {self.b_id}"


class Noted(models.Model):
    """A submission's review state as the derivation sees it, for lists (one row per version that was read). ``waits``:
    without standing (他处填报): it is in nobody's household, and ``village`` is the home of the id it names."""

    filing = models.OneToOneField(Filing, on_delete=models.CASCADE, related_name="noted")
    household = models.ForeignKey(Household, null=True, on_delete=models.CASCADE, related_name="noted")
    review = models.CharField("审核", max_length=10, db_index=True)
    is_head = models.BooleanField("最新一版", default=True)
    village = models.CharField("村居", max_length=12, blank=True, db_index=True)
    flags = models.JSONField("提示", default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    waits = models.BooleanField("他处填报", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "审核状态"
        indexes = [models.Index(fields=["village"], name="noted_from_elsewhere", condition=Q(waits=True))]

    def __str__(self) -> str:
        return self.review
