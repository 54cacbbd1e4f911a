"""Texts of Django and allauth that their Chinese catalogues lack, or word otherwise than this site does.

Named here they stand in the catalogue of the site, which is asked before theirs. Nothing reads the tuple.
"""

from typing import Final

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

BORROWED: Final = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Enter a valid email address."),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("A new set of recovery codes has been generated."),
    _("Confirmation email sent to %(email)s."),
    _("You have confirmed %(email)s."),
    _("Removed email address %(email)s."),
)
