from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from competitions.choices import Cadence, CompetitionRole, EntryType, RunState, Visibility
from competitions.querysets import CompetitionQuerySet, RunQuerySet
from competitions.standings import cells
from core.fields import ExactDecimalField
from core.periods import Month, Period
from indicators.choices import Trade
from indicators.models import EquipmentKind, Indicator
from plants.models import Equipment, Plant, ReportingCalendar, slug_validator


def every_cadence() -> list[str]:
    return list(Cadence.values)


class Competition(models.Model):
    """Plants of a trade competing from the month `starts` to the month `ends` (first days of the months)."""

    slug = models.CharField(_("code"), max_length=60, unique=True, validators=[slug_validator])
    name = models.CharField(_("name in English"), max_length=160)
    name_zh = models.CharField(_("name in Chinese"), max_length=160, blank=True)
    about = models.TextField(_("about, in English"), blank=True)
    about_zh = models.TextField(_("about, in Chinese"), blank=True)
    starts = models.DateField(_("first month"))
    ends = models.DateField(_("last month"))
    visibility = models.CharField(
        _("standings are shown to"), max_length=8, choices=Visibility.choices, default=Visibility.PARTIES
    )
    published_through = models.DateField(_("published up to the month"), null=True, blank=True)
    small_group = models.PositiveSmallIntegerField(_("smallest group that is ranked"), default=3)
    minimum_months = models.PositiveSmallIntegerField(
        _("months needed of a period"), null=True, blank=True, help_text=_("Empty: all of them.")
    )
    cadence = models.JSONField(_("ranked by themselves"), default=every_cadence)
    calendar = models.ForeignKey(
        ReportingCalendar, models.PROTECT, verbose_name=_("reporting calendar"), null=True, blank=True
    )
    second_factor = models.BooleanField(
        _("directors need a second factor"),
        default=False,
        help_text=_(
            "A director of a plant entered here approves and signs only with a second factor at sign-in. "
            "Without one everything can still be read."
        ),
    )
    generated = models.BooleanField(_("its data are generated for demonstration"), default=False, editable=False)

    objects: ClassVar = CompetitionQuerySet.as_manager()

    class Meta:
        ordering = ("-ends", "-starts", "name")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")),
                name="competition_ends_after_start",
                violation_error_message=_("The last month must not lie before the first."),
            ),
        )

    def __str__(self) -> str:
        return self.slug

    @property
    def first_month(self) -> Month:
        return Month.of(self.starts)

    @property
    def last_month(self) -> Month:
        return Month.of(self.ends)

    @property
    def subject(self) -> str:
        """How the ledger calls it."""
        return f"competition:{self.slug}"


