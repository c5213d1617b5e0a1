"""Who may do what to which kind of thing, and how far: the access matrix as data. Pure.

A cell is a few words `LETTERS:reach`. Letters: C create, R read in full, m read masked, U update, A approve, X export,
P propose, L lock and submit, O re-open. Reach: v own 村居, g the area of the grant (a 街镇 or the district), a what was
assigned to the person one by one, o what the person made. No reach: everywhere (things that belong to no place).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    CREATE = "C"
    READ = "R"  # masked or in full
    READ_FULL = "F"
    UPDATE = "U"
    APPROVE = "A"
    EXPORT = "X"
    PROPOSE = "P"
    LOCK = "L"
    REOPEN = "O"


class Reach(StrEnum):
    VILLAGES = "v"
    GRANT = "g"
    ASSIGNED = "a"
    OWN = "o"
    EVERYWHERE = ""


class Thing(StrEnum):
    PHONE_LIST = "phone_list"  # household rows on a phone
    HOUSEHOLD = "household"  # its page at the desk: facts, members, timeline
    IDENTITY = "identity"  # full ID number and telephone; every look is logged
    SENSITIVE = "sensitive"  # drugs/prison tag, illness
    SUBMISSION = "submission"
    RETURNED = "returned"  # one's own submissions and what came back of them
    LEAD = "lead"
    URGENT_LEAD = "urgent_lead"
    STATE = "state"  # merge, exit, moved, dead, re-admission
    DUPLICATE = "duplicate"  # pairs that may be one household, and how good the matching is
    MODEL = "model"  # which matching model decides, and what another would change
    SCHEDULE = "schedule"
    ASSIGNMENT = "assignment"
    RULES = "rules"  # frequency table and other rules of the district
    SEPARATION = "separation"  # 人户分离
    REFERRAL = "referral"
    RESOURCE = "resource"
    POLICY = "policy"
    TRAINING = "training"
    LEDGER = "ledger"  # the tables and their state
    LEDGER_FILE = "ledger_file"  # xlsx with full ID numbers
    LEDGER_IMPORT = "ledger_import"  # today's tables of a 街镇 as its first data; A: the whole file
    EXCHANGE = "exchange"
    ACCESS_LOG = "access_log"
    ACCOUNT = "account"
    PHONE = "phone"  # phone keys and their QR codes
    FORM = "form"
    FEEDBACK = "feedback"


# In the order and wording of the access matrix in docs/access.md. Two things are finer than there: what a household's
# page shows is a row of its own (readers of the ID number, grid workers masked), and so are rules and phones.
CELLS: Mapping[Thing, Mapping[str, str]] = {
    Thing.PHONE_LIST: {"GW": "m:v", "CO": "m:v", "SU": "R:g", "IN": "R:a"},
    Thing.HOUSEHOLD: {"GW": "m:v", "CO": "R:v", "SU": "R:g", "LE": "R:g", "DI": "R:g", "IN": "R:a"},
    Thing.IDENTITY: {"CO": "R:v", "WN": "R:o", "SU": "R:g", "LE": "R:g", "DI": "R:g", "IN": "R:a"},
    Thing.SENSITIVE: {"CO": "R:v", "SU": "R:g", "DI": "R:g", "IN": "R:a"},
    Thing.SUBMISSION: {
        "GW": "C:v", "CO": "C:v", "SU": "RAU:g", "LE": "R:g", "DI": "R:g", "IN": "C:g R:a",
    },
    Thing.RETURNED: {"GW": "RU:o", "CO": "RU:o", "WN": "RU:o", "IN": "RU:o"},
    Thing.LEAD: {
        "GW": "C:v", "CO": "CRU:v", "WN": "C:g R:o", "SU": "RUA:g", "LE": "R:g", "DI": "R:g", "IN": "R:g",
    },
    Thing.URGENT_LEAD: {
        "GW": "C:v", "CO": "CRU:v", "WN": "C:g", "SU": "RUA:g", "LE": "R:g", "DI": "R:g", "IN": "R:g",
    },
    Thing.STATE: {"CO": "P:v", "SU": "A:g", "DI": "A:g"},
    Thing.DUPLICATE: {"SU": "RA:g", "DI": "RA:g", "IN": "m:g"},
    Thing.MODEL: {"DI": "RU", "IN": "R"},
    Thing.SCHEDULE: {"GW": "R:v", "CO": "R:v", "SU": "RU:g", "LE": "R:g", "DI": "R:g", "IN": "R:g"},
    Thing.ASSIGNMENT: {"GW": "R:o", "CO": "R:o", "SU": "RU:g", "LE": "R:g", "DI": "R:g", "IN": "R:g"},
    Thing.RULES: {"SU": "R", "LE": "R", "DI": "RU", "IN": "R"},
    Thing.SEPARATION: {"CO": "R:v", "SU": "RUA:g", "LE": "R:g", "DI": "RU:g", "IN": "R:g"},
    Thing.REFERRAL: {
        "CO": "CRU:v", "SU": "RA:g", "LE": "R:g", "DI": "R:g", "IN": "RX:g", "PA": "RU:a",
    },
    Thing.RESOURCE: {
        "GW": "R", "CO": "R", "WN": "R", "SU": "R RU:g", "LE": "R", "DI": "R RU:g", "IN": "R", "PA": "R:o",
    },
    Thing.POLICY: {"GW": "R", "CO": "R", "WN": "R", "SU": "R", "LE": "R", "DI": "RU", "IN": "R", "PA": "R"},
    Thing.TRAINING: {"GW": "R:o", "CO": "R:o", "SU": "RU:g", "DI": "RUA:g", "IN": "R:g"},
    Thing.LEDGER: {"CO": "R:v", "SU": "R:g", "LE": "RUL:g", "DI": "RAO:g", "IN": "R:g"},
    Thing.LEDGER_FILE: {"SU": "X:g", "LE": "X:g", "DI": "X:g", "IN": "X:a"},
    Thing.LEDGER_IMPORT: {"SU": "CRUA:g", "LE": "CRU:g", "DI": "CRU:g", "IN": "R:g"},
    Thing.EXCHANGE: {"WN": "C:g", "SU": "RU:g", "DI": "CRU:g", "IN": "R:g"},
    Thing.ACCESS_LOG: {
        "GW": "R:o", "CO": "R:o", "WN": "R:o", "SU": "R:g", "DI": "R:g", "IN": "R:g", "AD": "m:g",
    },
    Thing.ACCOUNT: {"SU": "CR:g", "AD": "CRU:g"},
    Thing.PHONE: {"SU": "CR:g", "AD": "CRU:g"},
    Thing.FORM: {"AD": "CRU"},
    Thing.FEEDBACK: {
        "GW": "C RU:o", "CO": "C RU:o", "WN": "C RU:o", "SU": "C R:g", "LE": "C R:o", "DI": "RU:g", "IN": "R:g",
        "PA": "C R:o", "AD": "R:g",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Right:
    """A verb and how far it reaches."""

    verb: Verb
    reach: Reach


def read_cell(cell: str) -> frozenset[Right]:
    """The rights a cell spells out. R reads in full, and so also masked; m only masked."""
    rights = set()
    for word in cell.split():
        letters, _, reach = word.partition(":")
        for letter in letters:
            verbs = (
                (Verb.READ, Verb.READ_FULL)
                if letter == "R"
                else (Verb.READ if letter == "m" else Verb(letter),)
            )
            rights |= {Right(verb, Reach(reach)) for verb in verbs}
    return frozenset(rights)


RIGHTS: Mapping[Thing, Mapping[str, frozenset[Right]]] = {
    thing: {role: read_cell(cell) for role, cell in row.items()} for thing, row in CELLS.items()
}


def reaches(role: str, verb: Verb, thing: Thing) -> frozenset[Reach]:
    """How far a role may do this to that kind of thing; empty: not at all."""
    return frozenset(right.reach for right in RIGHTS[thing].get(role, ()) if right.verb == verb)
