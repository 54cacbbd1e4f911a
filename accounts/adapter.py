"""What allauth asks the site: who may come in, what is said, whom it mails, and what is written down."""

from functools import partial
from smtplib import SMTPException
from typing import Any

import qrcode
import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from accounts.models import User
from core import ledger

log = structlog.get_logger(__name__)

TOO_MANY = _("Too many attempts. Wait five minutes and try again.")
# allauth words it less helpfully; passkeys answer with the same word as codes.
WRONG_CODE = _("This does not match. Enter the code that your app shows now, or a recovery code not used before.")


def remember_language(response: HttpResponse, language: str) -> None:
    """Let the pages speak this language in this browser for a year."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax")


def sign_in(request: HttpRequest, user: User) -> None:
    """Sign in somebody whose account was made this moment, without asking for what they have just typed."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    # allauth notes a session at the next request of its list only.
    UserSession.objects.create_from_request(request)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, addresses and mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Please enter a correct e-mail address and password. Capitals count in passwords."
        ),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "duplicate_email": _("This is your address already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        methods = [each.get("type", each["method"]) for each in get_authentication_records(request, user)]
        log.info("signed_in", user=user.pk, methods=methods)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # Not the address that was typed: people type their password there.
        log.warning("sign_in_refused", client=self.get_client_ip(request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:account")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("accounts:account" if self.request.user.is_authenticated else "account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail in the language of whom it goes to, when what it tells of is stored."""
        reader = User.objects.filter(emailaddress__email=email.lower()).order_by("-emailaddress__verified").first()
        with override(reader.language if reader else get_language()):
            message = self.render_mail(template_prefix, email, {"email": email, "reader": reader} | context)
        transaction.on_commit(partial(self._send, message, template_prefix))

    def _send(self, message: EmailMessage, kind: str) -> None:
        try:
            message.send()
        except (OSError, SMTPException) as error:
            log.error("mail_failed", kind=kind, error=type(error).__name__)
            messages.error(self.request, gettext("The mail could not be sent just now. Try again in a few minutes."))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, passkeys and recovery codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "unverified_email": _("Confirm your new e-mail address first, by the link that was mailed to it."),
    }

    def get_totp_issuer(self) -> str:
        return gettext("Inter-Factory Competition")

    def build_totp_svg(self, url: str) -> str:
        """The picture that the app reads, on white, so that it can be read from a dark page as well."""
        return qrcode.make(url, image_factory=SvgPathFillImage).to_string().decode()

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        return gettext("Passkey {number}").format(number=Authenticator.objects.filter(user=user, type=type).count() + 1)


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Identities at an OpenID Connect provider: each joins the person who has its confirmed address, or nobody."""

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        addresses = [each.email.lower() for each in sociallogin.email_addresses if each.verified is True]
        found = EmailAddress.objects.filter(email__in=addresses, verified=True).select_related("user").first()
        return (found.user, found.email) if found else None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.state.get("process") != "login":
            raise PermissionDenied(gettext("An identity is linked by signing in with it."))
        if sociallogin.is_existing and sociallogin.account._state.adding:
            user = sociallogin.user
            with transaction.atomic():
                sociallogin.connect(request, user)
                ledger.record(actor=user, act="user.identity_linked", subject=f"user:{user.email}")
