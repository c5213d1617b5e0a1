"""The roof: where the phones' door, the desk and the REST service are put together."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from server.api.urls import api_urls
from server.desk.urls import desk_urls
from server.field.apply import apply
from server.field.lists import PhoneLists
from sync.urls import openrosa_urls


def health(request: HttpRequest) -> JsonResponse:
    """For watchdogs: the program answers. Touches no database."""
    return JsonResponse({"ok": True, "version": settings.VERSION})


_rest: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    # --- REST for other systems ---
    path("api/", include(api_urls)),
    path("api", RedirectView.as_view(url="/api/")),
    # --- the desk: last, it owns every other path ---
    path("", include(desk_urls)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    # --- the phones' door (sync), told here which lists and which conductor are ours, and what is not its own ---
    *openrosa_urls(lists=PhoneLists(), apply=apply, others=_rest),
    *_rest,
]
