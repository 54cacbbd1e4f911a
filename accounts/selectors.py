from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from accounts.models import User


def second_factors(user: User) -> QuerySet[Any]:
    """Authenticator apps, security keys and passkeys; recovery codes only stand in for these."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)


def has_second_factor(user: Any) -> bool:
    """Whether the person must show more than a password at sign-in."""
    return bool(user.is_authenticated and second_factors(user).exists())


@dataclass(frozen=True, slots=True)
class Security:
    """How a person signs in; `recovery_codes` is how many are left, None where there are none to be had."""

    app: bool
    passkeys: int
    recovery_codes: int | None
    sessions: int
    identities: int

    @property
    def second_factor(self) -> bool:
        return self.app or self.passkeys > 0


def security_of(user: User) -> Security:
    """How the person signs in at present."""
    authenticators = list(Authenticator.objects.filter(user=user))
    types = [each.type for each in authenticators]
    codes = [each.wrap() for each in authenticators if each.type == Authenticator.Type.RECOVERY_CODES]
    return Security(
        app=Authenticator.Type.TOTP in types,
        passkeys=types.count(Authenticator.Type.WEBAUTHN),
        recovery_codes=len(codes[0].get_unused_codes()) if codes else None,
        sessions=len(UserSession.objects.purge_and_list(user)),
        identities=SocialAccount.objects.filter(user=user).count(),
    )
