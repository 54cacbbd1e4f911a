from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.choices import Direction, Level, Trade
from indicators.units import HasUnit

code_validator = RegexValidator(
    r"^[a-z][a-z0-9_]*\Z", _("Use small letters, digits and underscores, starting with a letter.")
)


class Measure(HasUnit, models.Model):
    """A raw monthly figure with its unit, such as qualified steel in t. Additive over months and units of equipment.

    A system measure is never typed: the system writes it from the calendar and the dated ratings.
    """

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name in English"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=30)
    trade = models.CharField(_("trade"), max_length=10, choices=Trade.choices, blank=True)
    level = models.CharField(_("reported for"), max_length=10, choices=Level.choices, default=Level.EQUIPMENT)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=1, validators=[MaxValueValidator(9)])
    minimum = models.DecimalField(
        _("smallest allowed"), max_digits=30, decimal_places=9, null=True, blank=True, default=0
    )
    maximum = models.DecimalField(_("largest allowed"), max_digits=30, decimal_places=9, null=True, blank=True)
    help = models.TextField(_("what is counted, in English"), blank=True)
    help_zh = models.TextField(_("what is counted, in Chinese"), blank=True)
    system = models.BooleanField(default=False, editable=False)
    position = models.PositiveIntegerField(default=1000, editable=False)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.code


class Indicator(HasUnit, models.Model):
    """What plants are ranked on: factor x (sum of a linear form) / (sum of a linear form), published to `decimals`.

    The band is what is plausible today; a value outside it is worth a question, never an error.
    """

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    number = models.CharField(_("number"), max_length=8, blank=True)
    name = models.CharField(_("name in English"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=30)
    trade = models.CharField(_("trade"), max_length=10, choices=Trade.choices, blank=True)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction.choices, default=Direction.UP)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=2, validators=[MaxValueValidator(9)])
    band_low = models.DecimalField(_("plausible from"), max_digits=30, decimal_places=9, null=True, blank=True)
    band_high = models.DecimalField(_("plausible to"), max_digits=30, decimal_places=9, null=True, blank=True)
    band_1950s_low = models.DecimalField(
        _("plausible in the 1950s from"), max_digits=30, decimal_places=9, null=True, blank=True
    )
    band_1950s_high = models.DecimalField(
        _("plausible in the 1950s to"), max_digits=30, decimal_places=9, null=True, blank=True
    )
    note = models.TextField(_("what it tells, in English"), blank=True)
    note_zh = models.TextField(_("what it tells, in Chinese"), blank=True)
    source = models.TextField(_("source of the definition, in English"), blank=True)
    source_zh = models.TextField(_("source of the definition, in Chinese"), blank=True)
    position = models.PositiveIntegerField(default=1000, editable=False)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.code


class IndicatorVersion(models.Model):
    """One wording of an indicator's formula. Never changed: a new wording is a new version."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    numerator = models.CharField(_("numerator"), max_length=500)
    denominator = models.CharField(_("denominator"), max_length=500, blank=True)
    factor = models.DecimalField(_("factor"), max_digits=20, decimal_places=9, default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("indicator_id", "number")
        constraints = (models.UniqueConstraint(fields=("indicator", "number"), name="indicator_version_once"),)

    def __str__(self) -> str:
        return f"{self.indicator.code} v{self.number}"


class EquipmentKind(models.Model):
    """A kind of equipment with its trade and the unit its capacity is rated in; further kinds are further rows."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name in English"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80, blank=True)
    trade = models.CharField(_("trade"), max_length=10, choices=Trade.choices)
    rating_unit = models.CharField(_("unit of capacity"), max_length=10)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name