class Role(models.Model):
    """A person's role in a competition."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="competition_roles")
    role = models.CharField(_("role"), max_length=10, choices=CompetitionRole.choices)

    class Meta:
        ordering = ("competition", "role", "user")
        constraints = (models.UniqueConstraint(fields=("competition", "user", "role"), name="role_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.competition.slug}"


class Group(models.Model):
    """Who competes with whom: one trade, one kind and a capacity band [from, to), or whole plants."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="groups")
    code = models.CharField(_("code"), max_length=40, validators=[slug_validator])
    name = models.CharField(_("name in English"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    trade = models.CharField(_("trade"), max_length=10, choices=Trade.choices, blank=True)
    kind = models.ForeignKey(EquipmentKind, models.PROTECT, verbose_name=_("kind"), null=True, blank=True)
    capacity_from = models.DecimalField(_("capacity from"), max_digits=12, decimal_places=3, null=True, blank=True)
    capacity_to = models.DecimalField(_("to below"), max_digits=12, decimal_places=3, null=True, blank=True)
    entry_type = models.CharField(
        _("what competes"), max_length=9, choices=EntryType.choices, default=EntryType.EQUIPMENT
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("competition", "position", "id")
        constraints = (
            models.UniqueConstraint(fields=("competition", "code"), name="group_code_once"),
            models.CheckConstraint(
                condition=Q(entry_type=EntryType.PLANT) | Q(kind__isnull=False),
                name="group_of_equipment_has_kind",
                violation_error_message=_("Name the kind of equipment that competes."),
            ),
            models.CheckConstraint(
                condition=Q(capacity_from__isnull=True)
                | Q(capacity_to__isnull=True)
                | Q(capacity_to__gt=F("capacity_from")),
                name="group_band_not_empty",
                violation_error_message=_("The band must end above where it starts."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.competition.slug}/{self.code}"

    @property
    def is_of_plants(self) -> bool:
        return self.entry_type == EntryType.PLANT


class Entry(models.Model):
    """A piece of equipment, or a whole plant, in a group. Withdrawn entries keep their past standings."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="entries")
    plant = models.ForeignKey(Plant, models.PROTECT, related_name="+")
    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ("group", "plant__name", "equipment__code")
        constraints = (
            models.UniqueConstraint(fields=("group", "equipment"), name="entry_equipment_once"),
            models.UniqueConstraint(
                fields=("group", "plant"), condition=Q(equipment__isnull=True), name="entry_plant_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.equipment or self.plant.slug)


class BaseFigure(models.Model):
    """A published figure without raw measures: its period's value and next year's base, never pooled."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="base_figures")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    value = ExactDecimalField()
    source = models.TextField()
    source_zh = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("entry", "indicator", "first", "last"), name="base_figure_once"),
        )

    def __str__(self) -> str:
        return f"{self.entry} {self.indicator.code} {self.period} {self.value}"

    @property
    def period(self) -> Period:
        return Period(Month.of(self.first), Month.of(self.last))


class Immutable(Exception):
    """Somebody tried to change what never changes."""


class RuleSet(models.Model):
    """The rules that standings are computed by: an immutable document and its SHA-256."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="rule_sets")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("competition", "id")

    def __str__(self) -> str:
        return f"{self.competition.slug} {self.digest[:8]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise Immutable("A rule set never changes; make a new one.")
        super().save(*args, **kwargs)


class TrackedPeriod(models.Model):
    """A period of a competition that is kept ranked: due while `changes` is ahead of what was `ranked`.

    `whole` is the count at the last change that touched every group; other changes leave a `StaleGroup`.
    """

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="tracked_periods")
    first = models.DateField()
    last = models.DateField()
    changes = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)
    ranked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("competition", "first", "last"), name="tracked_once"),)

    def __str__(self) -> str:
        return f"{self.competition.slug} {self.period}"

    @property
    def period(self) -> Period:
        return Period(Month.of(self.first), Month.of(self.last))


class StaleGroup(models.Model):
    """A group whose inputs in a tracked period have changed; `change` is the period's count when they last did."""

    tracked = models.ForeignKey(TrackedPeriod, models.CASCADE, related_name="stale_groups")
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    change = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("tracked", "group"), name="stale_once"),)

    def __str__(self) -> str:
        return f"{self.tracked} {self.group.code}"


class GroupRanking(models.Model):
    """How a group stands in a period, by one rule set and code version, from inputs with one hash. Never changes.

    `entries` are the ids of those ranked, in the order of every table's columns; `late` those of them with a counted
    return that came after its grace. Runs in which nothing of the group changed share its ranking.
    """

    group = models.ForeignKey(Group, models.PROTECT, related_name="rankings")
    first = models.DateField()
    last = models.DateField()
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="+")
    code_version = models.CharField(max_length=40)
    inputs_hash = models.CharField(max_length=64)
    entries = models.JSONField(default=list)
    late = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("group", "first", "last", "rule_set", "code_version", "inputs_hash"), name="ranking_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.group} {self.period} {self.inputs_hash[:8]}"

    @property
    def period(self) -> Period:
        return Period(Month.of(self.first), Month.of(self.last))


class StandingsTable(models.Model):
    """How a group's entries stand in one indicator; `of` of them have a rank.

    A field is a column as text, with a cell for each of the ranking's entries (`competitions.standings.written`): value
    and base (that of a year before) as published, numerator and denominator of the value, rank, reason why there is
    no rank, and the ids of the published figures that stand for value or base.
    """

    ranking = models.ForeignKey(GroupRanking, models.CASCADE, related_name="tables")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    of = models.PositiveIntegerField()
    value = models.TextField()
    numerator = models.TextField()
    denominator = models.TextField()
    base = models.TextField()
    rank = models.TextField()
    reason = models.TextField()
    source = models.TextField()
    base_source = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("ranking", "indicator"), name="table_once"),)

    def __str__(self) -> str:
        return f"{self.ranking} {self.indicator.code}"

    def column(self, name: str) -> list[str | None]:
        """The cells of one column, in the order of the ranking's entries."""
        return cells(getattr(self, name), len(self.ranking.entries))


class StandingsRun(models.Model):
    """One computation of all standings of a competition and period. Complete runs are facts and never change.

    It refers to one ranking of each group. While it runs, `done` of the `total` groups that have to be ranked anew are
    written; `inputs_hash` is the hash over those of its rankings. `changes` is the tracked period's count that it
    answers.
    """

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="runs")
    first = models.DateField()
    last = models.DateField()
    rule_set = models.ForeignKey(RuleSet, models.PROTECT)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    inputs_hash = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=40)
    rankings = models.ManyToManyField(GroupRanking, related_name="runs")

    objects: ClassVar = RunQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("competition", "first", "last"),
                condition=Q(state="running"),
                name="run_one_at_a_time",
            ),
        )
        indexes = (models.Index(fields=("competition", "first", "last", "finished_at"), name="run_period"),)

    def __str__(self) -> str:
        return f"{self.competition.slug} {self.period} #{self.pk}"

    @property
    def period(self) -> Period:
        return Period(Month.of(self.first), Month.of(self.last))
