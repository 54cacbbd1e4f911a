"""The life of a monthly return: saved, submitted, approved, accepted, sent back, revised.

Every service locks the newest version, asks the rule, changes, and writes the ledger in one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, ledger, rules
from core.periods import Month
from indicators.models import Measure
from plants.capacity import UnratedDay, system_figures
from plants.choices import TRANSITIONS, WHOLE_PLANT, ReturnAct, ReturnState
from plants.findings import errors_of
from plants.models import DirtyMonth, Equipment, MonthlyReturn, Plant, ReturnVersion, UnitMonth
from plants.notices import tell_accepted, tell_sent_back, tell_submitted
from plants.numbers import canonical, read_number
from plants.permissions import local_today
from plants.selectors import as_decimals, equipment_of, new_return, service_of

Cell = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into a cell, and what stood there when the page was made."""

    text: str
    was: str


@dataclass(slots=True)
class SaveOutcome:
    """What came of saving: the version, how many cells changed, and cells someone else changed meanwhile.

    `conflicts` maps such a cell to what the other person wrote; it was kept, and what this person typed was not.
    """

    version: ReturnVersion
    changed: int = 0
    conflicts: dict[Cell, str] = field(default_factory=dict)


def version_lock(plant: Plant, month: Month, *, create_by: Any = None) -> ReturnVersion:
    """The newest version of a return, locked; made first if `create_by` is given."""
    monthly = MonthlyReturn.objects.filter(plant=plant, month=month.first_day).first()
    if monthly is None and create_by is not None:
        blank = new_return(plant, month)
        dates = {name: getattr(blank, name) for name in ("due_on", "late_after", "locked_on", "time_zone")}
        monthly, _made = MonthlyReturn.objects.get_or_create(plant=plant, month=month.first_day, defaults=dates)
    if monthly is None:
        raise ValidationError(_("Nothing was entered for this month yet."))
    # The return itself is the lock: a revision made meanwhile is then seen.
    monthly = MonthlyReturn.objects.select_for_update().select_related("plant").get(pk=monthly.pk)
    version = ReturnVersion.objects.filter(monthly_return=monthly).order_by("-number").first()
    if version is None:
        version = ReturnVersion.objects.create(monthly_return=monthly, number=1, author=create_by)
    version.monthly_return = monthly
    return version


@transaction.atomic
def return_save(*, actor: Any, plant: Plant, month: Month, cells: Mapping[Cell, Typed]) -> SaveOutcome:
    """Save typed cells as a draft; cells not given stay. Nothing typed is lost.

    A cell counts as typed when it differs from what stood there when the page was made. A text that is no figure is
    kept as typed and shown again with its fault. Where someone else changed the same cell meanwhile, theirs is kept
    and the cell is named in the outcome. Raises Refused; units or measures that are not of this return are passed
    over with a ValidationError.
    """
    blank = ReturnVersion(monthly_return=new_return(plant, month), number=1)
    existing = ReturnVersion.objects.filter(monthly_return__plant=plant, monthly_return__month=month.first_day)
    if not existing.exists():
        rules.enforce("return.write", actor, blank)
    version = version_lock(plant, month, create_by=actor)
    rules.enforce("return.write", actor, version)
    sheet = _Sheet(version, equipment_of(plant, month))
    outcome = SaveOutcome(version)
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for cell, typed in cells.items():
        measure = sheet.measure(cell)
        text, was, stands = (_settle(value, measure) for value in (typed.text, typed.was, sheet.text(cell)))
        if text in (was, stands):
            continue
        if stands != was:
            outcome.conflicts[cell] = stands
            continue
        old[sheet.label(cell)], new[sheet.label(cell)] = stands, text
        sheet.put(cell, text, measure)
    outcome.changed = len(new)
    if new:
        sheet.write()
        system_figures_write(version)
        version.saved_at = clock.now()
        version.save(update_fields=["saved_at", "typed"])
        version.editors.add(actor)
        ledger.record(actor=actor, act="return.saved", subject=version.monthly_return.subject, old=old, new=new)
    return outcome


