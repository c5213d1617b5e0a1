"""Kinds of things in the field room, with the labels people see."""

from django.db.models import TextChoices


class TroubleKind(TextChoices):
    """Why a text that was kept is not applied."""

    LEFT = "left", "离职后送达"
    CLASH = "clash", "同号不同文"
    SEALED = "sealed", "加密表单"
    VERSION = "version", "表单版本不明"
    FAILED = "failed", "处理不了"
