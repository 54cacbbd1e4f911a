"""The life of a monthly return: saved, submitted, approved, accepted, sent back, revised.

Every service locks the newest version, asks the rule, changes, and writes the ledger in one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, ledger, rules
from core.periods import Month
from plants.choices import TRANSITIONS, ReturnAct, ReturnState
from plants.findings import findings_of
from plants.models import DirtyMonth, MonthlyReturn, Plant, ReturnVersion, UnitMonth
from plants.notices import tell_accepted, tell_sent_back, tell_submitted
from plants.permissions import local_today
from plants.selectors import Contents, contents_of, new_return
from plants.services.figures import Cell, Cells, Typed, rows_write, settled, system_figures_put

# What a return keeps of the calendar it was begun under.
DATES = ("due_on", "late_after", "locked_on", "time_zone")


@dataclass(slots=True)
class SaveOutcome:
    """What came of saving: the version with its contents, how many cells changed, and cells someone else changed.

    `conflicts` maps such a cell to what the other person wrote; it was kept, and what this person typed was not.
    """

    version: ReturnVersion
    contents: Contents
    changed: int = 0
    conflicts: dict[Cell, str] = field(default_factory=dict)


def version_lock(plant: Plant, month: Month) -> ReturnVersion:
    """The newest version of a return, locked. Raises ValidationError where nothing was entered yet."""
    # The return itself is the lock: a revision made meanwhile is then seen.
    monthly = MonthlyReturn.objects.select_for_update().filter(plant=plant, month=month.first_day).first()
    version = ReturnVersion.objects.filter(monthly_return=monthly).order_by("-number").first() if monthly else None
    if monthly is None or version is None:
        raise ValidationError(_("Nothing was entered for this month yet."))
    monthly.plant = plant
    version.monthly_return = monthly
    return version


def _version_begin(plant: Plant, month: Month, author: Any) -> ReturnVersion:
    """The newest version of a return, locked; a first one, not stored yet, where there is none."""
    monthly = new_return(plant, month)  # a return begun earlier keeps its own dates, see below
    # Made, or found and not changed, in one statement. Locked either way: whoever else begins it waits here.
    MonthlyReturn.objects.bulk_create(
        [monthly], update_conflicts=True, unique_fields=("plant", "month"), update_fields=("month",)
    )
    version = ReturnVersion.objects.filter(monthly_return=monthly).order_by("-number").first()
    if version is None:
        return ReturnVersion(monthly_return=monthly, author=author)
    monthly.refresh_from_db(fields=DATES)
    version.monthly_return = monthly
    return version


@transaction.atomic
def return_save(*, actor: Any, plant: Plant, month: Month, cells: Mapping[Cell, Typed]) -> SaveOutcome:
    """Save typed cells as a draft; cells not given stay. Nothing typed is lost.

    A cell counts as typed when it differs from what stood there when the page was made. A text that is no figure is
    kept as typed and shown again with its fault. Where someone else changed the same cell meanwhile, theirs is kept
    and the cell is named in the outcome. Raises Refused; typed cells of units or measures that are not of this return
    are passed over with a ValidationError.
    """
    version = _version_begin(plant, month, actor)
    rules.enforce("return.write", actor, version)
    sheet = Cells(contents_of(version))
    outcome = SaveOutcome(version, sheet.contents)
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for cell, typed in cells.items():
        if typed.text == typed.was:  # most of a posted page
            continue
        decimals, label = sheet.decimals(cell), sheet.label(cell)
        text, is_figure = settled(typed.text, decimals)
        was, stands = settled(typed.was, decimals)[0], sheet.text(cell, label)
        if text in (was, stands):
            continue
        if stands != was:
            outcome.conflicts[cell] = stands
            continue
        if stands:
            old[label] = stands
        new[label] = text
        sheet.put(cell, label, text, is_figure=is_figure)
    outcome.changed = len(new)
    if new:
        version.saved_at = clock.now()
    if version.pk is None:
        version.save()
    elif new:
        version.save(update_fields=["saved_at", "typed"])
    if new:
        sheet.write()
        version.editors.add(actor)
        # One row for each saving, also of those while typing: the history shows who changed which figure, and when.
        ledger.record(actor=actor, act="return.saved", subject=version.monthly_return.subject, old=old, new=new)
    return outcome


def _move(version: ReturnVersion, act: ReturnAct) -> str:
    """Take the version to the state that the act leads to. Raises ValidationError."""
    before = version.state
    after = TRANSITIONS.get((ReturnState(before), act))
    if after is None:
        raise ValidationError(
            _("The return is “%(state)s” by now; load the page again.") % {"state": version.get_state_display()}
        )
    version.state = after
    return before


def _record(actor: Any, version: ReturnVersion, act: str, before: str, reason: str = "") -> None:
    ledger.record(
        actor=actor,
        act=f"return.{act}",
        subject=version.monthly_return.subject,
        old={"state": before, "version": version.number},
        new={"state": version.state, "version": version.number},
        reason=reason,
    )


@transaction.atomic
def return_submit(*, actor: Any, plant: Plant, month: Month) -> ReturnVersion:
    """Hand the draft to the director. Raises Refused, ValidationError (figures that are impossible, or none)."""
    version = version_lock(plant, month)
    rules.enforce("return.write", actor, version)
    contents = contents_of(version)
    rows_write(system_figures_put(contents))
    if not contents.rows:
        raise ValidationError(_("Enter at least one figure before you submit."))
    errors = findings_of(version, doubts=False, contents=contents).errors()
    if errors:
        raise ValidationError(
            _("Mend the %(count)d marked figures first; everything you typed is saved.") % {"count": len(errors)}
        )
    before = _move(version, ReturnAct.SUBMIT)
    version.submitted_at = clock.now()
    if not version.is_revision:
        version.late = local_today(version.monthly_return) > version.monthly_return.late_after
    version.save()
    _record(actor, version, "submitted", before)
    tell_submitted(actor, version)
    return version


@transaction.atomic
def return_approve(*, actor: Any, plant: Plant, month: Month) -> ReturnVersion:
    """Approve as the plant's director. A first version counts from now on; a revision waits for a second person.

    Raises Refused, ValidationError.
    """
    version = version_lock(plant, month)
    rules.enforce("return.approve", actor, version)
    before = _move(version, ReturnAct.APPROVE)
    version.approved_at = clock.now()
    version.save()
    _record(actor, version, "approved", before)
    if not version.is_revision:
        _take_effect(version)
    return version


@transaction.atomic
def return_accept(*, actor: Any, plant: Plant, month: Month) -> ReturnVersion:
    """Accept as an evaluator; a revision counts from now on. Raises Refused, ValidationError."""
    version = version_lock(plant, month)
    rules.enforce("return.accept", actor, version)
    before = _move(version, ReturnAct.ACCEPT)
    version.save()
    _record(actor, version, "accepted", before)
    tell_accepted(actor, version)
    if version.is_revision:
        _take_effect(version)
    return version


def _take_effect(version: ReturnVersion) -> None:
    """Let the version's figures count in place of those before, and write the fact down for whoever ranks."""
    monthly = version.monthly_return
    # By plant and month, which are indexed: through the version it would join the table with itself.
    UnitMonth.objects.filter(plant=monthly.plant, month=monthly.month, effective=True).update(effective=False)
    version.units.update(effective=True)
    version.effective_at = clock.now()
    version.save(update_fields=["effective_at"])
    DirtyMonth.objects.create(plant=monthly.plant, month=monthly.month, at=version.effective_at)


