"""Places as other systems get them."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from server.areas.names import PlaceName


class Place(serializers.Serializer[Any]):
    """A 村居: its code (NBS statistical code), its name and its 街镇's; all empty where nobody has placed it yet."""

    code = serializers.CharField(help_text="12 位统计用区划代码", allow_blank=True)
    town = serializers.CharField(help_text="街镇", allow_blank=True)
    village = serializers.CharField(help_text="村(居)委", allow_blank=True)


def place(code: str, names: Mapping[str, PlaceName]) -> dict[str, str]:
    known = names.get(code, PlaceName())
    return {"code": code, "town": known.town, "village": known.village}
