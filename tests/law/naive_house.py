"""The law a second time, continued: what a household is.

Definitions where the architecture is silent:

* ``as_of`` of a household is the highest place among its submissions whose newest version counts and the desk's own
  statements; the lowest place there is, where nothing counts.
* The shown name is the folded one; where it is blank, the first one that a returned submission says.
* Relief: an "in" while in, and an "out" while out, change nothing, except that an "out" before anything else is a spell
  of unknown start. A decision about it that a later one names as the one it stands instead of was never made.
* A village that the home's id states more than once is a move proposed more than once, each by its word.
* A member statement is about the member with the same valid number, else about the first of that name whose birth does
  not differ (a year agrees with its days), unless both have valid numbers.
"""

from datetime import UTC, date, datetime

from server.households.values import MISSING
from tests.law.naive import Told, kind, plain
from tests.law.naive_clusters import households, number, served_id
from tests.law.naive_standing import day, last_filed

LOWEST = (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), 0, "")
STATUS = {"moved": "moved", "dead": "dead", "not_found": "not_found", "close": "closed", "reopen": "active"}
RELIEF = {"admit": True, "readmit": True, "exit": False}


def wins(statements: list[dict]) -> dict:
    """The highest place; of timeless facts a verified one before that."""
    def rank(s):
        return (s["verified"] if kind(s["fact"]) == "timeless" else False, s["place"])

    return max(statements, key=rank)


def spells(words: list[dict], acts: list, until: date | None) -> list[tuple]:
    events = [
        (s["since"], s["place"], s["key"].split(":")[0], bool(s["value"]["in"]), s["value"].get("precision", "day"))
        for s in words if s["fact"] == "relief" and isinstance(s["value"], dict) and "in" in s["value"]
    ]
    wrong = [d.value.get("instead") for d in acts if d.kind == "accept"]
    for d in acts:
        if d.kind == "accept" and d.value["proposal"] in RELIEF and d.id not in wrong:
            since, enters = d.since or day(d.at), RELIEF[d.value["proposal"]]
            precision = d.value.get("precision", "day")
            events.append((since, (d.at, d.at, 0, d.id), d.value["programme"], enters, precision))
    found = []
    for programme in {e[2] for e in events}:
        history = sorted(e for e in events if e[2] == programme and (until is None or e[0] <= until))
        was_in, seen = None, False
        for since, _, _, enters, precision in history:
            if enters and was_in is None:
                was_in = (since, precision)
            elif not enters and (was_in or not seen):
                start, known = was_in or (None, "day")
                found.append((programme, start, since, known))
                was_in = None
            seen = True
        if was_in:
            found.append((programme, was_in[0], None, was_in[1]))
    return sorted(found, key=lambda s: (s[1] or date.min, s[2] or date.max, s[0]))


def members(words: list[dict]) -> list[dict]:
    here: list[dict] = []
    for s in sorted((s for s in words if s["fact"] == "member"), key=lambda s: (s["place"], s["key"])):
        said = s["value"] if isinstance(s["value"], dict) else {}
        mine = number(said.get("id_no"))

        def may_be(m, said=said, mine=mine):
            one_number = not (mine and number(m["id_no"]))
            short, long = sorted((said.get("birth") or "", m["birth"] or ""), key=len)
            name = said.get("old_name") or said.get("name")
            return name and name == m["name"] and long[: len(short)] == short and one_number

        by_number = [m for m in here if mine and number(m["id_no"]) == mine]
        found = [*by_number, *(m for m in here if may_be(m))][:1]
        told = {k: said.get(k) for k in ("name", "id_no", "relation", "birth", "tags") if said.get(k)}
        if said.get("change") == "left":
            here = [m for m in here if not any(m is f for f in found)]
        elif found:
            found[0].update(told, instance=s["instance"])
        elif told:
            here.append({"name": None, "id_no": None, "relation": None, "birth": None, "tags": [],
                         **told, "instance": s["instance"]})
    return here


def conflicts(words: list[dict], standing: dict) -> list[tuple]:
    """Statements whose author had not seen what stood below them."""
    found = []
    for w in words:
        below = sorted(
            (v for v in words if v["fact"] == w["fact"] and v["place"] < w["place"]), key=lambda v: v["place"]
        )
        if kind(w["fact"]) not in ("timeless", "changing") or w["was"] is MISSING or w["corrected"] or not below:
            continue
        before, own = below[-1], [v for v in below if v["entity"] == w["entity"]]
        agreed = {str(plain(w["was"])), str(plain(w["value"]))}
        saw = w["as_of"] and (w["as_of"].instant, w["as_of"].written, w["as_of"].step, w["as_of"].id)
        # A correction keeps its place: whoever spoke after it was filed, and was not shown it, had not seen it.
        overlooked = before["corrected_at"] is not None and before["corrected_at"] <= w["place"][0]
        if (
            str(plain(before["value"])) in agreed
            or (saw and before["place"] <= saw and not overlooked)
            or (before["entity"] != w["entity"] and before["creates"])
            or (own and str(plain(own[-1]["value"])) in agreed)
        ):
            continue
        found.append(("seen", w["fact"], w["key"], w["instance"], w["value"], w["was"], before["value"],
                      before["instance"], standing[w["fact"]]["value"] if w["fact"] in standing else None))
    return found


