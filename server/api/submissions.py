"""What has come in, and how it was judged. What it said is in the facts of its household."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from server.accounts.matrix import Thing
from server.acts.kinds import ActKind
from server.acts.read import acts_about, reason_of
from server.api.door import Door
from server.api.places import Place, place
from server.areas.names import place_names
from server.households.find import name_of, noted_in, noted_of, versions_of
from server.households.kinds import Review
from server.households.models import Noted
from sync.kinds import Via
from sync.models import Submission


class SubmissionRow(serializers.Serializer[Any]):
    """A submission as a line of a list."""

    id = serializers.IntegerField(help_text="提交编号")
    instance_id = serializers.CharField(help_text="记录编号")
    form = serializers.CharField(help_text="表单")
    form_version = serializers.CharField(help_text="表单版本")
    via = serializers.ChoiceField(Via.choices, help_text="来源")
    received_at = serializers.DateTimeField(help_text="收到时间")
    by = serializers.CharField(help_text="报送人", allow_blank=True)
    household = serializers.CharField(help_text="户编号", allow_blank=True)
    name = serializers.CharField(help_text="登记人姓名（按岗位脱敏）", allow_blank=True)
    place = Place()
    review = serializers.ChoiceField(Review.choices, help_text="审核状态")
    flags = serializers.ListField(child=serializers.CharField(), help_text="提示")
    waits = serializers.BooleanField(help_text="他处填报：报送人不负责这一户，通过以前不计入任何资料，household 为空")


class DecisionShape(serializers.Serializer[Any]):
    """What somebody decided about it."""

    kind = serializers.ChoiceField(ActKind.choices)
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class FileShape(serializers.Serializer[Any]):
    """A file that came with it. The bytes are shown at the desk only."""

    content_type = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField(help_text="字节数")
    sha256 = serializers.CharField()
    received_at = serializers.DateTimeField()
    is_replaced = serializers.BooleanField(help_text="已被后来的同名文件替换")
    is_unreadable = serializers.BooleanField(help_text="名为照片而无法打开")


class SubmissionShape(SubmissionRow):
    """One submission."""

    is_newest = serializers.BooleanField(help_text="最新一版")
    versions = serializers.ListField(child=serializers.CharField(), help_text="紧邻的前后各版的记录编号")
    decisions = DecisionShape(many=True)
    files = FileShape(many=True)


class SubmissionQuery(serializers.Serializer[Any]):
    review = serializers.MultipleChoiceField(choices=Review.choices, required=False, help_text="可给多个")
    form = serializers.ChoiceField([("screening", "新户排摸登记"), ("visit", "入户探访与回访")], required=False)
    village = serializers.RegexField(r"^\d{12}$", required=False, help_text="村居代码")
    flagged = serializers.BooleanField(default=False, help_text="只要有提示的")


def _line(view: Door, row: Noted, places: Any) -> dict[str, Any]:
    said: Submission = row.filing.submission
    return {
        "id": said.pk,
        "instance_id": said.instance_id,
        "form": said.form_id,
        "form_version": said.form_version,
        "via": said.via,
        "received_at": said.received_at,
        "by": str(row.by or ""),
        "household": row.household_id or "",
        "name": view.asker.shown_name(name_of(row.household), row.village) if row.household else "",
        "place": place(row.village, places),
        "review": row.review,
        "flags": row.flags,
        "waits": row.waits,
    }


class SubmissionList(Door):
    thing = Thing.SUBMISSION
    query = SubmissionQuery
    serializer_class = SubmissionRow

    @extend_schema(
        operation_id="submissions", summary="提交", tags=["提交"], parameters=[SubmissionQuery],
        responses=SubmissionRow(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """排摸与探访，各取最新一版，最近收到的在前。"""
        return self.page_of(noted_in(self.asker.codes, **self.asked()), self._draw, SubmissionRow)

    def _draw(self, rows: list[Noted]) -> list[dict[str, Any]]:
        places = place_names(row.village for row in rows)
        return [_line(self, row, places) for row in rows]


class SubmissionPage(Door):
    thing = Thing.SUBMISSION
    serializer_class = SubmissionShape
    pagination_class = None

    @extend_schema(operation_id="submission", summary="一份提交", tags=["提交"], responses=SubmissionShape)
    def get(self, request: Request, submission_id: int) -> Response:
        row = noted_of(submission_id)
        if row is None:
            raise Http404
        if not self.asker.sees(row.village):
            self.asker.refuse(f"submission:{submission_id}")
        said = row.filing.submission
        decisions = [
            {"kind": act.kind, "at": act.at, "by": str(act.by or ""), "reason": reason_of(act)}
            for act in acts_about([said.instance_id])
        ]
        more = {
            "is_newest": row.is_head,
            "versions": [one.instance_id for one in versions_of(said.instance_id, said.deprecated_id)],
            "decisions": decisions,
            "files": said.attachments.order_by("received_at", "pk"),
        }
        return Response(SubmissionShape(_line(self, row, place_names([row.village])) | more).data)
