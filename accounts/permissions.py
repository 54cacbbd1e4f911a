"""The rules of invitations. Floors whose roles an invitation carries widen the scope."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Invitation
from core.rules import Allowed, Decision, Denied, rule, scope


@scope("invitation.manage")
def administrators_manage_all(user: Any) -> Q:
    return Q(pk__isnull=False) if user.is_authenticated and user.is_superuser else Q(pk__in=[])


@rule("invitation.manage")
def invitation_in_scope(user: Any, invitation: Invitation) -> Decision:
    """Send again, withdraw."""
    if Invitation.objects.visible_to(user).filter(pk=invitation.pk).exists():
        return Allowed()
    return Denied(_("Only an administrator, or a director of the plant, may do this."))