def moves(told: Told, words: list[dict], home: str) -> list[tuple]:
    """A stated village other than the home proposes a move, unless its id was assigned since it was said."""
    found = []
    for s in words:
        said_at, assigned = s["corrected_at"] or s["received"], told.last_assign(s["entity"])
        if s["fact"] == "village" and s["value"] and s["value"] != home and (assigned is None or said_at > assigned.at):
            found.append(("village", "village", s["key"], s["instance"], s["value"], None, home, "", home))
    return found


def household(told: Told, ids: tuple[str, ...], until: date | None = None, closing: bool = False) -> dict:
    """One household, as of a day (None: all that is known), on newest or on approved versions."""
    def of_household(chain):
        version = told.counting(chain, closing) or told.newest(chain)
        return told.id_of(chain, version) in ids

    chains = sorted((c for c in told.chains() if of_household(c)), key=told.place)
    counting = {c: v for c in chains if (v := told.counting(c, closing)) is not None}
    all_words = [s for c in chains for s in told.statements(c, closing)] + told.desk_statements(ids)
    words = [s for s in all_words if s["states"]]
    acts = [d for d in told.decisions if d.subject in ids]
    returned = [c for c in chains if told.is_returned(c) and not told.is_void(c)]

    def in_time(s):
        return until is None or s["since"] <= until

    said: dict[str, list] = {}
    for s in words:
        if kind(s["fact"]) == "timeless" or (kind(s["fact"]) == "changing" and in_time(s)):
            said.setdefault(s["fact"], []).append(s)
    facts = {fact: wins(found) for fact, found in said.items()}

    if counting:
        standing = "full" if any(v.creates for v in counting.values()) else "provisional"
    else:
        standing = "shell" if returned else "void"

    def answers(chain, fact):
        found = told.answer(told.newest(chain), (fact, ""))
        return str(found.value or "") if found else ""

    name = str(facts["rep_name"]["value"] or "") if "rep_name" in facts else ""
    name = name or next((n for c in returned if (n := answers(c, "rep_name"))), "")

    village = told.home(ids[0], None, until) or told.town(ids[0])

    ruled = last_filed([
        d for d in acts if d.kind == "accept" and d.value["proposal"] in STATUS
        and (until is None or (d.since or day(d.at)) <= until)
    ])
    grades = sorted((d.since or day(d.at), d.at, d.value["grade"]) for d in acts if d.kind == "grade")
    grades = [g for g in grades if until is None or g[0] <= until]

    clashes = conflicts(words, facts) + [
        ("edit", s["fact"], s["key"], s["instance"], s["value"], s["was"], s["aside"].value["value"],
         s["aside"].id, s["value"]) for s in all_words if s["aside"]
    ]
    clashes += moves(told, words, village)

    def decided(chain, proposed):
        return any(
            d.kind in ("accept", "decline") and d.value.get("instance") in told.names(chain)
            and d.value["proposal"] == proposed.kind and d.value.get("programme", "") == proposed.programme
            for d in told.decisions
        )

    return {
        "ids": ids, "standing": standing, "shown_name": name,
        "facts": {
            f: (s["value"], s["since"], s["place"], s["instance"], s["review"], s["verified"], s["corrected"])
            for f, s in facts.items()
        },
        "members": members([s for s in words if in_time(s)]),
        "spells": spells(words, acts, until),
        "village": village,
        "status": (STATUS[ruled.value["proposal"]], ruled.since or day(ruled.at)) if ruled else ("active", None),
        "grades": grades,
        "as_of": max(
            [*(told.place(c) for c in chains if told.counting(c)), *(s["place"] for s in told.desk_statements(ids))],
            default=LOWEST,
        ),
        "opened": min((day(told.own_place(c)[0]) for c in counting), default=None),
        "visits": [(v.instance, day(told.own_place(c)[0]), v.contact.outcome)
                   for c, v in counting.items() if v.contact],
        "clashes": sorted(clashes, key=repr),
        "pending": sorted(
            (v.instance, str(p.kind), p.programme) for c, v in counting.items() for p in v.proposed
            if not decided(c, p)
        ),
        "returned": sorted(told.newest(c).instance for c in returned),
        "unreviewed": sorted(
            v.instance for c in chains if told.review(c, v := told.newest(c)) in ("pending", "resent")
        ),
    }


def registry(told: Told, ids=(), until: date | None = None, closing: bool = False) -> dict[str, dict]:
    """Every household by its served id."""
    found = (served_id(told, cluster) for cluster in households(told, ids)[0])
    return {names[0]: household(told, names, until, closing) for names in found}
