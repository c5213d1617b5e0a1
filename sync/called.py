"""What a text that was sent calls itself, or the refusal of one that cannot be named. Pure."""

from forms.head import BadInstanceId, Head, NoFormId, NoInstanceId, TwoNames, read_head
from forms.xml import NotXml, Unreadable
from sync.problems import Refusal, Refused

#: The more special kind stands first.
_REFUSALS: tuple[tuple[type[Unreadable], Refusal], ...] = (
    (NotXml, Refusal.NOT_XML),
    (NoFormId, Refusal.UNKNOWN_FORM),
    (TwoNames, Refusal.TWO_INSTANCE_IDS),
    (BadInstanceId, Refusal.BAD_INSTANCE_ID),
    (NoInstanceId, Refusal.NO_INSTANCE_ID),
)


def called(xml: bytes) -> Head:
    """:raises Refused: it is not XML, names no form, or not exactly one record."""
    try:
        return read_head(xml)
    except Unreadable as why:
        raise Refused(next(refusal for kind, refusal in _REFUSALS if isinstance(why, kind))) from None
