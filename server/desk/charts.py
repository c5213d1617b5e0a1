"""Charts drawn by the server as SVG. Told apart by pattern, dash and marker, not by colour: they are printed in black
and white. Pure."""

from collections.abc import Sequence
from html import escape

INK, GRID = "#22302f", "#cfcac0"
WIDTH, LEFT, RIGHT = 680, 84, 56
#: Fill of each series in turn: full, hatched, dotted, empty; with an outline all of them.
FILLS = ("#1c5a5e", "url(#hatch)", "url(#dots)", "#fff")
DASHES = ("", "7 4", "2 3", "9 3 2 3")
PATTERNS = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><rect width="2.4" height="6" fill="#1c5a5e"/></pattern>'
    '<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>'
    '<circle cx="3" cy="3" r="1.5" fill="#1c5a5e"/></pattern></defs>'
)


def bars(rows: Sequence[tuple[str, Sequence[int]]], series: Sequence[str]) -> str:
    """Stacked bars, one a row: a label, a count for each of the series, and the whole in words at the end."""
    most = max((sum(counts) for _, counts in rows), default=0) or 1
    room, step, top = WIDTH - LEFT - RIGHT, 25, 34
    parts = [_legend(series)]
    for index, (label, counts) in enumerate(rows):
        y, x = top + index * step, float(LEFT)
        parts.append(_text(LEFT - 8, y + 13, label, "end"))
        for n, count in enumerate(counts):
            width = count / most * room
            if count:
                parts.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="17" fill="{FILLS[n % 4]}" stroke="{INK}"'
                    f' stroke-width="1"><title>{escape(label)} {escape(series[n])} {count}</title></rect>'
                )
            x += width
        parts.append(_text(x + 6, y + 13, str(sum(counts)), "start"))
    return _svg(top + len(rows) * step + 6, parts, "各街镇按表分的行数")


def lines(steps: Sequence[str], rows: Sequence[tuple[str, Sequence[int | None]]]) -> str:
    """One line a row over the steps; None leaves a gap. The last value of each stands beside its end.
    '' where there is nothing to draw."""
    known = [value for _, values in rows for value in values if value is not None]
    if not known:
        return ""
    most = max(2, max(known) + max(known) % 2)
    top, height = 34, 170
    room = (WIDTH - LEFT - RIGHT) / max(len(steps) - 1, 1)

    def at(index: int, value: int) -> tuple[float, float]:
        return LEFT + index * room, top + height - value / most * height

    parts = [_legend([label for label, _ in rows], lines=True)]
    for share in (0, 0.5, 1):
        y = top + height - share * height
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{GRID}"/>')
        parts.append(_text(LEFT - 8, y + 4, str(int(most * share)), "end"))
    for index, step in enumerate(steps):
        parts.append(_text(LEFT + index * room, top + height + 20, step, "middle"))
    ends = []
    for n, (label, values) in enumerate(rows):
        points = [(*at(i, value), value) for i, value in enumerate(values) if value is not None]
        ends += points[-1:]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        dash = f' stroke-dasharray="{DASHES[n % 4]}"' if DASHES[n % 4] else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="1.600"{dash}/>')
        parts += [
            f"{_marker(n, x, y)}<title>{escape(label)} {value}</title></g>" for x, y, value in points
        ]
    parts += _ends(ends)
    return _svg(top + height + 34, parts, "各月各表的行数")


def _ends(ends: Sequence[tuple[float, float, int]]) -> list[str]:
    """The last value of each line beside its end, moved apart where they would cover each other."""
    parts, free = [], float("-inf")
    for x, y, value in sorted(ends, key=lambda end: end[1]):
        free = max(y + 4, free)
        parts.append(_text(x + 9, free, str(value), "start"))
        free += 14
    return parts


def _legend(series: Sequence[str], *, lines: bool = False) -> str:
    parts = []
    for n, label in enumerate(series):
        x = LEFT + n * 92
        if lines:
            dash = f' stroke-dasharray="{DASHES[n % 4]}"' if DASHES[n % 4] else ""
            parts.append(f'<line x1="{x}" y1="12" x2="{x + 28}" y2="12" stroke="{INK}" stroke-width="1.600"{dash}/>')
            parts.append(f"{_marker(n, x + 14, 12)}</g>")
        else:
            parts.append(f'<rect x="{x}" y="5" width="28" height="14" fill="{FILLS[n % 4]}" stroke="{INK}"/>')
        parts.append(_text(x + 34, 17, label, "start"))
    return "".join(parts)


def _marker(n: int, x: float, y: float) -> str:
    """Circle, square, triangle, ring: an open group, so that a title can be put into it."""
    shapes = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{INK}"/>',
        f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="#fff" stroke="{INK}" stroke-width="1.600"/>',
        f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z" fill="{INK}"/>',
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#fff" stroke="{INK}" stroke-width="1.600"/>',
    )
    return f"<g>{shapes[n % 4]}"


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="13" fill="{INK}">{escape(text)}</text>'


def _svg(height: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}" style="width:100%;height:auto'
        f';max-width:{WIDTH}px" xmlns="http://www.w3.org/2000/svg">{PATTERNS}{"".join(parts)}</svg>'
    )
