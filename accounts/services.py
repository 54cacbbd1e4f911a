from typing import Any

from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import ledger, rules


@transaction.atomic
def user_make(*, email: str, name: str, language: str, password: str | None, actor: Any = None) -> User:
    """The account of a new person, who made it themselves unless an actor is given; whoever calls has asked the rule.

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
    ledger.record(actor=actor or user, act="user.created", subject=f"user:{user.email}", new={"name": name})
    return user


def address_confirmed(user: User) -> None:
    """Note that the person's address is theirs: they followed a link that was mailed to it.

    The one place for whatever keeps confirmed addresses.
    """
    if apps.is_installed("allauth.account"):
        addresses = apps.get_app_config("account").get_model("EmailAddress")._default_manager
        addresses.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


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
def user_create(*, actor: Any, email: str, name: str, language: str, password: str | None) -> User:
    """Make a person without inviting them, for commands; without a password they cannot sign in yet.

    Raises Refused, ValidationError (address taken, weak password).
    """
    rules.enforce("site.administer", actor)
    return user_make(actor=actor, email=email, name=name, language=language, password=password)


def user_set_language(*, actor: User, language: str) -> None:
    """Remember the language a person reads in, for pages and mail."""
    actor.language = language
    actor.save(update_fields=["language"])
