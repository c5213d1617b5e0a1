"""The four tables of a 街镇 and month, as the desk shows them: numbers masked. The official file is the desk's."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from server.accounts.matrix import Thing
from server.api.door import Door
from server.areas.models import Area
from server.areas.within import is_within
from server.households.mask import MASKS
from server.ledgers.columns import TABLES
from server.ledgers.find import months_of
from server.ledgers.kinds import LedgerKind, MonthState
from server.ledgers.read import MonthView, month_view
from server.ledgers.values import Line, first_day, month_of, plain

OPEN = ("open", "开放")
STATES = [OPEN, *MonthState.choices]


class MonthRow(serializers.Serializer[Any]):
    """Where a 街镇 stands with a month."""

    town = serializers.CharField(help_text="街镇代码，9 位")
    town_name = serializers.CharField()
    month = serializers.CharField(help_text="2024-08")
    state = serializers.ChoiceField(STATES)


class ColumnShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    heading = serializers.CharField(help_text="公文附表的表头，一字不改")


class TableShape(serializers.Serializer[Any]):
    """One of the four tables."""

    table = serializers.ChoiceField(LedgerKind.choices)
    title = serializers.CharField()
    columns = ColumnShape(many=True)
    lines = serializers.IntegerField(help_text="行数")


class MonthShape(MonthRow):
    """A month: open it is a view and may change any time, closed it is a record with a checksum."""

    version = serializers.IntegerField()
    checksum = serializers.CharField(allow_blank=True, help_text="锁定后才有")
    closed_at = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField(help_text="若现在锁定，因尚有待审而会不同的户数")
    tables = TableShape(many=True)


class LineShape(serializers.Serializer[Any]):
    """A line of a table; 序号 is its position."""

    household = serializers.CharField(help_text="户编号")
    village = serializers.CharField(help_text="村居代码")
    cells = serializers.DictField(
        child=serializers.JSONField(allow_null=True), help_text="按列名；金额为文本；证件、电话、住址已脱敏"
    )
    pending = serializers.ListField(child=serializers.CharField(), help_text="含待审内容的列")


class LedgerQuery(serializers.Serializer[Any]):
    month = serializers.RegexField(r"^\d{4}-(0[1-9]|1[0-2])$", required=False, help_text="2024-08；不填：本月")


class LedgerList(Door):
    thing = Thing.LEDGER
    query = LedgerQuery
    serializer_class = MonthRow
    pagination_class = None

    @extend_schema(
        operation_id="ledgers", summary="各街镇月报状态", tags=["台账"], parameters=[LedgerQuery],
        responses=MonthRow(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        month = self.asked().get("month") or month_of(self.asker.today)
        towns = [town for town in Area.objects.filter(kind="town", is_open=True).order_by("code") if self._sees(town)]
        states = months_of([town.code for town in towns], [month])
        rows = [
            {"town": one.code, "town_name": one.name, "month": month, "state": states.get((one.code, month), OPEN[0])}
            for one in towns
        ]
        return Response(MonthRow(rows, many=True).data)

    def _sees(self, town: Area) -> bool:
        return is_within(town.code, self.asker.codes) or any(code.startswith(town.code) for code in self.asker.codes)


class OfMonth(Door):
    """Addresses below one month."""

    thing = Thing.LEDGER

    def month(self, town: str, month: str) -> MonthView:
        """The month with the lines the asker may see; 404: out of scope (logged), no such 街镇, a month to come."""
        codes = self.asker.codes
        if not is_within(town, codes) and not any(code.startswith(town) for code in codes):
            self.asker.refuse(f"ledger:{town}/{month}")
        try:
            if first_day(month) > self.asker.today:
                raise Http404
            return month_view(town, month)
        except (ValueError, Area.DoesNotExist):
            raise Http404 from None

    def lines(self, view: MonthView, kind: LedgerKind) -> Sequence[Line]:
        found = view.lines.get(kind, [])
        if is_within(view.town, self.asker.codes):
            return found
        return [line for line in found if is_within(line.village, self.asker.codes)]


class LedgerMonth(OfMonth):
    serializer_class = MonthShape
    pagination_class = None

    @extend_schema(operation_id="ledger", summary="一个街镇一个月", tags=["台账"], responses=MonthShape)
    def get(self, request: Request, town: str, month: str) -> Response:
        view = self.month(town, month)
        lines = {kind: self.lines(view, kind) for kind in LedgerKind}
        waiting = view.waiting if is_within(view.town, self.asker.codes) else view.waiting_among(lines)
        tables = [
            {
                "table": kind.value,
                "title": TABLES[kind].title,
                "columns": TABLES[kind].columns,
                "lines": len(lines[kind]),
            }
            for kind in LedgerKind
        ]
        row = {
            "town": view.town, "town_name": view.town_name, "month": view.month,
            "state": OPEN[0] if view.state is None else view.state.value, "version": view.version,
            "checksum": view.checksum, "closed_at": view.closed_at, "waiting": waiting, "tables": tables,
        }  # fmt: skip
        return Response(MonthShape(row).data)


class LedgerTable(OfMonth):
    serializer_class = LineShape

    @extend_schema(operation_id="ledger_lines", summary="一张表", tags=["台账"], responses=LineShape(many=True))
    def get(self, request: Request, town: str, month: str, table: int) -> Response:
        """行的次序与印出来的相同。"""
        if str(table) not in LedgerKind.values:
            raise Http404
        return self.page_of(self.lines(self.month(town, month), LedgerKind(str(table))), self._draw, LineShape)

    def _draw(self, lines: list[Line]) -> list[dict[str, Any]]:
        return [
            {
                "household": line.household,
                "village": line.village,
                "cells": {key: self._cell(line, key) for key in line.cells},
                "pending": [key for key, cell in line.cells.items() if cell.pending],
            }
            for line in lines
        ]

    def _cell(self, line: Line, key: str) -> str | int | None:
        value = plain(line.value(key))
        if key == "name" and isinstance(value, str):
            return self.asker.shown_name(value, line.village)
        return MASKS[key](value) if key in MASKS and isinstance(value, str) else value
