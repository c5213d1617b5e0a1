"""Somebody at the desk: he opens pages and presses buttons that stand there; every press that decides is counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.test import Client
from lxml import html

from server.accounts.models import User


def said(node: "html.HtmlElement") -> str:
    """What a reader reads there, blanks made one."""
    return " ".join(node.text_content().split())


class Page:
    """One answer of the desk as it is drawn."""

    def __init__(self, path: str, answer: HttpResponse) -> None:
        assert answer.status_code == 200, (path, answer.status_code)
        self.path = path
        self.main = html.fromstring(answer.content.decode()).get_element_by_id("main")

    @property
    def text(self) -> str:
        return said(self.main)

    @property
    def rows(self) -> list[str]:
        """The lines of the lists on the page."""
        lines = self.main.xpath(".//table[contains(@class, 'list')]/tbody/tr[not(td[contains(@class, 'empty')])]")
        return [said(line) for line in lines]

    def count(self, tab: str) -> int:
        """The number beside a tab."""
        (shown,) = [said(a) for a in self.main.xpath(".//nav[contains(@class, 'tabs')]/a") if said(a).startswith(tab)]
        return int(shown.removeprefix(tab))

    def buttons(self, words: str) -> list[tuple["html.FormElement", "html.HtmlElement"]]:
        """The forms with a button of these words, with their buttons; else those whose words hold these."""
        found = [(form, button) for form in self.main.xpath(".//form") for button in form.xpath(".//button")]
        exact = [(form, button) for form, button in found if said(button) == words]
        return exact or [(form, button) for form, button in found if words in said(button)]


@dataclass
class Office:
    """``clicks``: what was decided beside judging submissions, in the words of the buttons; ``judged``: how many
    submissions were approved or returned."""

    user: User
    clicks: list[str] = field(default_factory=list)
    judged: int = 0

    def look(self, path: str) -> Page:
        return Page(path, self._browser().get(path, follow=True))

    def finds(self, path: str) -> bool:
        """Whether the page is there for this person at all."""
        return self._browser().get(path, follow=True).status_code == 200

    def press(self, path: str, words: str, **typed: str) -> Page:
        """Open a page, fill in what is ``typed``, press the one button of these words. A field ticked: "on"."""
        found = [(form, button) for form, button in self.look(path).buttons(words)
                 if set(typed) <= set(form.inputs.keys())]
        assert len(found) == 1, (path, words, len(found))
        form, button = found[0]
        for name, value in typed.items():
            widget = form.inputs[name]
            if getattr(widget, "checkable", False):
                widget.checked = value == "on"
            else:
                widget.value = value
        data = dict(form.form_values())
        if button.get("name"):
            data[button.get("name")] = button.get("value", "")
        judges = form.get("action").endswith(("/judge", "/approve"))
        self.judged += judges
        if not judges:
            self.clicks.append(said(button))
        page = Page(path, self._browser().post(form.get("action"), data, follow=True))
        assert "没有保存" not in page.text, page.text
        return page

    def send(self, path: str, typed: Mapping[str, object]) -> Page:
        """Post a form with files in it; the page it leads to. Decides nothing yet."""
        answer = self._browser().post(path, typed, follow=True)
        return Page(answer.redirect_chain[-1][0], answer)

    def status(self, path: str, typed: Mapping[str, str]) -> int:
        """Post what no page offers him, and see what the server says to it."""
        return self._browser().post(path, typed).status_code

    # --- the pages of this folder's stories ---

    def queue(self, tab: str) -> list[str]:
        """提交审核: the lines of a tab (waiting, elsewhere …); none where there is no such tab."""
        page = self.look(f"/submissions?tab={tab}")
        (here,) = page.main.xpath(".//nav[contains(@class, 'tabs')]/a[@aria-current]/@href")
        return page.rows if f"tab={tab}" in here else []

    def pairs(self) -> list[str]:
        """疑似重复: the open cases."""
        return self.look("/duplicates").rows

    def families(self, named: str) -> list[str]:
        """对象家庭: what a search for a name finds."""
        return self.look(f"/households?q={named}").rows

    def household(self, entity: str) -> str:
        """The page of a household as text."""
        return self.look(f"/households/{entity}").text

    def approve(self, number: int, **ticked: str) -> Page:
        """Approve a submission on its own page, of whichever queue."""
        page = self.look(f"/submissions/{number}")
        words = "采纳这份填报" if page.buttons("采纳这份填报") else "通过，看下一条"
        return self.press(f"/submissions/{number}", words, **ticked)

    def _browser(self) -> Client:
        """Signed in now: a story goes on for weeks, a session does not."""
        client = Client()
        client.force_login(self.user)
        return client
