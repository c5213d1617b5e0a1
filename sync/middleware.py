"""The last guard before a phone: no HTML and no redirect goes out to it, whoever made it and whatever it asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from sync import answers
from sync.problems import Refusal
from sync.urls import is_phones


class PlainAnswers:
    """First in MIDDLEWARE. Turns what others answered (wrong host, redirect to https, a page of the desk, a crash) into
    a refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if answer.has_header("X-OpenRosa-Version"):
            answer.cookies.clear()  # Django renews or withdraws a cookie that a client brings from elsewhere
        elif answer.status_code >= 300 and is_phones(request):
            return answers.refused(_meaning(answer, request.is_secure()))
        return answer


def _meaning(answer: HttpResponseBase, is_secure: bool) -> Refusal:
    if answer.status_code >= 500:
        return Refusal.SERVER_FAULT
    if not is_secure and answer.get("Location", "").startswith("https://"):
        return Refusal.WRONG_SCHEME
    if answer.status_code in (400, 403):
        return Refusal.WRONG_ADDRESS  # a host that is not ours; a POST to a page
    return Refusal.NO_SUCH_PATH