@transaction.atomic
def return_send_back(*, actor: Any, plant: Plant, month: Month, reason: str) -> ReturnVersion:
    """Make a return a draft again, with the reason. Raises Refused, ValidationError.

    What is approved already keeps counting: there a revision is opened beside it for the plant to fill in.
    """
    version = version_lock(plant, month)
    rules.enforce("return.send_back", actor, version)
    reason = _reason(reason)
    tell_sent_back(actor, version, reason)
    if version.effective_at is not None:
        return _open_revision(actor, version, reason, "sent_back")
    before = _move(version, ReturnAct.SEND_BACK)
    version.save()
    _record(actor, version, "sent_back", before, reason)
    return version


@transaction.atomic
def return_revise(*, actor: Any, plant: Plant, month: Month, reason: str) -> ReturnVersion:
    """Open a revision of an approved return: a copy to correct, which counts once a second person accepts it.

    Raises Refused, ValidationError.
    """
    version = version_lock(plant, month)
    rules.enforce("return.revise", actor, version)
    return _open_revision(actor, version, _reason(reason), "revised")


def _reason(text: str) -> str:
    text = text.strip()
    if len(text) < 5:
        raise ValidationError({"reason": _("Say in a few words why; the reason stays in the history.")})
    return text


def _open_revision(actor: Any, version: ReturnVersion, reason: str, act: str) -> ReturnVersion:
    revision = ReturnVersion.objects.create(
        monthly_return=version.monthly_return,
        number=version.number + 1,
        reason=reason,
        author=actor,
        late=version.late,
    )
    UnitMonth.objects.bulk_create(
        UnitMonth(
            version=revision,
            plant_id=row.plant_id,
            equipment_id=row.equipment_id,
            month=row.month,
            figures=row.figures,
        )
        for row in version.units.all()
    )
    ledger.record(
        actor=actor,
        act=f"return.{act}",
        subject=version.monthly_return.subject,
        old={"state": version.state, "version": version.number},
        new={"state": revision.state, "version": revision.number},
        reason=reason,
    )
    return revision
