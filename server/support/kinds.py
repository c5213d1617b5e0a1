"""Kinds of help (notice 四) and the states of leads and referrals."""

from django.db.models import TextChoices


class PolicyKind(TextChoices):
    BASIC = "basic", "基本生活"
    SPECIAL = "special", "专项"
    URGENT = "urgent", "急难"
    WELFARE = "welfare", "福利政策"
    SOCIAL = "social", "社会力量"


class ResourceKind(TextChoices):
    COMPANY = "company", "爱心企业"
    NGO = "ngo", "社会组织"
    VOLUNTEER = "volunteer", "志愿者"
    FOUNDATION = "foundation", "社区基金会"
    CITIZEN_AID = "citizen_aid", "市民综合帮扶"
    PURCHASED = "purchased", "政府购买服务"
    BRIDGE = "bridge", "桥计划"
    OTHER = "other", "其他"


class LeadState(TextChoices):
    OPEN = "open", "待处理"
    VISITED = "visited", "已入户"
    REGISTERED = "registered", "已登记"
    UNTRUE = "untrue", "不属实"
    PASSED_ON = "passed_on", "已转交"


class ReferralState(TextChoices):
    SUGGESTED = "suggested", "建议"
    CONTACTED = "contacted", "已联系"
    ACCEPTED = "accepted", "已受理"
    LINKED = "linked", "已衔接"
    DONE = "done", "已办结"
    FAILED = "failed", "未成功"
    DROPPED = "dropped", "放弃"


#: States in which a referral was really made: it has a 衔接时间 and takes a place of the resource's quota.
LINKED_STATES = frozenset({ReferralState.LINKED, ReferralState.DONE})
#: States after which it leaves the phone.
CLOSED_STATES = frozenset({ReferralState.DONE, ReferralState.FAILED, ReferralState.DROPPED})

#: Answer a lead within so many working days; an urgent one within so many hours (domain 三.2e, 三.5a).
LEAD_WORKDAYS = 3
URGENT_HOURS = 24
