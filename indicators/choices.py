from django.db import models
from django.utils.translation import gettext_lazy as _


class Trade(models.TextChoices):
    """The trades of the competition: 炼 smelting, 轧 rolling, 锻 forging."""

    SMELTING = "smelting", _("Smelting")
    ROLLING = "rolling", _("Rolling")
    FORGING = "forging", _("Forging")


class Level(models.TextChoices):
    """What a measure is reported for."""

    EQUIPMENT = "equipment", _("a piece of equipment")
    PLANT = "plant", _("the whole plant")


class Direction(models.TextChoices):
    """Which way is better; `info` is shown without being ranked."""

    UP = "up", _("higher is better")
    DOWN = "down", _("lower is better")
    INFO = "info", _("for information, not ranked")
