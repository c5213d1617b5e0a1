"""Roles of the people who use the program."""

from django.db.models import TextChoices


class Role(TextChoices):
    GW = "GW", "网格员"
    CO = "CO", "社区救助顾问"
    WN = "WN", "受理中心窗口"
    SU = "SU", "街镇审核"
    LE = "LE", "街镇台账专员"
    DI = "DI", "区民政局"
    IN = "IN", "区督查审计"
    PA = "PA", "社会组织"
    AD = "AD", "系统管理员"


class AccessKind(TextChoices):
    """What the access log records."""

    REVEAL = "reveal", "查看完整信息"
    REFUSED = "refused", "越权访问被拒"
    EXPORT = "export", "导出"
    FILE = "file", "打开附件"
    PHONE_LIST = "phone_list", "预览手机名单"
    PHONE_KEY = "phone_key", "手机发码、停用"
    CABLE = "cable", "数据线导入"
    LOGIN = "login", "登录"
    BREAK_GLASS = "break_glass", "紧急越权"
