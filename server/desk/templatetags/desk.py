"""Filters of the desk's templates: masking, days, and the words for values."""

from datetime import date
from typing import Any

from django import template

from server.households.mask import mask_address, mask_id, mask_name, mask_phone

register = template.Library()
register.filter("mask_name", mask_name)
register.filter("mask_id", mask_id)
register.filter("mask_phone", mask_phone)
register.filter("mask_address", mask_address)


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """``mapping[key]`` for keys that are variables; None where there is none."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def share(part: float, whole: float) -> int:
    """``part`` of ``whole`` in percent, for the width of a bar."""
    return round(100 * part / whole) if whole else 0


@register.filter
def days_from(day: date | None, today: date) -> str:
    """A due day as people say it: 逾期 5 天 · 今天 · 还有 12 天."""
    if day is None:
        return ""
    gap = (day - today).days
    if gap < 0:
        return f"逾期 {-gap} 天"
    return "今天到期" if gap == 0 else f"还有 {gap} 天"
