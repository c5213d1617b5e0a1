"""One household, whole: facts, members, relief, masked as the asker's rights demand."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from server.accounts.matrix import Thing
from server.api.asker import Asker
from server.api.due import DueShape
from server.api.places import Place, place
from server.areas.names import PlaceName
from server.households.facts import FACTS
from server.households.find import Opened
from server.households.kinds import Grade, Programme, Review, Standing, Status
from server.households.mask import SENSITIVE, mask_id, mask_name, masked
from server.support.find import Referred, referrals_of
from server.support.kinds import ReferralState


class FactShape(serializers.Serializer[Any]):
    """A fact as it stands, and where it comes from."""

    fact = serializers.CharField(help_text="事实名，即表单的问题名")
    title = serializers.CharField(help_text="事实的中文名")
    value = serializers.JSONField(help_text="选项为代码；多选为列表；证件号码、电话、住址已脱敏", allow_null=True)
    hidden = serializers.BooleanField(help_text="敏感信息，按岗位不提供（value 为空）")
    since = serializers.DateField(help_text="自何日起")
    instance_id = serializers.CharField(help_text="出自哪份提交（或哪项决定）")
    review = serializers.ChoiceField(Review.choices, help_text="该提交的审核状态")


class MemberShape(serializers.Serializer[Any]):
    """A member of the household besides the registrant."""

    name = serializers.CharField(allow_blank=True)
    relation = serializers.CharField(allow_blank=True)
    id_no = serializers.CharField(allow_blank=True, help_text="已脱敏")
    birth_year = serializers.CharField(allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField(), help_text="敏感信息，无权者为空")


class SpellShape(serializers.Serializer[Any]):
    """A spell of relief, from a day to a day (without it)."""

    programme = serializers.ChoiceField(Programme.choices)
    start = serializers.DateField(allow_null=True)
    end = serializers.DateField(allow_null=True, help_text="终止日，当日起不再享受；空：在保")
    precision = serializers.ChoiceField([("day", "日"), ("month", "月")])


class AidShape(serializers.Serializer[Any]):
    """What one submission says was given: one part of a sum."""

    instance_id = serializers.CharField(help_text="出自哪份提交")
    on = serializers.DateField(help_text="发放日期；没有填的为办理日期")
    by = serializers.CharField(help_text="填报人")
    amount = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True, help_text="本次金额（元）")
    sessions = serializers.IntegerField(allow_null=True, help_text="本次服务次数")
    goods = serializers.CharField(allow_blank=True, help_text="本次物资，原话")
    payer = serializers.CharField(allow_blank=True, help_text="出资方")
    unreadable = serializers.ListField(
        child=serializers.CharField(), help_text="不能识别为数字、没有计入的：amount、sessions"
    )
    review = serializers.ChoiceField(Review.choices, help_text="该提交的审核状态")


class ReferralShape(serializers.Serializer[Any]):
    """A household put in touch with a policy or a resource, and what was given along it, added up."""

    id = serializers.CharField(help_text="衔接编号")
    target = serializers.CharField(help_text="衔接的政策或资源", allow_blank=True)
    state = serializers.ChoiceField(ReferralState.choices)
    opened_on = serializers.DateField(help_text="提出日")
    linked_on = serializers.DateField(allow_null=True, help_text="衔接时间")
    amount = serializers.DecimalField(
        max_digits=15, decimal_places=2, allow_null=True, help_text="累计金额（元）；空：没有发放过资金"
    )
    sessions = serializers.IntegerField(allow_null=True, help_text="累计服务次数；空：没有提供过服务")
    goods = serializers.IntegerField(help_text="发放物资的次数")
    given = AidShape(many=True, help_text="逐笔发放，按先后排列；各笔相加即为累计")


class HouseholdShape(serializers.Serializer[Any]):
    """One household."""

    id = serializers.CharField()
    ids = serializers.ListField(child=serializers.CharField(), help_text="归于此户的全部编号")
    code = serializers.CharField()
    name = serializers.CharField()
    place = Place()
    table = serializers.IntegerField(allow_null=True)
    grade = serializers.ChoiceField(Grade.choices)
    grade_is_set = serializers.BooleanField()
    status = serializers.ChoiceField(Status.choices)
    status_since = serializers.DateField(allow_null=True)
    standing = serializers.ChoiceField(Standing.choices)
    facts = FactShape(many=True)
    members = MemberShape(many=True)
    relief = SpellShape(many=True)
    referrals = ReferralShape(many=True)
    due = DueShape(allow_null=True)


def whole_household(asker: Asker, opened: Opened, names: Mapping[str, PlaceName]) -> dict[str, Any]:
    """What ``HouseholdShape`` draws, but for the due visit. Facts, members and referrals only for readers of the whole
    page."""
    row, folded = opened.row, opened.folded
    full = asker.may_read(Thing.HOUSEHOLD, row.village, full=True)
    sensitive = asker.may_read(Thing.SENSITIVE, row.village)
    return {
        "id": row.pk,
        "ids": list(folded.ids),
        "name": asker.shown_name(opened.name, row.village),
        "place": place(row.village, names),
        "status_since": folded.status_since,
        **{name: getattr(row, name) for name in ("code", "table", "grade", "grade_is_set", "status", "standing")},
        "facts": _facts(opened, sensitive) if full else [],
        "members": _members(opened, sensitive) if full else [],
        "relief": folded.spells,
        "referrals": [_referral(one) for one in referrals_of(folded.ids)] if full else [],
    }


def _referral(one: Referred) -> dict[str, Any]:
    return {
        "id": one.row.pk,
        "target": one.target,
        "amount": one.total.amount,
        "sessions": one.total.sessions,
        "goods": one.total.goods,
        **{name: getattr(one.row, name) for name in ("state", "opened_on", "linked_on")},
        "given": [
            {"instance_id": part.aid.instance, "by": part.by, "unreadable": list(part.aid.unread or ())}
            | {name: getattr(part.aid, name) for name in ("on", "amount", "sessions", "goods", "payer", "review")}
            for part in one.parts
        ],
    }


def _facts(opened: Opened, sensitive: bool) -> list[dict[str, Any]]:
    return [
        {
            "fact": fact,
            "title": FACTS[fact].label if fact in FACTS else fact,
            "value": masked(fact, held.value, sensitive=sensitive),
            "hidden": fact in SENSITIVE and not sensitive,
            "since": held.since,
            "instance_id": held.instance,
            "review": held.review,
        }
        for fact, held in opened.folded.facts.items()
    ]


def _members(opened: Opened, sensitive: bool) -> list[dict[str, Any]]:
    return [
        {
            "name": mask_name(member.name or ""),
            "relation": member.relation or "",
            "id_no": mask_id(member.id_no or ""),
            "birth_year": (member.birth or "")[:4],
            "tags": list(member.tags) if sensitive else [],
        }
        for member in opened.folded.members
    ]
