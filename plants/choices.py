from django.db import models
from django.utils.translation import gettext_lazy as _

# What stands in place of an equipment code where a figure is of the whole plant.
WHOLE_PLANT = "plant"


class PlantRole(models.TextChoices):
    """What a person does at a plant."""

    REPORTER = "reporter", _("Reporter")
    DIRECTOR = "director", _("Director")


class ReturnState(models.TextChoices):
    """How far a version of a monthly return has come."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    ACCEPTED = "accepted", _("Accepted")


class ReturnAct(models.TextChoices):
    """What can be done to a version of a return."""

    SAVE = "save", _("save")
    SUBMIT = "submit", _("submit")
    APPROVE = "approve", _("approve")
    ACCEPT = "accept", _("accept")
    SEND_BACK = "send_back", _("send back")


# Sending back a first version that is approved does not undo the approval: it opens a revision beside it.
TRANSITIONS = {
    (ReturnState.DRAFT, ReturnAct.SAVE): ReturnState.DRAFT,
    (ReturnState.DRAFT, ReturnAct.SUBMIT): ReturnState.SUBMITTED,
    (ReturnState.SUBMITTED, ReturnAct.APPROVE): ReturnState.APPROVED,
    (ReturnState.SUBMITTED, ReturnAct.SEND_BACK): ReturnState.DRAFT,
    (ReturnState.APPROVED, ReturnAct.ACCEPT): ReturnState.ACCEPTED,
    (ReturnState.APPROVED, ReturnAct.SEND_BACK): ReturnState.DRAFT,
}
