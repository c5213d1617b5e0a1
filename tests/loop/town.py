"""The town of `tests/engine/lists.py` for real: the same households, leads and referral, made through the door.

The stories of `tests/engine/stories` speak of them by the ids written there; `here` puts the real ones in their place.
"""

from dataclasses import dataclass

from server.demo.phone import Instance
from tests.engine import lists
from tests.engine.answers import Story, id_number, stories
from tests.engine.engine import Answer
from tests.loop.field_phone import FieldPhone
from tests.loop.test_branch import screening
from tests.loop.world import World

#: The day of the stories: a Wednesday, the quarter almost over.
TODAY = "2024-09-18"


@dataclass(frozen=True)
class Town:
    """`ids`: what the stories call it → what it is called here."""

    phone: FieldPhone
    ids: dict[str, str]

    def stories(self, form: str) -> dict[str, Story]:
        """The stories of a form, told about this town."""
        told = stories(form, self.phone.clock.today)
        return {name: [(question, self.here(answer)) for question, answer in story] for name, story in told.items()}

    def here(self, answer: str) -> str:
        for there, real in self.ids.items():
            answer = answer.replace(there, real)
        return answer


def make_town(world: World) -> Town:
    """1: due, 表一, carries a referral. 2: not due yet. 3: relief ended, return visit due. 4: a child, urgent, in the
    other village. 2 and 4 come from a time when the forms did not ask for 告知. Two open leads, one urgent."""
    clock, cast = world.clock, world.cast
    clock.to("2024-06-05")
    phone = world.phone(cast.li)
    first = _known(phone, screening(world, rep_name="王小妹", id_no=id_number("19520304", 2), phone="13800138000",
                                    addr="东湖街12号", members_n="3"))  # fmt: skip
    clock.to("2024-06-12")  # registered after the exit: the first return visit, and three months on the next
    ended = dict(screening(world, rep_name="张福生", id_no=id_number("19700101", 1), in_relief="ended"))
    for name in ("may_qualify", "willing", "able", "aware", "policy_minzheng"):
        del ended[name]
    where = list(ended).index("in_relief") + 1
    relief = [("programme", "dibao"), ("admit_on", "2020-01-01"), ("end_on", "2024-06-10")]
    answers = list(ended.items())
    third = _known(phone, [*answers[:where], *relief, *answers[where:]])
    child = screening(world, village=world.other_village, rep_name="陈大妹", id_no=id_number("20150607", 2))
    at = [name for name, _ in child].index("id_no") + 1
    fourth = _known(phone, [*child[:at], ("guardian_told", "OK"), *child[at:]], untold=True)
    clock.to("2024-08-20")
    second = _known(phone, screening(world, rep_name="李阿根", id_no=id_number("19480101", 3)), untold=True)
    clock.to("2024-09-02")
    opened = [("hh", first), ("need", "goods"), ("kind", "charity"), ("resource", "fund"), ("state", "linked"),
              ("linked_on", "2024-09-01"), ("aid_kind", "none"), ("next_step", "月底回访")]  # fmt: skip
    referral = _made(phone, phone.report("referral", opened), "referrals")
    clock.to("2024-09-17")
    hint = [("source", "neighbour"), ("urgent", "no"), ("village", world.village), ("rep_name", "赵阿婆"),
            ("seen", "几天没见她出门")]  # fmt: skip
    lead = _made(phone, phone.report("lead", hint), "leads")
    urgent = _made(phone, phone.report("lead", _fire(world.village)), "leads")
    about = [*_fire(world.other_village), ("hh", fourth)]
    phone.report("lead", about)
    clock.to(TODAY)
    phone.sync()
    ids = {lists.household(number): real for number, real in enumerate((first, second, third, fourth), start=1)}
    ids |= {lists.LEAD: lead, lists.URGENT_LEAD: urgent, lists.REFERRAL: referral}
    ids |= {lists.VILLAGE: world.village, lists.OTHER_VILLAGE: world.other_village, "w1": cast.gu.username}
    return Town(phone, ids)


def _fire(village: str) -> list[Answer]:
    return [("source", "property"), ("urgent", "yes"), ("event", "fire"), ("hit_basic", "yes"), ("need_now", "住处"),
            ("aid_now", "none"), ("village", village), ("seen", "厨房失火")]  # fmt: skip


def _known(phone: FieldPhone, answers: list[Answer], untold: bool = False) -> str:
    """Register a household; its id."""
    filled = phone.fill("screening", answers)
    assert filled.violations == [], filled.violations
    xml = filled.xml.replace(b"<told>OK</told>", b"").replace(b"<save_told>1</save_told>", b"<save_told />")
    instance = phone.phone.finalize("screening", xml if untold else filled.xml)
    phone.send()
    phone.sync()
    return _made(phone, instance, "households")


def _made(phone: FieldPhone, instance: Instance, list_name: str) -> str:
    found = [id for id in phone.rows(list_name) if f'id="{id}"'.encode() in instance.xml]
    (made,) = found
    return made
