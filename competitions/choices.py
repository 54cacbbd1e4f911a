from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Who sees the standings of a competition."""

    PUBLIC = "public", _("everyone")
    PARTIES = "parties", _("the parties")
    OWN = "own", _("each plant its own, with the group's median and best, until published")


class CompetitionRole(models.TextChoices):
    """What a person does in a competition."""

    ORGANIZER = "organizer", _("Organizer")
    EVALUATOR = "evaluator", _("Evaluator")
    INSPECTOR = "inspector", _("Inspector")


class EntryType(models.TextChoices):
    """What competes in a group."""

    EQUIPMENT = "equipment", _("pieces of equipment")
    PLANT = "plant", _("whole plants")


class RunState(models.TextChoices):
    RUNNING = "running", _("running")
    COMPLETE = "complete", _("complete")


class Reason(models.TextChoices):
    """Why a standing has no rank."""

    MISSING_MONTH = "missing_month", _("a month is missing or not approved")
    MISSING_FIGURE = "missing_figure", _("a figure is missing")
    ZERO_DENOMINATOR = "zero_denominator", _("nothing to divide by in this period")
    NOT_IN_SERVICE = "not_in_service", _("not in service in this period")
    OUT_OF_BAND = "out_of_band", _("capacity outside the group's band")
    SMALL_GROUP = "small_group", _("too few entries with a value to rank")
    NOT_RANKED = "not_ranked", _("shown for information, not ranked")


class Cadence(models.TextChoices):
    """Which periods are ranked by themselves."""

    MONTH = "month", _("months")
    QUARTER = "quarter", _("quarters")
    HALF = "half", _("half-years")
    YEAR = "year", _("years")
    TO_DATE = "to_date", _("the year to date")
