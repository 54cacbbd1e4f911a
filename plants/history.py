"""What was done to a return, in words: from the ledger, for the history page and for whoever must mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core import ledger
from core.models import LedgerEntry
from core.templatetags.figures import in_language
from indicators.models import Measure
from plants.choices import WHOLE_PLANT, ReturnState
from plants.models import MonthlyReturn, ReturnVersion


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that was changed: of which piece of equipment (empty: the whole plant), from what to what."""

    unit: str
    measure: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to a return: when, by whom, what, in which version, why."""

    at: datetime
    actor: str
    words: str
    version: int | None
    reason: str
    changes: list[Change]


def acts_of(monthly: MonthlyReturn) -> list[Act]:
    """Everything that was done to the return, newest first."""
    entries = list(ledger.entries_of(monthly.subject).order_by("-id"))
    actors = {entry.actor for entry in entries}
    people = {user.email: str(user) for user in User.objects.filter(email__in=actors)}
    measures = {each.code: in_language(each) for each in Measure.objects.all()}
    units = {each.code: in_language(each) for each in monthly.plant.equipment.all()}
    words = {
        "return.saved": _("entered figures"),
        "return.submitted": _("submitted the return"),
        "return.approved": _("approved the return"),
        "return.accepted": _("accepted the return"),
        "return.sent_back": _("sent the return back"),
        "return.revised": _("opened a revision"),
    }
    return [
        Act(
            at=entry.at,
            actor=_("the system") if entry.actor == ledger.SYSTEM else people.get(entry.actor, entry.actor),
            words=words.get(entry.act, entry.act),
            version=(entry.new or {}).get("version"),
            reason=entry.reason,
            changes=list(_changes(entry, units, measures)) if entry.act == "return.saved" else [],
        )
        for entry in entries
    ]


def _changes(entry: LedgerEntry, units: dict[str, str], measures: dict[str, str]) -> Iterable[Change]:
    old = entry.old or {}
    for label, new in (entry.new or {}).items():
        unit, code = label.rsplit("/", 1)
        name = "" if unit == WHOLE_PLANT else units.get(unit, unit)
        yield Change(name, measures.get(code, code), old.get(label, ""), new)


def reasons_sent_back(versions: Iterable[ReturnVersion]) -> dict[int, str]:
    """By version id why it must be mended: what a revision was opened for, or why a draft was sent back."""
    versions = list(versions)
    reasons = {version.pk: version.reason for version in versions if version.reason}
    waiting = {
        version.monthly_return.subject: version.pk
        for version in versions
        if version.submitted_at and version.state == ReturnState.DRAFT
    }
    if waiting:
        entries = LedgerEntry.objects.filter(act="return.sent_back", subject__in=waiting)
        for subject, reason in entries.order_by("id").values_list("subject", "reason"):
            reasons[waiting[subject]] = reason
    return reasons
