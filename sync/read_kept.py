"""What was kept, read again: under the name it was kept under, or not at all."""

from collections.abc import Sequence

from forms.fields import Field
from forms.head import Head, read_head
from forms.read import Answers, read_answers
from forms.xml import Unreadable
from sync.models import Submission
from sync.receive import read_xml


class CalledOtherwise(Unreadable):
    """The text calls itself other than its row does: an older version of the program had read it otherwise."""

    sentence = "内容自称的编号、表单或版本与收到时登记的不一致。"


def read_kept(submission: Submission, fields: Sequence[Field]) -> Answers:
    """The answers of a submission, told by the fields of its form version. What they call themselves (instanceID,
    deprecatedID, form, version) is what the submission's row says.

    :raises Unreadable: the text cannot be read, or calls itself otherwise (`CalledOtherwise`).
    """
    answers = read_answers(read_xml(submission), fields)
    _compare(answers.head, submission)
    return answers


def named_in(submission: Submission) -> tuple[tuple[str, str], ...]:
    """(list, id) of the entities that a submission creates or updates; none where it cannot be read."""
    try:
        return read_head(read_xml(submission)).named
    except Unreadable:
        return ()


def _compare(head: Head, submission: Submission) -> None:
    said = (head.instance_id, head.deprecated_id, head.form_id, head.version)
    row = (submission.instance_id, submission.deprecated_id, submission.form_id, submission.form_version)
    if said != row:
        raise CalledOtherwise(f"submission {submission.pk}")
