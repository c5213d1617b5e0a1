"""The last guard before a phone: below the door no HTML and no redirect goes out, whoever made it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from sync import answers
from sync.problems import Refusal
from sync.urls import DOORS


class PlainAnswers:
    """First in MIDDLEWARE. Turns what others answered (wrong host, redirect to https, a crash) into a refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if request.path_info.startswith(DOORS) and not answer.has_header("X-OpenRosa-Version"):
            return answers.refused(_meaning(answer.status_code))
        return answer


def _meaning(status: int) -> Refusal:
    if 300 <= status < 400:
        return Refusal.WRONG_SCHEME
    return Refusal.SERVER_FAULT if status >= 500 else Refusal.WRONG_ADDRESS
