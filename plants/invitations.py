"""What an invitation brings at a plant."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.models import Invitation
from core.templatetags.figures import in_language
from plants.selectors import invited_membership_of
from plants.services.register import invited_membership_give


def words(invitation: Invitation) -> str:
    invited = invited_membership_of(invitation)
    if invited is None:
        return ""
    return _("%(role)s at %(plant)s") % {"role": invited.get_role_display(), "plant": in_language(invited.plant)}


def address(invitation: Invitation) -> str:
    invited = invited_membership_of(invitation)
    return "" if invited is None else reverse("plant", args=[invited.plant.slug])


invitations.grant(invitations.Grant(words, invited_membership_give, address))
