"""What was kept but is not applied: the troubles inbox, inside somebody's areas."""

from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from server.accounts.models import Grant
from server.acts.kinds import ActKind
from server.acts.models import Act
from server.areas.within import within
from server.field.kinds import TroubleKind
from sync.kinds import State
from sync.models import Submission
from sync.troubles import Aside

_CLASH, _SEALED, _LEFT = Q(is_clash=True), Q(is_encrypted=True), Q(is_quarantined=True)
_VERSION = Q(trouble=Aside.UNKNOWN_VERSION.sentence)
#: The same order as `sync.troubles.Aside.of`: a text that is put aside for two reasons stands under the first.
WHERE: Mapping[TroubleKind, Q] = {
    TroubleKind.LEFT: _LEFT,
    TroubleKind.CLASH: _CLASH & ~_LEFT,
    TroubleKind.SEALED: _SEALED & ~_LEFT & ~_CLASH,
    TroubleKind.VERSION: _VERSION & ~_LEFT & ~_CLASH & ~_SEALED,
    TroubleKind.FAILED: ~_LEFT & ~_CLASH & ~_SEALED & ~_VERSION,
}


def parked_in(
    codes: Iterable[str], *, district: bool = False, kind: str = "", is_set_aside: bool | None = None
) -> QuerySet[Submission]:
    """Parked submissions whose sender holds (or held) a role inside ``codes``, latest first.

    ``district``: also those nobody is known to have sent (imports). ``kind``: of one TroubleKind only.
    ``is_set_aside``: only those somebody has set aside, or only the others.
    """
    sender = Exists(Grant.objects.filter(within("area_id", codes), user_id=OuterRef("sender_id")))
    mine = sender | Q(sender=None) if district else sender
    rows = Submission.objects.filter(Q(mine), state=State.PARKED).defer("xml_sealed", "wrapped_key")
    if kind in TroubleKind.values:
        rows = rows.filter(WHERE[TroubleKind(kind)])
    if is_set_aside is not None:
        told = Exists(Act.objects.filter(kind=ActKind.SET_ASIDE, other=OuterRef("xml_sha256")))
        rows = rows.filter(told if is_set_aside else ~told)
    return rows.select_related("sender").order_by("-received_at", "-id")


def trouble_kind(row: Submission) -> TroubleKind:
    """Why this one is parked, in the order of `WHERE`."""
    if row.is_quarantined:
        return TroubleKind.LEFT
    if row.is_clash:
        return TroubleKind.CLASH
    if row.is_encrypted:
        return TroubleKind.SEALED
    return TroubleKind.VERSION if row.trouble == Aside.UNKNOWN_VERSION.sentence else TroubleKind.FAILED


def counting_twin(row: Submission) -> int | None:
    """Of two texts with one instanceID the id of the one that counts, for the other (None if it is itself)."""
    first = Submission.objects.filter(instance_id=row.instance_id, is_clash=False).order_by("received_at", "xml_sha256")
    found = first.values_list("pk", flat=True).first()
    return None if found == row.pk else found
