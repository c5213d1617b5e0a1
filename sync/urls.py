"""The addresses of the phones' door."""

from django.urls import URLPattern, re_path

from sync.roof import Apply, Lists
from sync.views import SEND, Door

#: Everything below these is spoken to phones: see `middleware.py`.
DOORS = ("/key/",)
# Users type slashes too many, and Collect takes off only one of them before `/submission`.
_KEY = r"^(?P<prefix>key/(?P<token>[^/]+))/+"


def openrosa_urls(*, lists: Lists, apply: Apply) -> list[URLPattern]:
    """URL patterns to be put before any other that would match `key/…`."""
    door = Door(lists, apply)
    return [
        re_path(_KEY + r"formList/*$", door.answers(door.form_list)),
        re_path(_KEY + r"submission/*$", door.answers(door.submission, SEND)),
        re_path(_KEY + r"forms/form\.xml$", door.answers(door.form)),
        re_path(_KEY + r"forms/manifest$", door.answers(door.manifest)),
        re_path(_KEY + r"forms/file$", door.answers(door.form_file)),
        re_path(_KEY + r"media/(?P<filename>[^/]+)$", door.answers(door.media)),
        re_path(_KEY + r"lists/(?P<name>[^/]+)\.csv$", door.answers(door.entity_list)),
        re_path(_KEY + r"lists/(?P<name>[^/]+)/integrity$", door.answers(door.integrity)),
        re_path(r"^(?P<prefix>key/(?P<token>[^/]*))(?P<rest>/.*)?$", door.answers(door.nothing)),
    ]
