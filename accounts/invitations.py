"""Invitations: how people come in. Made by an administrator or a director, mailed, followed once.

What an invitation brings besides an account is the business of higher floors: each registers a `Grant` and keeps rows
of its own that point down at the invitation.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.choices import InvitationState
from accounts.letters import Letter, link
from accounts.models import Invitation, User
from accounts.services import user_make
from core import clock, ledger, rules

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Grant:
    """What a floor adds to invitations; each of its functions says nothing about an invitation it has no part in.

    `words` names it in the active language ("Director at Daye Steel Plant"), `give` fulfils it for the person who
    accepts, in the same transaction, and `address` is the page on which they then stand.
    """

    words: Callable[[Invitation], str]
    give: Callable[[Invitation, User], None]
    address: Callable[[Invitation], str]


_grants: list[Grant] = []


def grant(each: Grant) -> None:
    """Register what a floor adds to invitations."""
    _grants.append(each)


def grants_words(invitation: Invitation) -> list[str]:
    """What the invitation brings besides an account, in the active language."""
    return [said for each in _grants if (said := each.words(invitation))]


def waiting_for(user: Any, **conditions: Any) -> list[tuple[Invitation, list[str]]]:
    """The invitations the person manages that are not accepted or withdrawn, each with what it brings."""
    found = Invitation.objects.visible_to(user).waiting().filter(**conditions)
    return [(each, grants_words(each)) for each in found]


def home_of(invitation: Invitation) -> str:
    """The page where whoever accepts goes on; the board if the invitation brings an account only."""
    return next((address for each in _grants if (address := each.address(invitation))), reverse("board"))


def user_invite(*, actor: Any, email: str, language: str) -> Invitation:
    """Invite somebody who has no part in anything yet. Raises Refused, ValidationError (is here, is invited)."""
    rules.enforce("site.administer", actor)
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("Someone signs in with this address already.")})
    if any(not grants_words(each) for each in _open_for(email)):
        raise ValidationError({"email": _("This address is invited already. You can send the invitation again.")})
    return invitation_make(actor=actor, email=email, language=language)


def _open_for(email: str) -> Iterator[Invitation]:
    yield from Invitation.objects.waiting().filter(email__iexact=email)


@transaction.atomic
def invitation_make(*, actor: Any, email: str, language: str) -> Invitation:
    """An invitation, to be mailed at once; whoever calls has asked the rule of what it brings.

    Raises ValidationError.
    """
    now = clock.now()
    invitation = Invitation(
        email=User.objects.normalize_email(email),
        language=language,
        invited_by=actor,
        made_at=now,
        expires_at=_expiry(),
        mail_due_at=now,
    )
    invitation.full_clean()
    invitation.save()
    _record(actor, "made", invitation)
    return invitation


@transaction.atomic
def invitation_send_again(*, actor: Any, invitation: Invitation) -> Invitation:
    """Mail an invitation anew with a fresh link and a fresh term; older links end. Raises Refused, ValidationError."""
    invitation = _locked(invitation)
    rules.enforce("invitation.manage", actor, invitation)
    _refuse_if_over(invitation, InvitationState.ACCEPTED, InvitationState.WITHDRAWN)
    invitation.expires_at = _expiry()
    invitation.mail_due_at = clock.now()
    invitation.mail_tries = 0
    invitation.full_clean()
    invitation.save()
    _record(actor, "sent_again", invitation)
    return invitation


@transaction.atomic
def invitation_withdraw(*, actor: Any, invitation: Invitation) -> Invitation:
    """Take an invitation back; its link ends. Raises Refused, ValidationError."""
    invitation = _locked(invitation)
    rules.enforce("invitation.manage", actor, invitation)
    _refuse_if_over(invitation, InvitationState.ACCEPTED, InvitationState.WITHDRAWN)
    invitation.withdrawn_at = clock.now()
    invitation.mail_due_at = None
    invitation.full_clean()
    invitation.save()
    _record(actor, "withdrawn", invitation)
    return invitation


@transaction.atomic
def invitation_accept(*, actor: Any, invitation: Invitation) -> Invitation:
    """Accept as somebody who signs in with the invited address. Raises Refused, ValidationError (over)."""
    invitation = _locked(invitation)
    if actor.email.lower() != invitation.email.lower():
        raise rules.Refused(_("This invitation is for %(email)s.") % {"email": invitation.email})
    return _fulfil(invitation, actor)


@transaction.atomic
def invitation_accept_new(*, invitation: Invitation, name: str, language: str, password: str) -> User:
    """Accept as somebody new: make the account and all that the invitation brings.

    The link came to the address, which is thereby confirmed. Raises ValidationError (over, weak password, taken).
    """
    invitation = _locked(invitation)
    _refuse_if_over(invitation, *_OVER)
    user = user_make(email=invitation.email, name=name, language=language, password=password)
    _fulfil(invitation, user)
    return user


def _fulfil(invitation: Invitation, user: User) -> Invitation:
    _refuse_if_over(invitation, *_OVER)
    invitation.accepted_at = clock.now()
    invitation.accepted_by = user
    invitation.mail_due_at = None
    invitation.full_clean()
    invitation.save()
    _record(user, "accepted", invitation)
    for each in _grants:
        each.give(invitation, user)
    return invitation


_OVER = (InvitationState.ACCEPTED, InvitationState.WITHDRAWN, InvitationState.EXPIRED)


def _refuse_if_over(invitation: Invitation, *states: InvitationState) -> None:
    if invitation.state in states:
        raise ValidationError(over_words(invitation))


def over_words(invitation: Invitation) -> str:
    """Why the invitation can no longer be accepted, and what to do; empty while it is open."""
    match invitation.state:
        case InvitationState.ACCEPTED:
            return _("This invitation was accepted already; it works once. Sign in with your address.")
        case InvitationState.WITHDRAWN:
            return _("This invitation was withdrawn. Ask whoever invited you.")
        case InvitationState.EXPIRED:
            return _("This invitation has expired. Ask whoever invited you to send it again.")
    return ""


def _locked(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update().get(pk=invitation.pk)


def _expiry() -> Any:
    return clock.now() + timedelta(days=settings.INVITATION_DAYS)


def _record(actor: Any, act: str, invitation: Invitation) -> None:
    new = {"expires_at": invitation.expires_at.isoformat()}
    ledger.record(actor=actor, act=f"invitation.{act}", subject=invitation.subject, new=new)


def invitation_of(token: str) -> Invitation:
    """The invitation a link leads to, or 404."""
    found = Invitation.objects.filter(token_hash=_digest(token)).select_related("invited_by").first()
    if found is None:
        raise Http404(_("There is no such invitation. Only the link in the newest mail works; look for that one."))
    return found


def invitation_get(user: Any, pk: int) -> Invitation:
    """An invitation the person may manage, or 404."""
    found = Invitation.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such invitation that you can see."))
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def letter_of(invitation: Invitation) -> Letter:
    """The invitation as a mail in its language, with a fresh token; older links end here.

    The token is nowhere but in the mail, so it is made when the mail is, and its hash saved before the mail goes out.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=_digest(token))
    with translation.override(invitation.language):
        context = {
            "inviter": invitation.invited_by,
            "grants": grants_words(invitation),
            "expires_at": invitation.expires_at,
            "link": link(reverse("accounts:invitation", args=[token])),
        }
        subject = _("You are invited to the Inter-Factory Competition")
        return Letter(invitation.email, subject, render_to_string("accounts/mail/invitation.txt", context))
