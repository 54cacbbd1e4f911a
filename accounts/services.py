from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notices import SECOND_FACTORS_REMOVED, notice_send
from accounts.selectors import second_factors
from core import ledger, rules


@transaction.atomic
def user_make(*, email: str, name: str, language: str, password: str | None, actor: Any = None) -> User:
    """The account of a new person, who made it themselves unless an actor is given; whoever calls has asked the rule
    and knows that the address is theirs.

    Raises ValidationError (address taken, weak password).
    """
    user = User(email=User.objects.normalize_email(email), name=name, language=language)
    if User.objects.filter(email__iexact=user.email).exists():
        raise ValidationError({"email": _("Someone signs in with this address already.")})
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError({"password": error}) from None
    user.set_password(password)
    user.full_clean()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        # Somebody else took the address since it was looked up.
        raise ValidationError({"email": _("Someone signs in with this address already.")}) from None
    user.confirm_address()
    ledger.record(actor=actor or user, act="user.created", subject=f"user:{user.email}", new={"name": name})
    return user


@transaction.atomic
def user_deactivate(*, actor: Any, user: User) -> User:
    """Let a person no longer sign in; what they did stays, and every session of theirs ends with the next click.

    Raises Refused, ValidationError (oneself).
    """
    rules.enforce("site.administer", actor)
    if user == actor:
        raise ValidationError(_("You cannot lock yourself out. Another administrator can do it."))
    return _set_active(actor, user, "user.deactivated", active=False)


@transaction.atomic
def user_reactivate(*, actor: Any, user: User) -> User:
    """Let a person sign in again. Raises Refused."""
    rules.enforce("site.administer", actor)
    return _set_active(actor, user, "user.reactivated", active=True)


def _set_active(actor: Any, user: User, act: str, *, active: bool) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        ledger.record(actor=actor, act=act, subject=f"user:{user.email}")
    return user


@transaction.atomic
def user_second_factors_remove(*, actor: Any, user: User) -> None:
    """Take the second factors, passkeys and recovery codes of a person who has lost them; the password alone is left.

    The person is told by mail. Raises Refused, ValidationError (oneself; there is none).
    """
    rules.enforce("site.administer", actor)
    if user == actor:
        raise ValidationError(_("Your own second factor you remove under “Your account”."))
    if not second_factors(user).exists():
        raise ValidationError(_("This person has no second factor."))
    Authenticator.objects.filter(user=user).delete()
    ledger.record(actor=actor, act="user.second_factors_removed", subject=f"user:{user.email}")
    notice_send(actor=actor, kind=SECOND_FACTORS_REMOVED, to=[user.pk], address=reverse("accounts:account"))


@transaction.atomic
def user_create(*, actor: Any, email: str, name: str, language: str, password: str | None) -> User:
    """Make a person without inviting them, for commands; without a password they cannot sign in yet.

    Raises Refused, ValidationError (address taken, weak password).
    """
    rules.enforce("site.administer", actor)
    return user_make(actor=actor, email=email, name=name, language=language, password=password)


@transaction.atomic
def user_update(*, actor: User, name: str, language: str) -> User:
    """A person changes their own name and the language they read in. Raises ValidationError."""
    user = User.objects.select_for_update().get(pk=actor.pk)
    old = {"name": user.name, "language": user.language}
    user.name, user.language = name, language
    user.full_clean()
    user.save(update_fields=["name", "language"])
    new = {"name": name, "language": language}
    if new != old:
        ledger.record(actor=actor, act="user.updated", subject=f"user:{user.email}", old=old, new=new)
    return user


def user_set_language(*, actor: User, language: str) -> None:
    """Remember the language a person reads in, for pages and mail."""
    actor.language = language
    actor.save(update_fields=["language"])
