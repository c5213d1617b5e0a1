"""The one hardened way to parse XML that came from outside. Pure."""

from lxml import etree

# Our forms nest five deep; a document that nests more than this was made to hurt.
MAX_DEPTH = 40
# A screening with twenty members is some 30 kB; photos travel beside the XML, not in it.
MAX_BYTES = 3_000_000
_too_deep = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")


class Unreadable(Exception):
    """A submission that cannot be read. `sentence` is Chinese, for the person holding the phone."""

    sentence = "提交的内容读不出来。"


class NotXml(Unreadable):
    """Not well-formed XML, or XML with parts that a form engine never writes."""

    sentence = "提交的内容不是有效的 XML。"


class HasDoctype(NotXml):
    """Carries a document type, hence possibly entities: no form engine writes one."""

    sentence = "提交的内容带有 DOCTYPE，不予接收。"


class TooLarge(NotXml):
    """Larger than any form's answers."""

    sentence = "提交的内容过大。"


class TooDeep(NotXml):
    """Nested deeper than any form."""

    sentence = "提交的内容嵌套层次过深。"


def parse_xml(data: bytes) -> etree._Element:
    """The root element, without comments and instructions. Raises `NotXml` or `HasDoctype`, and nothing else, whatever
    the bytes are.

    No DTD is loaded, no entity resolved, no address fetched; libxml2's own limits on size and depth stay on.
    """
    # A parser per call: lxml locks a shared one, and making one costs microseconds.
    parser = etree.XMLParser(
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        # LookupError: an encoding nobody knows.
        if b"<!DOCTYPE" in data:
            raise HasDoctype(str(error)) from None
        raise NotXml(str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise HasDoctype("document type declared")
    return root


def check_size(data: bytes) -> None:
    """:raises TooLarge: more than any form's answers."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{len(data)} bytes")


def check_depth(root: etree._Element) -> None:
    """:raises TooDeep: nested deeper than any form."""
    if _too_deep(root):
        raise TooDeep(f"more than {MAX_DEPTH} levels")


def local(node: etree._Element) -> str:
    """The element's name without its namespace: clients differ in namespaces, never in names."""
    return str(node.tag).rpartition("}")[2]


def text_of(node: etree._Element) -> str:
    """The text before the first element inside."""
    return node.text or ""
