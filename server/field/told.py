"""What a kept row says, whichever way it came: a filled form, or a line of a table. Pure."""

from forms.read import Answers
from server.field.ledger_line import LEDGER_LINE, translate_line
from server.field.translate import Origin, translate
from server.households.values import Filing


def told(answers: Answers, origin: Origin) -> tuple[str, Filing]:
    """(list, filing).

    :raises CannotTranslate: it says nothing a household could be told by.
    """
    return translate_line(answers, origin) if answers.form_id == LEDGER_LINE else translate(answers, origin)