def _settle(text: str, measure: Measure) -> str:
    """One way to write each figure, so that `6 412.50` and `6412.5` are the same; other texts as they are."""
    number = read_number(text, measure.decimals)
    return canonical(number) if isinstance(number, Decimal) else "" if number is None else text.strip()[:60]


class _Sheet:
    """The cells of one version, by (equipment id or None, measure code)."""

    def __init__(self, version: ReturnVersion, equipment: list[Equipment]) -> None:
        self.version = version
        self.equipment: dict[int | None, Equipment | None] = {each.pk: each for each in equipment}
        self.equipment[None] = None
        self.measures = {measure.code: measure for measure in Measure.objects.filter(system=False)}
        self.rows = {row.equipment_id: row for row in version.units.all()}
        self.touched: set[int | None] = set()

    def measure(self, cell: Cell) -> Measure:
        unit, code = cell
        measure = self.measures.get(code)
        equipment = self.equipment.get(unit)
        wrong_trade = measure and equipment and measure.trade not in ("", equipment.trade)
        if measure is None or unit not in self.equipment or wrong_trade:
            raise ValidationError(_("“%(code)s” is not asked for here. Load the page again.") % {"code": code})
        return measure

    def label(self, cell: Cell) -> str:
        """How the ledger and the history call a cell: `no-5/good_t`, `plant/lti`."""
        equipment = self.equipment[cell[0]]
        return f"{equipment.code if equipment else WHOLE_PLANT}/{cell[1]}"

    def text(self, cell: Cell) -> str:
        """What stands in the cell now."""
        if self.label(cell) in self.version.typed:
            return self.version.typed[self.label(cell)]
        row = self.rows.get(cell[0])
        return row.figures.get(cell[1], "") if row else ""

    def put(self, cell: Cell, text: str, measure: Measure) -> None:
        unit, code = cell
        label = self.label(cell)
        self.version.typed.pop(label, None)
        row = self.rows.get(unit)
        if row is None:
            row = self.rows[unit] = UnitMonth(
                version=self.version,
                plant=self.version.monthly_return.plant,
                equipment=self.equipment[unit],
                month=self.version.monthly_return.month,
            )
        row.figures.pop(code, None)
        if text and isinstance(read_number(text, measure.decimals), Decimal):
            row.figures[code] = text
        elif text:
            self.version.typed[label] = text
        self.touched.add(unit)

    def write(self) -> None:
        """Rows with a reported figure are stored; a row whose last figure was taken away goes."""
        for unit in self.touched:
            row = self.rows[unit]
            if any(code in self.measures for code in row.figures):
                row.save()
            elif row.pk:
                row.delete()


def system_figures_write(version: ReturnVersion) -> None:
    """Write the system measures into every equipment row of the version, from the ratings in force.

    A row with unrated days keeps only its reported figures; the missing rating is then an error of the return.
    """
    monthly = version.monthly_return
    system = set(Measure.objects.filter(system=True).values_list("code", flat=True))
    equipment: dict[int | None, Equipment] = {each.pk: each for each in equipment_of(monthly.plant, monthly.period)}
    for row in version.units.filter(equipment__isnull=False):
        reported = {code: text for code, text in row.figures.items() if code not in system}
        each = equipment.get(row.equipment_id)
        written = {}
        if each is not None:
            try:
                written = system_figures(each.kind.rating_unit, service_of(each), monthly.period, as_decimals(reported))
            except UnratedDay:
                written = {}
        figures = reported | {code: canonical(value) for code, value in written.items()}
        if figures != row.figures:
            row.figures = figures
            row.save(update_fields=["figures"])


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
    system_figures_write(version)
    if not version.units.exists():
        raise ValidationError(_("Enter at least one figure before you submit."))
    errors = errors_of(version)
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
