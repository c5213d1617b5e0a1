"""Attachments: the only address under which a photo can be seen, inside the scope of its submission."""

from django.http import Http404, HttpRequest, HttpResponse

from server.accounts.kinds import AccessKind
from server.accounts.matrix import Thing, Verb
from server.accounts.scope import log_access
from server.desk.seat import Seat, screen
from server.desk.submission import find_submission
from sync.files import get_file
from sync.models import Attachment
from sync.photos import NotAPicture, calls_itself_picture, thumbnail
from sync.vault.envelope import unwrap

PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"})


@screen()
def file(request: HttpRequest, seat: Seat, attachment_id: int) -> HttpResponse:
    """The bytes as sent; with ``?small`` a small picture without position and device."""
    one = Attachment.objects.select_related("submission").filter(pk=attachment_id).first()
    if one is None:
        raise Http404("file")
    find_submission(seat.at(Verb.READ, Thing.SUBMISSION), one.submission_id, reads=True)
    try:
        data = get_file(one.stored, one.sha256, unwrap(bytes(one.submission.wrapped_key)))
    except FileNotFoundError:
        raise Http404("file lost") from None
    small = "small" in request.GET
    if small:
        try:
            answer = HttpResponse(thumbnail(data), content_type="image/jpeg")
        except NotAPicture:
            raise Http404("no picture") from None
    else:
        log_access(seat.user, AccessKind.FILE, f"file:{one.pk}", now=seat.now, ip=seat.ip)
        # The type is a stranger's word like everything else: only pictures are drawn, the rest is saved to disk.
        shows = calls_itself_picture(one.name) and not one.is_unreadable and one.content_type in PICTURE_TYPES
        answer = HttpResponse(data, content_type=one.content_type if shows else "application/octet-stream")
        answer["Content-Disposition"] = f'{"inline" if shows else "attachment"}; filename="{one.pk}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=600" if small else "no-store"
    return answer
