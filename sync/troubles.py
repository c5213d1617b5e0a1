"""Why a submission that was kept is not applied: reasons the door sees at once, and those beat two tells."""

from enum import Enum
from typing import Protocol


class _Marked(Protocol):
    """A submission's marks: the model's row, or what was read of it."""

    @property
    def is_quarantined(self) -> bool: ...
    @property
    def is_clash(self) -> bool: ...
    @property
    def is_encrypted(self) -> bool: ...


class Trouble(Exception):
    """Beat two cannot do it (yet). `sentence` is Chinese, for the desk; it names no person and no number.

    `again`: whether the worker should try by itself after a while.
    """

    def __init__(self, sentence: str, *, again: bool = True) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.again = again


class Aside(Enum):
    """Put aside at receipt: kept whole, answered 202, listed among the troubles. Value: the sentence for the desk."""

    QUARANTINED = "报送人已离职，记录已收到，待管理员确认后入库。"
    CLASH = "同一记录编号先前已收到不同内容，以先收到的为准；这一份已保留，待核对。"
    ENCRYPTED = "记录使用了表单自带加密，服务器读不出内容，已原样保留。"
    UNKNOWN_VERSION = "服务器上没有这个表单版本，记录已保留；该版本发布后自动入库。"

    @property
    def sentence(self) -> str:
        return self.value

    @classmethod
    def of(cls, submission: _Marked) -> "Aside | None":
        """The reason this submission was put aside, as far as its own row tells."""
        if submission.is_quarantined:
            return cls.QUARANTINED
        if submission.is_clash:
            return cls.CLASH
        return cls.ENCRYPTED if submission.is_encrypted else None
