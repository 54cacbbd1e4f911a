from typing import ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation
from core.periods import Month
from indicators.models import EquipmentKind
from plants.choices import PlantRole, ReturnState
from plants.querysets import EquipmentQuerySet, PlantQuerySet, ReturnVersionManager, UnitMonthQuerySet

slug_validator = RegexValidator(r"^[a-z0-9][a-z0-9_-]*\Z", _("Use small letters, digits, hyphens and underscores."))


def validate_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone. Write one like Asia/Shanghai.") % {"zone": name})


class ReportingCalendar(models.Model):
    """By when a month is reported, in days after its last day: due, late after the grace, closed from the lock on."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    due_days = models.PositiveSmallIntegerField(_("due, days after the month"), default=5)
    grace_days = models.PositiveSmallIntegerField(_("late, days after the due day"), default=3)
    lock_days = models.PositiveSmallIntegerField(_("closed, days after the month"), default=20)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai", validators=[validate_zone])

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(lock_days__gt=F("due_days") + F("grace_days")),
                name="calendar_lock_after_grace",
                violation_error_message=_("The month must close after the days of grace."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Plant(models.Model):
    """A factory that takes part."""

    slug = models.CharField(_("code"), max_length=60, unique=True, validators=[slug_validator])
    name = models.CharField(_("name in English"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    city = models.CharField(_("city in English"), max_length=80, blank=True)
    city_zh = models.CharField(_("city in Chinese"), max_length=80, blank=True)
    calendar = models.ForeignKey(
        ReportingCalendar, models.PROTECT, verbose_name=_("reporting calendar"), null=True, blank=True
    )

    objects: ClassVar = PlantQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role at a plant."""

    plant = models.ForeignKey(Plant, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=PlantRole.choices)

    class Meta:
        ordering = ("plant", "role", "user")
        constraints = (models.UniqueConstraint(fields=("plant", "user", "role"), name="membership_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.plant.slug}"


class InvitedMembership(models.Model):
    """The role at a plant that an invitation brings to whoever accepts it."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="membership")
    plant = models.ForeignKey(Plant, models.CASCADE, related_name="invited")
    role = models.CharField(_("role"), max_length=10, choices=PlantRole.choices)

    class Meta:
        ordering = ("plant", "role", "invitation")

    def __str__(self) -> str:
        return f"{self.invitation} {self.role} {self.plant.slug}"


class Equipment(models.Model):
    """A furnace, mill or hammer: what competes. In service from `in_service_on` until before `retired_on`."""

    plant = models.ForeignKey(Plant, models.PROTECT, related_name="equipment")
    code = models.CharField(_("code"), max_length=40, validators=[slug_validator])
    name = models.CharField(_("name in English"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80, blank=True)
    kind = models.ForeignKey(EquipmentKind, models.PROTECT, verbose_name=_("kind"), related_name="equipment")
    in_service_on = models.DateField(_("in service from"))
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects: ClassVar = EquipmentQuerySet.as_manager()

    class Meta:
        ordering = ("plant", "kind", "code")
        verbose_name_plural = _("equipment")
        constraints = (
            models.UniqueConstraint(fields=("plant", "code"), name="equipment_code_once"),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(retired_on__gt=F("in_service_on")),
                name="equipment_retired_after_service",
                violation_error_message=_("The day of retirement must lie after the first day in service."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.plant.slug}/{self.code}"

    @property
    def trade(self) -> str:
        return self.kind.trade


class Rating(models.Model):
    """The capacity of a piece of equipment from a day on, in the unit of its kind (MVA, mm, t)."""

    equipment = models.ForeignKey(Equipment, models.CASCADE, related_name="ratings")
    capacity = models.DecimalField(
        _("capacity"), max_digits=12, decimal_places=3, validators=[MinValueValidator(0.001)]
    )
    valid_from = models.DateField(_("valid from"))

    class Meta:
        ordering = ("equipment", "valid_from")
        constraints = (models.UniqueConstraint(fields=("equipment", "valid_from"), name="rating_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.equipment} {self.capacity.normalize():f} from {self.valid_from}"


class MonthlyReturn(models.Model):
    """What a plant reports for one month, in one or more versions. It keeps its own dates.

    `month` is the month's first day; `late_after` is the last day of grace; from `locked_on` on the month is closed.
    """

    plant = models.ForeignKey(Plant, models.PROTECT, related_name="returns")
    month = models.DateField()
    due_on = models.DateField()
    late_after = models.DateField()
    locked_on = models.DateField()
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")

    class Meta:
        ordering = ("plant", "month")
        constraints = (
            models.UniqueConstraint(fields=("plant", "month"), name="return_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="return_month_first_day"),
        )

    def __str__(self) -> str:
        return f"{self.plant.slug}/{self.period}"

    @property
    def period(self) -> Month:
        return Month.of(self.month)

    @property
    def subject(self) -> str:
        """How the ledger calls it."""
        return f"return:{self}"


class ReturnVersion(models.Model):
    """One wording of a monthly return: the first, or a revision of it with its reason.

    `typed` keeps what was typed but is no figure, so that nothing typed is lost. `effective_at` is when its figures
    began to count: a first version at approval, a revision when a second person accepts it.
    """

    monthly_return = models.ForeignKey(MonthlyReturn, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.DRAFT)
    reason = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    typed = models.JSONField(default=dict)
    late = models.BooleanField(default=False)
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True)

    objects = ReturnVersionManager()

    class Meta:
        ordering = ("monthly_return", "number")
        constraints = (models.UniqueConstraint(fields=("monthly_return", "number"), name="return_version_once"),)

    def __str__(self) -> str:
        return f"{self.monthly_return} v{self.number}"

    @property
    def is_revision(self) -> bool:
        return self.number > 1


class UnitMonth(models.Model):
    """What one unit (a piece of equipment; the whole plant where none) reported for a month, in one version.

    `figures` maps measure codes to decimal strings, system measures included. `effective` marks the rows that count;
    at most one row of a unit and month does. Plant and month stand here again so that sums need no joins.
    """

    version = models.ForeignKey(ReturnVersion, models.PROTECT, related_name="units")
    plant = models.ForeignKey(Plant, models.PROTECT, related_name="+")
    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="months", null=True)
    month = models.DateField()
    figures = models.JSONField(default=dict)
    effective = models.BooleanField(default=False)

    objects: ClassVar = UnitMonthQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "equipment"), name="unit_month_once"),
            models.UniqueConstraint(
                fields=("version",), condition=Q(equipment__isnull=True), name="unit_month_plant_once"
            ),
            models.UniqueConstraint(
                fields=("month", "equipment"), condition=Q(effective=True), name="unit_month_effective_once"
            ),
            models.UniqueConstraint(
                fields=("month", "plant"),
                condition=Q(effective=True, equipment__isnull=True),
                name="unit_month_plant_effective_once",
            ),
        )
        indexes = (models.Index(fields=("plant", "month"), name="unit_month_plant"),)

    def __str__(self) -> str:
        return f"{self.equipment or self.plant.slug} {self.month:%Y-%m}"


class DirtyMonth(models.Model):
    """The fact that what counts of a plant's month has changed. Whoever ranks reads it and takes it away."""

    plant = models.ForeignKey(Plant, models.CASCADE, related_name="+")
    month = models.DateField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.plant.slug} {self.month:%Y-%m}"
