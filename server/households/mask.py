"""How personal data look until somebody asks for them (PIPL; domain C-6). Pure."""

import re
from collections.abc import Callable, Mapping

#: What stands where nobody has said a name; there is nothing in it to mask.
NAMELESS = frozenset({"（姓名未知）", "（姓名不详）"})


def mask_name(name: str) -> str:
    """张三丰 → 张**. One character stays; an empty name stays empty."""
    name = name.strip()
    if name in NAMELESS:
        return name
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else name


def mask_id(number: str) -> str:
    """310118195001010011 → 310118********0011; a short number keeps its last two characters only."""
    number = number.strip()
    if len(number) >= 15:
        return number[:6] + "*" * (len(number) - 10) + number[-4:]
    return "*" * max(len(number) - 2, 0) + number[-2:]


def mask_phone(text: str) -> str:
    """13812341234 → 138****1234; every number of a joined list by itself; 无 stays."""
    return re.sub(r"\d{7,}", lambda found: _mask_digits(found.group()), text)


def _mask_digits(digits: str) -> str:
    head = 3 if len(digits) >= 11 else 2
    return digits[:head] + "*" * (len(digits) - head - 4) + digits[-4:]


def mask_address(text: str) -> str:
    """The street stays, house and room numbers go: 朱枫公路12号303室 → 朱枫公路**号***室."""
    return re.sub(r"\d", "*", text)


def mask_birth(day: str) -> str:
    """1950-01-01 → 1950-**-**."""
    return day[:4] + re.sub(r"\d", "*", day[4:])


#: Facts (and the questions they come from) that are shown masked.
MASKS: Mapping[str, Callable[[str], str]] = {
    "id_no": mask_id, "m_id_no": mask_id, "phone": mask_phone, "reporter_phone": mask_phone, "addr": mask_address,
    "hukou_text": mask_address,
}  # fmt: skip
#: Facts whose values only readers of sensitive tags see (domain E).
SENSITIVE = frozenset({"health", "focus6", "vuln6", "m_tags"})


def masked(fact: str, value: object, *, sensitive: bool) -> object:
    """A fact's value as whoever may not see it in full gets it; None for a sensitive one kept from him."""
    if fact in SENSITIVE and not sensitive:
        return None
    if isinstance(value, str) and fact in MASKS:
        return MASKS[fact](value)
    return mask_birth(value) if isinstance(value, str) and fact == "birth" else value
