"""What too many records have in common to tell anything: telephones of offices and workers, and common keys.

Counted when a model is trained, and kept in it as digests. Live counts never decide: that would depend on the order
in which things arrive.
"""

from collections import Counter
from collections.abc import Iterable

from server.households.matching.features import Features
from server.households.matching.keys import block_keys
from server.households.matching.model import digest

#: Records on which one telephone may stand; a household and its revisits, its grown children and theirs.
PHONE_CAP = 6
#: Records under one key; more of them cost more comparisons than they find households.
KEY_CAP = 400


def hot(records: Iterable[Features], phone_cap: int = PHONE_CAP, key_cap: int = KEY_CAP) -> list[str]:
    """Digests of telephones (kind ``phone``) and block keys that are too common, in order."""
    phones: Counter[str] = Counter()
    keys: Counter[tuple[str, str]] = Counter()
    for record in records:
        phones.update(set(record.phones))
        keys.update(set(block_keys(record)))
    found = {digest("phone", phone) for phone, n in phones.items() if n > phone_cap}
    return sorted(found | {digest(*key) for key, n in keys.items() if n > key_cap})
