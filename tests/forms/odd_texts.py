"""Submissions as a form engine writes them, and then as somebody might who looks for a gap between two readers."""

from collections.abc import Callable
from random import Random

#: Few names, so that texts meet: another's report is what one wants to write over.
INSTANCES = tuple(f"uuid:{n:08d}-0000-4000-8000-000000000000" for n in range(40))
BLANKS = (" ", "\n  ", "\t", "\u00a0", "\u3000", "\u2003", "\u200b", "\ufeff", "\u2028", "\u0085")
NAMESPACES = ("http://openrosa.org/xforms", "http://www.opendatakit.org/xforms/encrypted", "urn:x")


class Text:
    """One submission in the making; `str()` writes it. Parts may be replaced by any XML."""

    def __init__(self, chance: Random, form: str, version: str, dataset: str) -> None:
        self.chance, self.dataset = chance, dataset
        self.attributes = [f'id="{form}"', f'version="{version}"']
        self.before: list[str] = []  # below the root, before the meta
        self.after: list[str] = []
        self.answers = f"<rep_name>{chance.choice('甲乙丙丁')}{chance.randrange(10**6)}</rep_name>"
        self.meta: list[str] = [self.entity(), self.named("instanceID", self.fresh())]
        self.prefix = ""
        if chance.random() < 0.3:
            self.meta.append(self.named("deprecatedID", self.one()))

    def fresh(self) -> str:
        """A name nobody has, often; or one of the few."""
        return self.one() if self.chance.random() < 0.2 else f"uuid:{self.chance.getrandbits(64):016x}"

    def one(self) -> str:
        return self.chance.choice(INSTANCES)

    def id(self) -> str:
        return f"{self.chance.getrandbits(32):08x}-0000-4000-8000-{self.chance.getrandbits(48):012x}"

    def entity(self, more: str = "") -> str:
        verb = self.chance.choice(('create="1"', 'create="true"', 'update="1" baseVersion="1"', 'create="0"'))
        return f'<entity dataset="{self.dataset}" id="{self.id()}" {verb}{more}><label>x</label></entity>'

    @staticmethod
    def named(name: str, text: str) -> str:
        return f"<{name}>{text}</{name}>"

    def a_name(self) -> str:
        return self.named(self.chance.choice(("instanceID", "instanceID", "deprecatedID")), self.fresh())

    def __str__(self) -> str:
        p = self.prefix
        meta = f"<{p}meta>{''.join(self.meta)}</{p}meta>"
        inside = f"{''.join(self.before)}{self.answers}{meta}{''.join(self.after)}"
        return f"<data {' '.join(self.attributes)}>{inside}</data>"


def _nested(text: Text) -> None:
    inside = text.chance.choice((text.a_name(), text.entity(), text.a_name() + text.entity()))
    where = text.chance.choice((text.before, text.after, text.meta))
    deep = text.chance.choice(("<g>{}</g>", "<g><h>{}</h></g>", "{}"))
    where.insert(text.chance.randint(0, len(where)), deep.format(f"<meta>{inside}</meta>"))


def _twice(text: Text) -> None:
    text.meta.insert(text.chance.randint(0, len(text.meta)), text.a_name())


def _again(text: Text) -> None:
    """The very same once more, or a blank one."""
    part = text.chance.choice(text.meta)
    text.meta.append(text.chance.choice((part, "<instanceID/>", "<deprecatedID></deprecatedID>")))


def _broken_up(text: Text) -> None:
    """A comment, an instruction, CDATA or an element inside a name."""
    at = next(n for n, part in enumerate(text.meta) if "<instanceID>" in part or "<deprecatedID>" in part)
    part = text.meta[at]
    cut = part.index(">") + 1 + text.chance.randrange(12)
    mark = text.chance.choice(("<!-- x -->", "<?x y?>", "<![CDATA[]]>", "<![CDATA[a]]>", "<b/>", "&#117;", "&amp;",
                               f"<!--{text.one()}-->"))  # fmt: skip
    text.meta[at] = part[:cut] + mark + part[cut:] if cut < part.rindex("<") else part


