"""The addresses of the phones' door, and how a request is known to be a phone's.

The same paths stand below four kinds of server address:

    /key/TOKEN          ODK Central's way: the address itself is the key
    /collector/TOKEN    KoBo's way of the same
    (nothing)           user name and phone password
    /USERNAME           the same, in KoBo's way: the name is that of who logs in
"""

import re
from collections.abc import Iterable, Sequence

from django.http import HttpRequest
from django.urls import Resolver404, URLPattern, URLResolver, re_path, resolve

from sync.roof import Apply, Lists
from sync.views import SEND, Door

#: Everything below these is spoken to phones, and what follows is a secret.
DOORS = ("/key/", "/collector/")
_ENDS = ("formList", "submission")
_OWN = frozenset({"key", "collector", "static", "forms", "media", "lists", *_ENDS})
# Users type slashes too many, and Collect takes off only one of them before `/submission`.
_TOKEN = r"^/*(?P<prefix>(?:key|collector)/+(?P<token>[^/]+))/+"
_ROOT = r"^/*"


def openrosa_urls(
    *, lists: Lists, apply: Apply, others: Sequence[URLPattern | URLResolver] = ()
) -> list[URLPattern]:
    """URL patterns to be put before all others.

    ``others``: those they are put before. No address of theirs is taken for a `/USERNAME/…`.
    """
    door = Door(lists, apply)
    paths = (
        (r"formList/*$", door.answers(door.form_list)),
        (r"submission/*$", door.answers(door.submission, SEND)),
        (r"forms/form\.xml$", door.answers(door.form)),
        (r"forms/manifest$", door.answers(door.manifest)),
        (r"forms/file$", door.answers(door.form_file)),
        (r"media/(?P<filename>[^/]+)$", door.answers(door.media)),
        (r"lists/(?P<name>[^/]+)\.csv$", door.answers(door.entity_list)),
        (r"lists/(?P<name>[^/]+)/integrity$", door.answers(door.integrity)),
    )
    taken = "|".join(sorted(map(re.escape, _OWN | first_words(others))))
    user = rf"^/*(?P<prefix>(?!(?:{taken})/)(?P<owner>[^/]+))/+"
    return [
        *(re_path(start + path, view) for start in (_TOKEN, _ROOT, user) for path, view in paths),
        re_path(
            r"^/*(?P<prefix>(?:key|collector)/+(?P<token>[^/]*))(?P<rest>/.*)?$", door.answers(door.nothing)
        ),
    ]


def first_words(patterns: Iterable[URLPattern | URLResolver]) -> frozenset[str]:
    """What stands before the first slash in the addresses of `path(…)` patterns, includes opened.

    :raises ValueError: an address begins with a variable: every name would be taken.
    """
    found: set[str] = set()
    for pattern in patterns:
        word, slash, _ = str(pattern.pattern).partition("/")
        if not word and not slash and isinstance(pattern, URLResolver):
            found |= first_words(pattern.url_patterns)
        elif "<" in word or "(" in word:
            raise ValueError(f"{pattern} begins with a variable")
        elif word:
            found.add(word)
    return frozenset(found)


def may_be_called(username: str) -> bool:
    """Whether `/USERNAME/formList` would be this person's: no page of the roof's has that name."""
    try:
        return resolve(f"/{username}/formList").kwargs.get("owner") == username
    except Resolver404:
        return False


def is_phones(request: HttpRequest) -> bool:
    """Whether a phone is asking: by the address, or by the header that Collect and KoboCollect send with everything."""
    path = request.path_info
    return (
        f"/{path.lstrip('/')}".startswith(DOORS)
        or path.rstrip("/").rpartition("/")[2] in _ENDS
        or "X-OpenRosa-Version" in request.headers
    )
