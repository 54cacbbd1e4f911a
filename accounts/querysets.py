from typing import Any

from django.db.models import QuerySet

from core.rules import scope_q


class InvitationQuerySet(QuerySet[Any]):
    """Invitations."""

    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """Those the person may see, send again and withdraw."""
        return self.filter(scope_q("invitation.manage", user))

    def waiting(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; some may have expired and can be sent again."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


class NoticeQuerySet(QuerySet[Any]):
    """Notices."""

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)
