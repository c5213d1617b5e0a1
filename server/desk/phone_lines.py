"""One person's phones, each as a line: what it is, when it was last here, what it runs, what it sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.db.models.fields.json import KeyTextTransform

from forms.catalogue import current_versions, titles
from server.desk.parts import Badge
from sync.agent import App, read_agent
from sync.auth import LEFT_GRACE
from sync.kinds import Ended
from sync.models import PhoneKey, Submission

#: A phone that updates itself every quarter of an hour and was not here for so long is off, lost or without network.
QUIET = timedelta(days=7)


@dataclass(frozen=True)
class SentForm:
    """The version of a form in which this phone last sent something; ``is_old``: there is a newer one."""

    title: str
    version: str
    at: datetime
    is_old: bool


@dataclass(frozen=True)
class PhoneLine:
    key: PhoneKey
    state: Badge
    app: App
    warnings: list[str]
    sent: int
    last_sent_at: datetime | None
    forms: list[SentForm]
    has_password: bool

    @property
    def is_open(self) -> bool:
        return not self.key.ended_how


def phone_lines(person_id: int, now: datetime) -> list[PhoneLine]:
    """Open phones first, latest issued first. Four queries, however many phones."""
    keys = PhoneKey.objects.filter(user=person_id).select_related("issued_by").order_by("-issued_at")
    sent = _sent_by(person_id)
    current = {v.form.form_id: v.version for v in current_versions()}
    named = titles()
    lines = [_line(key, sent.get(key.pk, ()), current, named, now) for key in keys]
    return sorted(lines, key=lambda line: not line.is_open)


def warnings_of(key: PhoneKey, now: datetime) -> list[str]:
    """What somebody should look at, of a phone in use."""
    if key.ended_how or key.first_used_at is None:
        return []
    told = []
    seen = key.last_seen_at or key.first_used_at
    if now - seen >= QUIET:
        told.append(f"{(now - seen).days} 天没有联系服务器：请问本人手机是否还在用、有没有网络")
    app = read_agent(key.last_agent)
    if app.is_too_old:
        told.append(f"{app.name} {app.version} 太旧，没有网络时名单不更新：请升级到最新版")
    elif app.cannot_edit:
        told.append(f"{app.name} {app.version} 不能修改已发送的记录（退回的改不了）：请升级到最新版")
    elif not app.name:
        told.append("不是 ODK Collect 或 KoboCollect 在使用这个二维码：请查明是谁")
    return told


def _sent_by(person_id: int) -> dict[int, list[Mapping[str, object]]]:
    """By phone: number and last moment of what it sent, per form, version and device."""
    rows = (
        Submission.objects.filter(key__user=person_id)
        .annotate(device=KeyTextTransform("device", "context"))
        .values("key_id", "form_id", "form_version", "device")
        .annotate(n=Count("pk"), at=Max("received_at"))
    )
    found: dict[int, list[Mapping[str, object]]] = {}
    for row in rows:
        found.setdefault(row["key_id"], []).append(row)
    return found


def _line(key: PhoneKey, sent: Iterable[Mapping[str, object]], current: Mapping[str, str], named: Mapping[str, str],
          now: datetime) -> PhoneLine:
    latest: dict[str, Mapping[str, object]] = {}
    for row in sorted(sent, key=lambda row: str(row["at"])):
        latest[str(row["form_id"])] = row
    forms = [
        SentForm(named.get(form_id, form_id), str(row["form_version"]), row["at"],  # type: ignore[arg-type]
                 current.get(form_id, row["form_version"]) != row["form_version"])
        for form_id, row in latest.items()
    ]
    warnings = warnings_of(key, now)
    if not key.ended_how and len({row["device"] for row in sent if row["device"]}) > 1:
        warnings.append("两部以上的手机用过这个二维码：请确认没有外传；可停用后重新签发")
    return PhoneLine(
        key=key, state=_state(key, now), app=read_agent(key.last_agent), warnings=warnings,
        sent=sum(int(str(row["n"])) for row in sent), last_sent_at=max((f.at for f in forms), default=None),
        forms=sorted(forms, key=lambda form: form.title), has_password=bool(key.password_hash),
    )


def _state(key: PhoneKey, now: datetime) -> Badge:
    if key.ended_how == Ended.LOST:
        return Badge("已停用（遗失）", "")
    if key.ended_how == Ended.LEFT:
        if key.ended_at is not None and key.ended_at + LEFT_GRACE < now:
            return Badge("已停用（离职）", "")
        return Badge("离职，还收未发的记录", "blue")
    if key.first_used_at is not None:
        return Badge("在用", "green")
    if key.expires_at is not None and key.expires_at <= now:
        return Badge("过期未用", "")
    return Badge("等待首次使用", "amber")
