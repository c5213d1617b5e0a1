"""The side menu, as data: who finds what where. Rights are checked by the screens; this only spares dead ends."""

from dataclasses import dataclass

from server.accounts.matrix import Thing, Verb
from server.accounts.scope import codes_for
from server.desk.seat import Seat


@dataclass(frozen=True)
class Item:
    """Shown to whoever may do ``verb`` to ``thing`` somewhere (``own``: to his own); without a thing, to all."""

    url: str
    label: str
    thing: Thing | None = None
    verb: Verb = Verb.READ
    own: bool = False


@dataclass(frozen=True)
class Section:
    title: str
    items: tuple[Item, ...]


MENU = (
    Section("日常", (
        Item("desk:home", "首页"),
        Item("desk:submissions", "提交审核", Thing.SUBMISSION),
        Item("desk:households", "对象家庭", Thing.HOUSEHOLD),
        Item("desk:duplicates", "疑似重复", Thing.DUPLICATE),
        Item("desk:moves", "搬迁待定", Thing.STATE, Verb.APPROVE),
        Item("desk:due", "应访名单", Thing.SCHEDULE),
        Item("desk:leads", "困难线索", Thing.LEAD),
        Item("desk:mine", "我的提交", Thing.RETURNED, own=True),
    )),
    Section("台账", (
        Item("desk:ledgers", "表一至表四", Thing.LEDGER),
        Item("desk:imports", "四表导入", Thing.LEDGER_IMPORT),
    )),
    Section("处理", (
        Item("desk:troubles", "入库异常", Thing.SUBMISSION),
        Item("desk:feedback_list", "意见汇总", Thing.FEEDBACK),
    )),
    Section("管理", (
        Item("desk:people", "人员与手机", Thing.ACCOUNT),
        Item("desk:form_list", "手机表单", Thing.FORM),
        Item("desk:rules", "探访频次", Thing.RULES),
    )),
)


def menu_for(seat: Seat) -> tuple[Section, ...]:
    """The sections and items this person is shown; empty sections are left out."""
    shown = (Section(section.title, tuple(i for i in section.items if _shown(i, seat))) for section in MENU)
    return tuple(section for section in shown if section.items)


def _shown(item: Item, seat: Seat) -> bool:
    if item.thing is None:
        return True
    return seat.can(item.verb, item.thing) if item.own else bool(codes_for(seat.access, item.verb, item.thing))
