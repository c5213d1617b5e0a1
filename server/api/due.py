"""Who is due."""

from collections.abc import Mapping
from datetime import date
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
from server.visits.due import STATES, due_in
from server.visits.kinds import DueKind
from server.visits.models import Due
from server.visits.rules import Window, state_on

#: The word of a day, as a code.
CODES: Mapping[str, str] = {"逾期": "overdue", "临期": "near", "应访": "open", "未到": "later", "无": "none"}
DUE_STATES = [(code, word) for word, code in CODES.items()]


class DueShape(serializers.Serializer[Any]):
    """The next visit of a household. Dates are kept; ``state`` is that of the day of asking."""

    kind = serializers.ChoiceField(DueKind.choices, help_text="种类")
    due_from = serializers.DateField(allow_null=True, help_text="最早")
    due_to = serializers.DateField(allow_null=True, help_text="最晚")
    state = serializers.ChoiceField(DUE_STATES, help_text="今天的状态")
    last_on = serializers.DateField(allow_null=True, help_text="上次见到")
    tried_on = serializers.DateField(allow_null=True, help_text="上次未见到")
    exit_on = serializers.DateField(allow_null=True, help_text="退出保障日期")
    closable_from = serializers.DateField(allow_null=True, help_text="可提出结束回访的日期")


class DueRow(DueShape):
    """A line of the due list."""

    household = serializers.CharField(help_text="户编号")
    code = serializers.CharField(help_text="户号")
    name = serializers.CharField(help_text="姓名（按岗位脱敏）")
    place = Place()


class DueQuery(serializers.Serializer[Any]):
    state = serializers.ChoiceField(list(STATES.items()), required=False, help_text="不填：全部")
    kind = serializers.ChoiceField([c for c in DueKind.choices if c[0] != DueKind.NONE], required=False)
    village = serializers.RegexField(r"^\d{12}$", required=False, help_text="村居代码")


def due_of(row: Due, today: date) -> dict[str, Any]:
    """A due visit with its state on a day."""
    names = ("kind", "due_from", "due_to", "last_on", "tried_on", "exit_on", "closable_from")
    word = state_on(Window(DueKind(row.kind), row.due_from, row.due_to), today)
    return {name: getattr(row, name) for name in names} | {"state": CODES[word]}


class DueList(Door):
    thing = Thing.SCHEDULE
    query = DueQuery
    serializer_class = DueRow

    @extend_schema(
        operation_id="due", summary="应访名单", tags=["应访"], parameters=[DueQuery], responses=DueRow(many=True)
    )
    def get(self, request: Request) -> Response:
        """最急的在前；只列在册的户。"""
        asked, asker = self.asked(), self.asker
        rows = due_in(asker.codes, asker.today, asked.get("state", ""), kind=asked.get("kind", ""))
        if "village" in asked:
            rows = rows.filter(village=asked["village"])
        return self.page_of(rows, self._draw, DueRow)

    def _draw(self, rows: list[Due]) -> list[dict[str, Any]]:
        names = place_names(row.village for row in rows)
        return [
            due_of(row, self.asker.today)
            | {
                "household": row.pk,
                "code": row.household.code,
                "name": self.asker.shown_name(name_of(row.household), row.village),
                "place": place(row.village, names),
            }
            for row in rows
        ]
