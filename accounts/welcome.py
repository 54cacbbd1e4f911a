"""The first administrator of a site.

Whoever starts the site is shown a code; only with it can the first account be made, so that nobody else on the
network takes a new site.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, WelcomeCode
from accounts.services import user_make
from core import clock, ledger

VALID: Final = timedelta(hours=24)
# Letters and digits that cannot be taken for each other; 16 of them are 80 bits, more than anyone tries out.
ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH: Final = 16


def is_unclaimed() -> bool:
    """Whether the site has no administrator who can sign in."""
    return not User.objects.filter(is_superuser=True, is_active=True).exists()


@transaction.atomic
def welcome_code_make() -> str:
    """A new code such as `K7QF-9MZX-…`, valid for a day; earlier ones stop working.

    Raises ValidationError where the site has an administrator.
    """
    if not is_unclaimed():
        raise ValidationError(_("This site has its administrator already."))
    code = "".join(secrets.choice(ALPHABET) for _each in range(LENGTH))
    WelcomeCode.objects.all().delete()
    WelcomeCode.objects.create(digest=_digest(code), expires_at=clock.now() + VALID)
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def _digest(code: str) -> str:
    plain = "".join(each for each in code.upper() if each in ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


@transaction.atomic
def first_administrator_create(*, code: str, email: str, name: str, language: str, password: str) -> User:
    """Make the administrator of a site that has none, and use the code up.

    Raises ValidationError (code wrong, used or too old; address taken; weak password).
    """
    # The lock lets one of two who come at once find the code; the other finds it gone.
    kept = WelcomeCode.objects.select_for_update().filter(expires_at__gt=clock.now()).first()
    if kept is None or not is_unclaimed() or not secrets.compare_digest(kept.digest, _digest(code)):
        raise ValidationError({"code": _("This code is wrong, used or too old. Print a new one: manage.py welcome")})
    user = user_make(email=email, name=name, language=language, password=password)
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    kept.delete()
    ledger.record(actor=user, act="administrator.created", subject=f"user:{user.email}", new={"name": name})
    return user
