from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """How a person hears of a kind of notice."""

    MAIL = "mail", _("on the page and by e-mail")
    PAGE = "page", _("on the page only")
    NONE = "none", _("not at all")


class InvitationState(models.TextChoices):
    OPEN = "open", _("open")
    EXPIRED = "expired", _("expired")
    ACCEPTED = "accepted", _("accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
