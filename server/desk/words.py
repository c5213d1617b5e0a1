"""Values in the words of the forms: the labels that workers read stand on the screens too.

A fact has the name of the question it comes from, so its choices are those of the current forms; what the forms take
from lists (村居, policies, resources) is looked up in the tables behind those lists.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from forms.catalogue import current_versions, find_version
from forms.fields import Field
from server.areas.names import place_names
from server.households.facts import FACTS
from server.households.kinds import Grade, Programme
from server.households.values import MISSING, UNKNOWN
from server.support.models import Policy, Resource

PLAIN = {"yes": "是", "no": "否", "unsure": "不确定", "male": "男", "female": "女", "": ""}
#: Facts whose question has another name.
QUESTION_OF = {"applied": "in_relief"}
#: Questions of the members' repeat, by the name the statement gives them.
MEMBER_PARTS = {"name": "m_name", "relation": "m_relation", "id_no": "m_id_no", "birth": "m_birth_year",
                "age_band": "m_age_band", "tags": "m_tags", "change": "m_what"}


class Words:
    """Labels of facts and of values. Build one per page: two or three queries, none per value."""

    def __init__(self, areas: Iterable[str] = ()) -> None:
        self.fields: dict[str, Field] = {}
        for newest in current_versions():
            version = find_version(newest.form.form_id, newest.version)
            for field in version.fields if version else ():
                if field.is_question and field.name not in self.fields:
                    self.fields[field.name] = field
        self._policies: Mapping[str, str] | None = None
        self._places = place_names(areas)

    def label(self, fact: str) -> str:
        """What the fact is called."""
        known = FACTS.get(fact)
        if known:
            return known.label
        field = self.fields.get(fact)
        return field.label if field else fact

    def value(self, fact: str, value: Any) -> str:
        """A fact's value as people read it; '' for nothing said, （空） for stated empty."""
        if value is MISSING:
            return ""
        if value is None or value == "" or value == []:
            return "（空）"
        if value == UNKNOWN:
            return "不详"
        if fact == "member" and isinstance(value, Mapping):
            return self._member(value)
        if fact == "relief" and isinstance(value, Mapping):
            return "纳入" if value.get("in") else "终止"
        if fact == "village" or fact.endswith("_town"):
            return self._place(str(value))
        if fact == "grade":
            return Grade(value).label
        if isinstance(value, list | tuple):
            return "、".join(self.value(fact, one) for one in value)
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, float | int):
            return format(Decimal(str(value)).normalize(), "f")  # f"{…:g}" would round an income
        return self._text(fact, str(value))

    def programme(self, code: str) -> str:
        """A relief programme in words."""
        return Programme(code).label if code in Programme.values else self._text("programme", code)

    def _text(self, fact: str, text: str) -> str:
        field = self.fields.get(QUESTION_OF.get(fact, fact))
        if field is not None and field.choices:
            return field.label_of(text)
        if field is not None and field.from_file in ("policies.csv", "resources.csv"):
            return "、".join(self.help(code) for code in text.split())
        if field is None and text in PLAIN:
            return PLAIN[text]
        if field is not None and field.type == "dateTime":
            return text[:16].replace("T", " ")
        return text

    def help(self, code: str) -> str:
        """The name of a policy or a resource."""
        if self._policies is None:
            self._policies = {
                **dict(Policy.objects.values_list("code", "name")), **dict(Resource.objects.values_list("code", "name"))
            }
        return self._policies.get(code, code)

    def _place(self, code: str) -> str:
        if code not in self._places and code.isdigit():
            self._places = {**self._places, **place_names([code])}
        return self._places[code].full if code in self._places else self._text("hukou_town", code)

    def _member(self, value: Mapping[str, Any]) -> str:
        parts = []
        for name, question in MEMBER_PARTS.items():
            said = value.get(name)
            if said and name != "id_no":
                parts.append(self.value(question, said))
        return " ".join(parts)


def day_text(day: date | None, precision: str = "day") -> str:
    """2024.08 or 2024.08.15; 时间不详 where unknown."""
    if day is None or precision == "unknown":
        return "时间不详"
    return f"{day:%Y.%m}" if precision == "month" else f"{day:%Y.%m.%d}"
