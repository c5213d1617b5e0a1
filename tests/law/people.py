"""Who lives there: a few people whom different phones meet again and again. All invented."""

from random import Random

from tests.law.world import VILLAGES

#: (name, number, birth, phone): 0 and 1 are one man by number; 1 and 2 by name, birth and phone; 2 and 3 share name,
#: birth and phone, but 3 has a number that differs from 0's: a guard must keep them apart.
PEOPLE = (
    ("周小妹", "319999195001010011", "1950-01-01", "13900000001"),
    ("周晓梅", "319999195001010011", "1950-01-01", "13900000002"),
    ("周小妹", "", "1950-01-01", "13900000001"),
    ("周小妹", "31999919500101002X", "1950-01-01", "13900000001"),
    ("吴阿大", "", "1961-02-03", "13900000003"),
    ("沈根妹", "", "1947-07-07", "13900000004"),
)

#: Who is met at home where: in either 街镇 the first four in one village, the others in the next. So a family is known
#: in two 街镇, and whoever registers it elsewhere claims it by name.
LIVES = {village: (0, 1, 2, 3) if n % 2 == 0 else (4, 5) for n, village in enumerate(VILLAGES)}


def stranger(number: int) -> str:
    """A name that neither looks nor sounds like that of the strangers before."""
    surname, given = "陈张赵孙马朱胡郭何高"[number % 10], "芳敏静丽霞玲兰勇军杰"[number // 10 % 10]
    return surname + given + "桂德永福海"[number // 7 % 5]


def born(number: int) -> str:
    return f"{1931 + number * 7 % 60}-{1 + number * 5 % 12:02}-{1 + number * 11 % 28:02}"


def person(rng: Random, village: str, number: int, *, plain: bool) -> dict[str, object]:
    """A screening's answers. ``plain``: somebody nobody else has met."""
    if plain:
        name, id_no, birth, phone = stranger(number), "", born(number), f"1380000{number:04}"
    else:
        name, id_no, birth, phone = PEOPLE[number]
    answers: dict[str, object] = {
        "village": village, "told": "OK", "rep_name": name,
        "id_type": "resident" if id_no else "none", "sex_q": "female", "hukou_kind": "local",
        "addr": rng.choice(("东街1号", "东街2号")), "phone": phone, "members_n": rng.choice("123"),
        "income_pc": rng.choice(("800", "1200.50")), "difficulty": "常年看病，孩子还在读书", "plan": "先衔接医疗救助",
        "may_qualify": "yes", "birth_year": birth[:4], "id_tail4": id_no[-4:],
        "member": [
            {"m_name": "周大", "m_relation": "spouse", "m_birth_year": rng.choice(("1951", "1952"))},
            {"m_name": rng.choice(("周二", "周三")), "m_relation": "child"},
        ][: rng.randrange(3)],
    }
    if id_no:
        answers["id_no"] = id_no
    else:
        answers["birth_q"] = birth
    state = rng.choice(("no", "in", "ended", "applying"))
    answers["in_relief"] = state
    if state in ("in", "ended"):
        answers |= {"programme": rng.choice(("dibao", "tekun", "dibao tekun")), "admit_on": "2025-06-01"}
    if state == "ended":
        answers["end_on"] = "2026-01-15"
    return answers
