"""The registry."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from server.accounts.matrix import Thing, Verb
from server.accounts.scope import codes_for
from server.api.door import Door
from server.api.due import DueShape, due_of
from server.api.facts import HouseholdShape, whole_household
from server.api.places import Place, place
from server.api.visits import VisitList, VisitRow
from server.areas.names import place_names
from server.households.find import households_in, name_of, open_household, served
from server.households.kinds import Grade, Standing, Status
from server.households.models import Household
from server.visits.find import visits_in
from server.visits.models import Due

ATTENTION = {
    "clashes": "有冲突", "cases": "疑似重复", "proposals": "有建议待定", "unreviewed": "有待审", "returned": "退回待改",
    "provisional": "登记表未到",
}  # fmt: skip


class HouseholdRow(serializers.Serializer[Any]):
    """A household as a line of a list."""

    id = serializers.CharField(help_text="户编号；合并前的各编号也都有效")
    code = serializers.CharField(help_text="户号")
    name = serializers.CharField(help_text="登记人姓名（按岗位脱敏）")
    place = Place()
    table = serializers.IntegerField(allow_null=True, help_text="所在的表：1 至 4")
    grade = serializers.ChoiceField(Grade.choices, help_text="探访等级")
    grade_is_set = serializers.BooleanField(help_text="等级已由街镇评定；否则为默认的“关注”")
    status = serializers.ChoiceField(Status.choices)
    standing = serializers.ChoiceField(Standing.choices)
    in_relief = serializers.BooleanField(help_text="在保")
    opened_on = serializers.DateField(allow_null=True, help_text="首次记录")
    clashes = serializers.IntegerField(help_text="待裁冲突")
    proposals = serializers.IntegerField(help_text="待定建议")
    unreviewed = serializers.IntegerField(help_text="待审提交")
    returned = serializers.IntegerField(help_text="退回未改")
    due = DueShape(allow_null=True)


class HouseholdQuery(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, max_length=60, help_text="姓名、证件号码、其末四位、电话或户号，须完整")
    village = serializers.RegexField(r"^\d{12}$", required=False, help_text="村居代码")
    table = serializers.IntegerField(required=False, min_value=1, max_value=4)
    grade = serializers.ChoiceField(Grade.choices, required=False)
    status = serializers.ChoiceField(Status.choices, required=False, help_text="不填：除作废外全部")
    attention = serializers.ChoiceField(list(ATTENTION.items()), required=False)


class HouseholdList(Door):
    thing = Thing.HOUSEHOLD
    query = HouseholdQuery
    serializer_class = HouseholdRow

    @extend_schema(
        operation_id="households", summary="对象家庭", tags=["对象家庭"], parameters=[HouseholdQuery],
        responses=HouseholdRow(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """按村居、户号排列。"""
        asked = self.asked()
        deciding = codes_for(self.asker.access, Verb.APPROVE, Thing.DUPLICATE)
        rows = households_in(self.asker.codes, text=asked.pop("q", ""), deciding=deciding, **asked)
        return self.page_of(rows, self._draw, HouseholdRow)

    def _draw(self, rows: list[Household]) -> list[dict[str, Any]]:
        names = place_names(row.village for row in rows)
        plain = ("code", "table", "grade", "grade_is_set", "status", "standing", "in_relief", "opened_on", "clashes",
                 "proposals", "unreviewed", "returned")  # fmt: skip
        return [
            {name: getattr(row, name) for name in plain}
            | {
                "id": row.pk,
                "name": self.asker.shown_name(name_of(row), row.village),
                "place": place(row.village, names),
                "due": due_of(row.due, self.asker.today) if hasattr(row, "due") else None,
            }
            for row in rows
        ]


class OfHousehold(Door):
    """Addresses below one household."""

    thing = Thing.HOUSEHOLD

    def found(self, any_id: str) -> Household:
        """The household an id means now; 404 (logged) out of the scope of everybody who sees it."""
        row = served(any_id)
        if row is None:
            raise Http404
        if not self.asker.sees(row.village):
            self.asker.refuse(f"household:{row.pk}")
        return row


class HouseholdPage(OfHousehold):
    serializer_class = HouseholdShape
    pagination_class = None

    @extend_schema(operation_id="household", summary="一户", tags=["对象家庭"], responses=HouseholdShape)
    def get(self, request: Request, any_id: str) -> Response:
        """事实带来源与起算日；证件号码、电话、住址一律脱敏，查看完整信息须在工作台上逐次进行并留痕。"""
        row = self.found(any_id)
        due = Due.objects.filter(pk=row.pk).first()
        shown = whole_household(self.asker, open_household(row), place_names([row.village]))
        return Response(
            HouseholdShape(shown | {"due": due_of(due, self.asker.today) if due is not None else None}).data
        )


class HouseholdVisits(OfHousehold):
    serializer_class = VisitRow

    @extend_schema(
        operation_id="household_visits", summary="一户的走访", tags=["走访"], responses=VisitRow(many=True)
    )
    def get(self, request: Request, any_id: str) -> Response:
        row = self.found(any_id)
        drawn = VisitList(asker=self.asker)
        return self.page_of(visits_in([""], household=row.pk), drawn.draw, VisitRow)
