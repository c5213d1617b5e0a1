"""The roof: where the phones' door, the desk and the REST service are put together."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, path


def health(request: HttpRequest) -> JsonResponse:
    """For watchdogs: the program answers. Touches no database."""
    return JsonResponse({"ok": True, "version": settings.VERSION})


urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    # --- the phones' door (sync), told here which lists and which conductor are ours ---
    # --- REST for other systems ---
    # --- the desk: last, it owns every other path ---
]
