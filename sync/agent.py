"""Which app a phone runs, from the name it gives itself. Pure.

``<application id>/<version> <the system's http.agent>`` (wire contract §1): ``org.odk.collect.android/v2025.3.3
Dalvik/2.1.0 (Linux; U; Android 12; …)``. Anybody can write anything there: it decides nothing, it is shown to people.
"""

import re
from dataclasses import dataclass

APPS = {"org.odk.collect.android": "ODK Collect", "org.koboc.collect.android": "KoboCollect"}
#: Below this the lists do not work without a network (entities 2024.1).
LEAST = (2024, 3)
#: Below this a sent form cannot be opened again and mended.
WANTED = (2025, 2)

_AGENT = re.compile(r"^([\w.]{3,80})/v?(\d{4})\.(\d{1,2})((?:\.\d{1,3})?)([\w.-]{0,20})")
_ANDROID = re.compile(r"Android (\d{1,3})")


@dataclass(frozen=True)
class App:
    """``name`` is "" for what is no field app we know; ``version`` as text; ``android`` "" if unsaid."""

    name: str
    version: str = ""
    year: int = 0
    release: int = 0
    android: str = ""

    @property
    def is_too_old(self) -> bool:
        """Lists on this phone do not follow what was done without a network."""
        return bool(self.name) and (self.year, self.release) < LEAST

    @property
    def cannot_edit(self) -> bool:
        """What came back for mending cannot be mended on this phone."""
        return bool(self.name) and (self.year, self.release) < WANTED


def read_agent(agent: str) -> App:
    """The app behind a User-Agent; an App without a name if it is none of ours."""
    found = _AGENT.match(agent)
    if not found or found[1] not in APPS:
        return App("")
    android = _ANDROID.search(agent)
    return App(
        name=APPS[found[1]],
        version=f"{found[2]}.{found[3]}{found[4]}{found[5]}",
        year=int(found[2]),
        release=int(found[3]),
        android=android[1] if android else "",
    )
