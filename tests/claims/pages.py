"""Everything a person can open: his desk by following every link, the REST service, his phone's lists."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from urllib.parse import quote

from django.test import Client

from tests.claims.district import District

LISTS = ("households", "leads", "referrals")
FILES = ("villages", "policies", "resources", "workers")
#: Read nobody's words: log-out and password, files, forms, remarks, people and their keys, models of the matcher.
_SKIPPED = re.compile(r"/(logout|password|static|api/?$|api/schema|forms|feedback|phones|people|duplicates/models)")
#: Other cuts of what is read anyway.
_CUTS = re.compile(
    r"/households\?table=|/due\?state=(later|month|near)|.*&(page|late)=|/ledgers/.*(/of/|t=[24])|/files/"
)
#: Pages about one thing, of which a walk may take a few.
DETAIL = re.compile(r"/(submissions|households)/[^/?]+$")
_HREF = re.compile(r'href="([^"#]+)"')
#: What differs from one answer to the next without telling anything.
_NOISE = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": ?"[^"]*"|X-CSRFToken&quot;: ?&quot;[^&]*&quot;'
)
#: More pages than this, and the walk is lost in its own filters.
MOST = 400


def desk_of(district: District, who: str, details: Callable[[str], bool] = lambda url: True,
            more: Iterable[str] = ()) -> dict[str, str]:
    """Every page found by following links from the first one, and ``more``; 404 and 403 are pages as well.

    ``details``: which of the pages about one household or one submission are opened.
    """
    client = district.desks[who]
    found: dict[str, str] = {}
    todo = ["/", *more]
    while todo:
        url = todo.pop(0)
        if url in found:
            continue
        status, text = read(client, url)
        found[url] = f"{status}\n{text}"
        assert len(found) < MOST, f"{who}: too many pages, {sorted(found)[-5:]}"
        todo += [link for link in _links(url, text) if link not in found and _is_near(link, district)
                 and (details(link) or not DETAIL.match(link))]
    return found


def _links(base: str, text: str) -> Iterator[str]:
    for href in _HREF.findall(text):
        link = unescape(href)
        if link.startswith("?"):
            link = base.partition("?")[0] + link
        if link.startswith("/") and not (link.startswith("//") or _SKIPPED.match(link) or _CUTS.match(link)):
            yield link


def _is_near(link: str, district: District) -> bool:
    """Ledgers can be leafed through for ever: this month and the one before are read."""
    month = re.match(r"/ledgers.*?(\d{4}-\d{2})", link)
    return month is None or month[1] in district.months


def read(client: Client, url: str) -> tuple[int, str]:
    """(status, text) of one address, without what differs from one answer to the next."""
    answer = client.get(url)
    # The stubs know one kind of answer; a file streams.
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if "text" not in answer.get("Content-Type", "text") and "json" not in answer.get("Content-Type", ""):
        return answer.status_code, f"{len(content)} bytes"
    return answer.status_code, _NOISE.sub("", content.decode()) + str(answer.get("Location", ""))


def rest_of(district: District, who: str, ids: Iterable[str], submissions: Iterable[int]) -> dict[str, str]:
    """The REST service in the person's name, by every address it has."""
    client = district.desks[who]
    urls = ["/api/households", "/api/visits", "/api/due", "/api/submissions", "/api/ledgers"]
    months = [(town, f"{district.now:%Y-%m}") for town in sorted({code[:9] for code in district.villages})]
    urls += [f"/api/ledgers/{town}/{month}{table}" for town, month in months for table in ("", "/1", "/3")]
    found = {}
    for url in urls:
        status, text = read(client, url)
        found[url] = f"{status}\n{text}"
    for name in ids if found["/api/households"].startswith("200") else ():
        for url in (f"/api/households/{name}", f"/api/households/{name}/visits"):
            found[url] = "{}\n{}".format(*read(client, url))
    for pk in submissions if found["/api/submissions"].startswith("200") else ():
        found[f"/api/submissions/{pk}"] = "{}\n{}".format(*read(client, f"/api/submissions/{pk}"))
    return found


def phone_of(district: District, who: str, ids: Iterable[str] = ()) -> dict[str, str]:
    """What his phone is told: form list, manifests, every list row by row, and the integrity of ``ids``."""
    base, client = f"/key/{district.tokens[who]}", Client()
    found = {}
    asked = quote(",".join(ids), safe="")
    for name in LISTS:
        status, text = read(client, f"{base}/lists/{name}.csv")
        if status != 200:
            found[f"phone:{name}"] = f"{status}\n{text}"
            continue
        heading, *rows = text.splitlines()
        found[f"phone:{name}"] = heading
        for row in rows:
            found[f"phone:{name}/{row.split(',')[0]}"] = row
        if asked:
            found[f"phone:{name}?integrity"] = read(client, f"{base}/lists/{name}/integrity?id={asked}")[1]
    for name in FILES:
        found[f"phone:{name}"] = read(client, f"{base}/media/{name}.csv")[1]
    return found


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Addresses that were not there, are no more, or read differently."""
    return sorted(url for url in before.keys() | after.keys() if before.get(url) != after.get(url))
