"""The phones' door over HTTP. Thin: who is it, what is asked, one call, one answer.

`Door.answers` wraps every view: who it is is found out before a byte of the body is read, every refusal becomes an
OpenRosa answer, and nothing ever becomes a redirect, a CSRF page or HTML.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from forms.catalogue import find_file, find_version
from forms.models import FormVersion
from sync import answers
from sync.auth import find_key, may_fetch, may_send, note_seen
from sync.body import pass_over, read_envelope
from sync.inbox import LEASE, claim_one, settle
from sync.kinds import State, Verdict
from sync.lists import entity_states, list_hashes, list_rows
from sync.login import Asked, Entry, log_in, spend
from sync.models import PhoneKey
from sync.note_scopes import note_scopes
from sync.offered import offered_versions
from sync.openrosa import ListedFile, ListedForm, form_list, integrity, manifest
from sync.problems import Refusal, Refused
from sync.receive import Receipt, Sender, receive
from sync.roof import Apply, Lists

log = logging.getLogger(__name__)
_AS_TYPED = "-._~!$&'()*+,;=:@"  # what stands in a path unescaped (RFC 3986 §3.3)
READ, SEND = ("GET", "HEAD"), ("POST", "HEAD")


@dataclass(frozen=True)
class Visit:
    """One request at the door: whose phone, when, and the address every URL in the answer begins with."""

    request: HttpRequest
    entry: Entry
    asked: Asked
    now: datetime
    today: date
    base: str

    @property
    def key(self) -> PhoneKey:
        return self.entry.key


View = Callable[..., HttpResponseBase]


class Door:
    """The views, with what the roof handed in. Each takes a Visit and what the URL names."""

    def __init__(self, lists: Lists, apply: Apply) -> None:
        self.lists, self.apply = lists, apply

    def answers(self, view: View, methods: tuple[str, ...] = READ) -> View:
        """The view as Django calls it."""

        @csrf_exempt
        def answer(
            request: HttpRequest, prefix: str = "", token: str | None = None, owner: str = "", **named: str
        ) -> HttpResponseBase:
            try:
                if request.method not in methods:
                    raise Refused(Refusal.WRONG_METHOD)
                if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
                    raise Refused(Refusal.NO_SUCH_PATH)  # PostgreSQL knows no such letter
                now = timezone.now()
                asked = _asked(request)
                entry = log_in(asked, now) if token is None else Entry(find_key(token, now))
                key = entry.key
                if owner and owner != key.user.username:
                    raise Refused(Refusal.NOT_YOUR_ADDRESS)
                if methods is READ:
                    may_fetch(key)
                note_seen(key, now, device=asked.device, agent=request.headers.get("User-Agent", ""))
                return view(Visit(request, entry, asked, now, timezone.localdate(now), _base(request, prefix)), **named)
            except Refused as refused:
                pass_over(request)
                return answers.refused(refused.refusal, refused.headers)
            except OperationalError:
                log.exception("the door: database")
                return answers.refused(Refusal.TRY_LATER)
            except Exception:
                log.exception("the door")
                return answers.refused(Refusal.SERVER_FAULT)

        return answer

    # --- forms ---

    def form_list(self, visit: Visit) -> HttpResponseBase:
        """Every open form. In doubt an error: an empty list would empty the phone, a manifest that is bound to fail
        would make it install a form without its lists."""
        versions = offered_versions()
        known = {*self.lists.known()}
        if not versions:
            raise Refused(Refusal.NO_FORMS)
        for version in versions:
            if missing := [f["filename"] for f in version.media if not self._is_servable(f, known)]:
                log.error("%s wants %s, which nobody serves: formList is refused", version, missing)
                raise Refused(Refusal.SERVER_FAULT)
        body = form_list(_listed(version, visit.base) for version in versions)
        return answers.document(visit.request, body, etag=_md5(body))

    def form(self, visit: Visit) -> HttpResponseBase:
        version = _version(visit)
        return answers.document(
            visit.request, version.xform_bytes, etag=version.md5, cache=answers.NEVER_CHANGES
        )

    def manifest(self, visit: Visit) -> HttpResponseBase:
        """The files of a form. Hashes of this person's lists come from counters, no row is read."""
        version = _version(visit)
        names = [_stem(file["filename"]) for file in version.media if file["kind"] == "entity"]
        hashes = self._hashes(visit, names)
        body = manifest(self._file(visit, version, file, hashes) for file in version.media)
        return answers.document(visit.request, body, etag=_md5(body))

    def form_file(self, visit: Visit) -> HttpResponseBase:
        """A fixed file of a form's version."""
        file = find_file(_version(visit), visit.request.GET.get("name", ""))
        if file is None:
            raise Refused(Refusal.NO_SUCH_FILE)
        return answers.document(
            visit.request, bytes(file.content), etag=file.md5, type="application/octet-stream"
        )

    # --- lists ---

    def media(self, visit: Visit, filename: str) -> HttpResponseBase:
        """A plain list, the same for all or made for this person."""
        body = self.lists.media(visit.key.user, filename)
        if body is None:
            raise Refused(Refusal.NO_SUCH_FILE)
        return answers.document(visit.request, body, etag=_md5(body), type=answers.CSV)

    def entity_list(self, visit: Visit, name: str) -> HttpResponseBase:
        """This person's rows. The hash is read before the rows: newer rows under an older hash do no harm."""
        self._known_list(name)
        scopes, columns = self.lists.scopes(visit.key.user, name, visit.today), self.lists.columns(name)
        note_scopes(visit.key.user_id, name, scopes, visit.now)
        etag = list_hashes({name: scopes}, {name: columns})[name]
        explaining = None if scopes else self.lists.explaining_row(visit.key.user, name, visit.today)
        return answers.stream(visit.request, list_rows(name, scopes, columns, explaining), etag=etag)

    def integrity(self, visit: Visit, name: str) -> HttpResponseBase:
        """Which of the ids a phone made itself are gone."""
        self._known_list(name)
        asked = [part for ids in visit.request.GET.getlist("id") for part in ids.split(",") if part]
        states = entity_states(name, self.lists.scopes(visit.key.user, name, visit.today), asked)
        body = integrity(states)
        return answers.document(visit.request, body, etag=_md5(body))

    # --- submissions ---

    def submission(self, visit: Visit) -> HttpResponseBase:
        """HEAD: 204. POST: beat one, then beat two, then the answer; once it is kept, the answer is never a failure."""
        is_staying = may_send(visit.key, visit.now)
        if visit.request.method == "HEAD":
            return answers.submission_head()
        envelope = read_envelope(visit.request)
        spend(visit.entry, visit.asked, visit.now)
        person = self.lists.standing(visit.key.user, visit.today)
        sender = Sender(
            user_id=visit.key.user_id,
            key_id=visit.key.pk,
            villages=person.villages,
            answers_for=person.answers_for,
            is_leaving=not is_staying,
            has_role=person.has_role,
        )
        at_once = settings.FIELD_APPLY == "request"
        receipt = receive(envelope, sender, visit.now, try_at=visit.now + LEASE if at_once else None)
        if at_once and receipt.state == State.KEPT and self._is_mine(receipt, visit.now):
            settle(receipt.submission_id, self.apply, visit.now)
        return _answer(receipt)

    def nothing(self, visit: Visit, **named: str) -> HttpResponseBase:
        """Any other path below a door."""
        raise Refused(Refusal.NO_SUCH_PATH)

    # --- inside ---

    def _is_mine(self, receipt: Receipt, now: datetime) -> bool:
        """A submission just kept is ours; one kept before may be in somebody's hands."""
        if receipt.verdict in (Verdict.NEW, Verdict.EDIT):
            return True
        return claim_one(receipt.submission_id, now)

    def _is_servable(self, file: dict[str, str], known: set[str]) -> bool:
        return file["kind"] == "file" or _stem(file["filename"]) in known

    def _known_list(self, name: str) -> None:
        if name not in self.lists.entity_lists():
            raise Refused(Refusal.NO_SUCH_FILE)

    def _hashes(self, visit: Visit, names: list[str]) -> dict[str, str]:
        scopes = {name: self.lists.scopes(visit.key.user, name, visit.today) for name in names}
        return list_hashes(scopes, {name: self.lists.columns(name) for name in names})

    def _file(
        self, visit: Visit, version: FormVersion, file: dict[str, str], hashes: dict[str, str]
    ) -> ListedFile:
        filename = file["filename"]
        if file["kind"] == "entity":
            url = f"{visit.base}/lists/{quote(_stem(filename))}"
            return ListedFile(filename, hashes[_stem(filename)], f"{url}.csv", f"{url}/integrity", True)
        if file["kind"] == "file":
            fixed = find_file(version, filename)
            if fixed is None:
                raise LookupError(f"{version} lost {filename}")
            query = urlencode({"id": version.form.form_id, "v": version.version, "name": filename})
            return ListedFile(filename, fixed.md5, f"{visit.base}/forms/file?{query}")
        body = self.lists.media(visit.key.user, filename)
        if body is None:
            raise LookupError(f"{version} wants {filename}, which nobody serves")
        return ListedFile(filename, _md5(body), f"{visit.base}/media/{quote(filename)}")


