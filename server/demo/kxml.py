"""XML as kxml2 reads it, the library of Collect and KoboCollect. Pure.

Sources: kxml2 `kdom.Node.parse`, `kdom.Element.parse`; JavaRosa `XmlTextConsolidator`. Other readers take `<a></a>` and
`<a/>` for the same; this one puts an empty text into the first, and nothing into the second. Blank texts between
elements are dropped, that empty one is not.
"""

from dataclasses import dataclass, field
from xml.parsers import expat


class NotXml(Exception):
    """Not well-formed."""


@dataclass
class Element:
    """`children`: elements and texts in their order; attributes by their names as written."""

    namespace: str
    name: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def elements(self, namespace: str, name: str) -> list["Element"]:
        """The children of this name."""
        found = [child for child in self.children if isinstance(child, Element)]
        return [child for child in found if (child.namespace, child.name) == (namespace, name)]


def read_kxml(body: bytes) -> Element:
    """The root of a document in UTF-8.

    :raises NotXml: it is none.
    """
    parser = expat.ParserCreate("utf-8", namespace_separator="\n")
    parser.buffer_text = True
    top = Element("", "", {})
    path = [top]

    def start(tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition("\n")
        made = Element(namespace, name, attributes)
        path[-1].children.append(made)
        path.append(made)

    def end(tag: str) -> None:
        done = path.pop()
        is_one_tag = body.endswith(b"/>", 0, parser.CurrentByteIndex)
        if not done.children and not is_one_tag:
            done.children.append("")
        done.children = [child for child in done.children if not isinstance(child, str) or child == "" or child.strip()]

    def text(data: str) -> None:
        path[-1].children.append(data)

    def aside(*what: str) -> None:
        path[-1].children.append("")  # a comment is a child too, and no element

    parser.CommentHandler = parser.ProcessingInstructionHandler = aside
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(body, True)
    except expat.ExpatError as why:
        raise NotXml(str(why)) from None
    return next(child for child in top.children if isinstance(child, Element))
