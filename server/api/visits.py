"""Contacts."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from server.accounts.matrix import Thing
from server.api.door import Door
from server.api.places import Place, place
from server.areas.names import place_names
from server.households.find import name_of
from server.households.kinds import Outcome
from server.visits.find import visits_in
from server.visits.models import Visit


class VisitRow(serializers.Serializer[Any]):
    """One contact with a household, on its day. A first registration is one too (form ``screening``)."""

    instance_id = serializers.CharField(help_text="所在提交的记录编号")
    submission = serializers.IntegerField(help_text="提交编号")
    household = serializers.CharField(help_text="户编号")
    name = serializers.CharField(help_text="姓名（按岗位脱敏）")
    place = Place()
    on = serializers.DateField(help_text="走访日期")
    received_at = serializers.DateTimeField(help_text="收到时间")
    kind = serializers.CharField(
        help_text="regular 定期、return 回访、daily 日常、urgent 急难、check 督查、screening 排摸"
    )
    outcome = serializers.ChoiceField(Outcome.choices, help_text="结果")
    reached = serializers.BooleanField(help_text="见到本人、家属，或电话视频联系上")
    form = serializers.CharField(help_text="表单")
    by = serializers.CharField(help_text="走访人", allow_blank=True)


class VisitQuery(serializers.Serializer[Any]):
    since = serializers.DateField(required=False, help_text="走访日期不早于")
    until = serializers.DateField(required=False, help_text="走访日期不晚于")
    village = serializers.RegexField(r"^\d{12}$", required=False, help_text="村居代码")
    outcome = serializers.ChoiceField(Outcome.choices, required=False)


class VisitList(Door):
    thing = Thing.HOUSEHOLD
    query = VisitQuery
    serializer_class = VisitRow

    @extend_schema(
        operation_id="visits", summary="走访", tags=["走访"], parameters=[VisitQuery], responses=VisitRow(many=True)
    )
    def get(self, request: Request) -> Response:
        """最近的在前。退回、作废的提交不计。"""
        return self.page_of(visits_in(self.asker.codes, **self.asked()), self.draw, VisitRow)

    def draw(self, rows: list[Visit]) -> list[dict[str, Any]]:
        names = place_names(row.household.village for row in rows)
        return [
            {
                "instance_id": row.filing.instance,
                "submission": row.filing.submission_id,
                "household": row.household_id,
                "name": self.asker.shown_name(name_of(row.household), row.household.village),
                "place": place(row.household.village, names),
                "by": str(row.by or ""),
                **{name: getattr(row, name) for name in ("on", "received_at", "kind", "outcome", "reached", "form")},
            }
            for row in rows
        ]
