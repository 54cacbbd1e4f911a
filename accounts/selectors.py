from typing import Any

from django.apps import apps


def has_second_factor(user: Any) -> bool:
    """Whether the person must show more than a password at sign-in: an authenticator app, a passkey.

    Recovery codes alone are none: they only stand in for a factor that was lost.
    """
    if not user.is_authenticated or not apps.is_installed("allauth.mfa"):
        return False
    factors = apps.get_app_config("mfa").get_model("Authenticator")._default_manager.filter(user=user)
    return bool(factors.exclude(type="recovery_codes").exists())
