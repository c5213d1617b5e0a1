"""Shares as people read them."""

from django import template

from server.desk.wilson import Share

register = template.Library()


@register.filter
def percent(value: float) -> str:
    """0.1234 → 12.3%."""
    return f"{value:.1%}"


@register.filter
def share(value: Share) -> str:
    """62.0%（48.2%–74.1%，31/50）; — where there is nothing to count."""
    if value.share is None or value.low is None or value.high is None:
        return "—（还没有）"
    return f"{value.share:.1%}（{value.low:.1%}–{value.high:.1%}，{value.hits}/{value.of}）"