def _asked(request: HttpRequest) -> Asked:
    return Asked(
        method=request.method or "",
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
        authorization=request.headers.get("Authorization", ""),
        address=request.META.get("REMOTE_ADDR", ""),
        device=request.GET.get("deviceID", "")[:100],
        is_secure=request.is_secure(),
    )


def _base(request: HttpRequest, prefix: str) -> str:
    """What the phone's own server address is, as it used it: every URL in an answer begins with it."""
    below = "".join(f"/{quote(part, safe=_AS_TYPED)}" for part in prefix.split("/") if part)
    return f"{request.scheme}://{request.get_host()}{request.META.get('SCRIPT_NAME', '')}{below}"


def _answer(receipt: Receipt) -> HttpResponseBase:
    if receipt.aside is not None:
        return answers.received(202, f"已收到。{receipt.aside.sentence}")
    if receipt.unreadable:
        names = "、".join(receipt.unreadable)
        return answers.received(
            201, f"已收到。{names} 打不开，不是有效的照片；其余内容不受影响，需要时请重拍补报。"
        )
    return answers.received(202 if receipt.verdict == Verdict.AGAIN else 201)


def _listed(version: FormVersion, base: str) -> ListedForm:
    query = urlencode({"id": version.form.form_id, "v": version.version})
    return ListedForm(
        form_id=version.form.form_id,
        name=version.form.title,
        version=version.version,
        md5=version.md5,
        download_url=f"{base}/forms/form.xml?{query}",
        manifest_url=f"{base}/forms/manifest?{query}" if version.media else "",
    )


def _version(visit: Visit) -> FormVersion:
    found = find_version(visit.request.GET.get("id", ""), visit.request.GET.get("v", ""))
    if found is None:
        raise Refused(Refusal.NO_SUCH_FORM)
    return found


def _stem(filename: str) -> str:
    return filename.removesuffix(".csv")


def _md5(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