def _blanks(text: Text) -> None:
    at = text.chance.randrange(len(text.meta))
    blank = "".join(text.chance.choice(BLANKS) for _ in range(text.chance.randint(1, 3)))
    text.meta[at] = text.chance.choice((
        text.meta[at].replace(">uuid", f">{blank}uuid"), text.meta[at].replace("</inst", f"{blank}</inst"),
        text.meta[at].replace("uuid:", f"uuid:{blank}"), blank + text.meta[at],
    ))  # fmt: skip


def _attribute(text: Text) -> None:
    namespace = text.chance.choice(NAMESPACES)
    text.attributes.append(text.chance.choice((
        f'instanceID="{text.fresh()}"', 'instanceID=""', f'xmlns:x="{namespace}" x:instanceID="{text.one()}"',
        f'xmlns:x="{namespace}" x:id="lead"', f'xmlns:x="{namespace}" x:version="0"', f'xmlns="{namespace}"',
        f'deprecatedID="{text.one()}"',
    )))  # fmt: skip


def _root(text: Text) -> None:
    form, version = text.attributes[0], text.attributes[1]
    text.attributes[0] = text.chance.choice((form, form.replace('id="', 'id=" '), 'xmlns="screening"', 'id=""'))
    text.attributes[1] = text.chance.choice((version, version.replace('="', '=" '), 'version="9"', "",
                                             f'version="{"7" * 120}"'))  # fmt: skip


def _encrypted(text: Text) -> None:
    flag = text.chance.choice(("yes", "yes", "1", "true", "no", "YES", " yes"))
    text.attributes.append(f'encrypted="{flag}"')
    text.after.append("<media><file>p.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>")


def _long(text: Text) -> None:
    length = text.chance.choice((199, 200, 201, 255, 256, 5000))
    at = text.chance.randrange(len(text.meta))
    text.meta[at] = text.meta[at].replace("uuid:", "x" * (length - 20)).replace('id="', f'id="{"y" * length}')


def _entities(text: Text) -> None:
    for _ in range(text.chance.randint(1, 4)):
        odd = text.chance.choice(("", ' x:id="other" x:create="1"', ' x:dataset="leads"', ' x:update="1"'))
        odd = odd and f' xmlns:x="urn:x"{odd}'
        where = text.chance.choice((text.meta, text.before, text.after))
        block = text.entity(odd) if where is text.meta else f"<g><meta>{text.entity(odd)}</meta></g>"
        where.insert(text.chance.randint(0, len(where)), block)


def _prefixed(text: Text) -> None:
    namespace = text.chance.choice(NAMESPACES)
    text.attributes.append(f'xmlns:o="{namespace}"')
    if text.chance.random() < 0.5:
        text.prefix = "o:"
    else:
        text.meta.append(f"<o:instanceID>{text.fresh()}</o:instanceID>")


def _second_meta(text: Text) -> None:
    where = text.chance.choice((text.before, text.after))
    where.append(f"<meta>{text.chance.choice((text.a_name(), text.entity(), ''))}</meta>")


def _without(text: Text) -> None:
    text.meta.pop(text.chance.randrange(len(text.meta)))


ODD: tuple[Callable[[Text], None], ...] = (
    _nested, _nested, _twice, _again, _broken_up, _broken_up, _blanks, _attribute, _root, _encrypted, _long, _entities,
    _prefixed, _second_meta, _without,
)  # fmt: skip


def odd_text(chance: Random, form: str, version: str, dataset: str) -> bytes:
    """One text; a fifth of them as an engine writes them, the others with one to three oddities."""
    text = Text(chance, form, version, dataset)
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        if any("instanceID" in part or "deprecatedID" in part for part in text.meta):
            chance.choice(ODD)(text)
    return str(text).encode()
