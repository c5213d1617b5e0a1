"""A key in a log is a key given away: Django writes the path of every failed request, and ours holds the key. Pure."""

import logging
import re

_KEY = re.compile(r"(/(?:key|collector)/)[^/\s?\"']+")


class HideKeys(logging.Filter):
    """Put it on every log handler: replaces the key in a record's text."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        hidden = _KEY.sub(r"\1…", text)
        if hidden != text:
            record.msg, record.args = hidden, None
        return True
