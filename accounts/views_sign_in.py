"""allauth's views under the rules of this house.

Each names its permission and its words; what it changes is written into the ledger in the same transaction.
"""

from typing import Any, ClassVar

import structlog
from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.usersessions import views as usersessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from requests import RequestException

from accounts.forms import in_our_words
from accounts.models import User
from accounts.selectors import second_factors
from core import ledger, rules
from core.views import PageView, RuledView

log = structlog.get_logger(__name__)
ACCOUNT = reverse_lazy("accounts:account")
SECOND_FACTOR = reverse_lazy("mfa_index")
PASSKEYS = reverse_lazy("mfa_list_webauthn")
LAST_FACTOR = _(
    "It is your last second factor: whoever learns your password can then act as you. Your recovery codes go with it."
    " A competition that demands a second factor will not let you approve or sign."
)


class Page(RuledView):
    """What allauth's pages have in common here: our words, our templates, never kept by the browser.

    A form that changes something names its `act`, the name of the ledger's row.
    """

    permission = rules.SIGNED_IN
    template_name: ClassVar[str] = "form.html"
    title: ClassVar[Any] = ""
    intro: ClassVar[Any] = ""
    submit: ClassVar[Any] = _("Save")
    back: ClassVar[Any] = ACCOUNT
    act: ClassVar[str] = ""

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"title": self.title, "intro": self.intro, "submit": self.submit, "back": self.back}
        context = words | super().get_context_data(**kwargs)  # type: ignore[misc]
        for value in context.values():
            if isinstance(value, BaseForm):
                in_our_words(value)
        return context

    def person(self) -> Any:
        """Whose account it is about."""
        return self.request.user

    def form_valid(self, form: Any) -> HttpResponse:
        if not self.act:
            return super().form_valid(form)  # type: ignore[misc]
        with transaction.atomic():
            response = super().form_valid(form)  # type: ignore[misc]
            ledger.record(actor=self.person(), act=self.act, subject=f"user:{self.person().email}")
        return response


class Told(PageView):
    """A page that only tells something and says where to go on."""

    permission = rules.PUBLIC
    template_name = "accounts/told.html"
    icon: ClassVar[str] = "info"
    title: ClassVar[Any] = ""
    text: ClassVar[Any] = ""
    onward: ClassVar[Any] = reverse_lazy("account_login")
    onward_label: ClassVar[Any] = _("To the sign-in page")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = ("icon", "title", "text", "onward", "onward_label")
        return super().get_context_data(**{name: getattr(self, name) for name in names}, **kwargs)


# Coming and going


class SignInView(Page, account.LoginView):
    permission = rules.PUBLIC
    template_name = "accounts/sign_in.html"
    title = _("Sign in")


class SecondStepView(Page, mfa.AuthenticateView):
    """The second step after the password; only who has taken the first stands here."""

    permission = rules.PUBLIC
    template_name = "accounts/second_step.html"
    title = _("One more step")

    def form_invalid(self, form: Any) -> HttpResponse:
        log.warning("second_step_refused", user=self.stage.login.user.pk)
        return super().form_invalid(form)


class PasskeySignInView(Page, webauthn.LoginWebAuthnView):
    permission = rules.PUBLIC

    def form_invalid(self, form: Any) -> HttpResponse:
        log.warning("sign_in_refused", by="passkey")
        messages.error(self.request, _("This passkey is not known here. Sign in with your password."))
        return HttpResponseRedirect(str(reverse_lazy("account_login")))


class InactiveView(Told):
    icon = "user-lock"
    title = _("This account is closed")
    text = _("Nobody signs in with it any more. An administrator of the site can open it again.")
    onward = reverse_lazy("board")
    onward_label = _("Go to the board")


class SignOutView(Page, account.LogoutView):
    permission = rules.PUBLIC
    title = _("Sign out")
    intro = _("You stay signed in on your other devices. Under Your account you end those as well.")
    submit = _("Sign out")


class SignUpView(Told):
    """Nobody signs up: people are invited."""

    template_name = "account/signup_closed.html"


class ConfirmView(Page):
    """Before something weighty a person shows once more that it is they who sit there."""

    title = _("Is it you?")
    intro = _("Before this is changed, please show once more that it is you.")
    submit = _("Go on")
    template_name = "accounts/confirm.html"


class ConfirmByPasswordView(ConfirmView, account.ReauthenticateView):
    pass


class ConfirmByCodeView(ConfirmView, mfa.ReauthenticateView):
    pass


class ConfirmByPasskeyView(ConfirmView, webauthn.ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This passkey does not belong to your account. Try another one."))
        return HttpResponseRedirect(self.request.get_full_path())


# The password


class PasswordView(Page, account.PasswordChangeView):
    title = _("Change your password")
    intro = _("You will then be signed out everywhere else.")
    submit = _("Change password")
    act = "user.password_changed"


class PasswordSetView(Page, account.PasswordSetView):
    title = _("Choose a password")
    submit = _("Set password")
    act = "user.password_set"


class ResetView(Page, account.PasswordResetView):
    permission = rules.PUBLIC
    title = _("Forgotten your password?")
    intro = _("Enter your e-mail address. The link that is mailed to you lets you choose a new one.")
    submit = _("Send the link")
    back = reverse_lazy("account_login")


class ResetSentView(Told):
    icon = "mail"
    title = _("The mail is on its way")
    text = _(
        "If the address is known here, the link in it lets you choose a new password. It can be used once, within"
        " three days. Nothing there in a few minutes? Look among the unwanted mail, or ask an administrator."
    )


class ResetByLinkView(Page, account.PasswordResetFromKeyView):
    permission = rules.PUBLIC
    title = _("Choose a new password")
    intro = _("You will then be signed out everywhere.")
    submit = _("Set password")
    back = reverse_lazy("account_login")
    act = "user.password_reset"

    def person(self) -> Any:
        return self.reset_user

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if context.get("token_fail"):
            told = {
                "icon": "link-2-off",
                "title": _("This link is of no use any more"),
                "text": _("It was used before, is older than three days, or was cut short on its way."),
                "onward": reverse_lazy("account_reset_password"),
                "onward_label": _("Ask for a new link"),
            }
            return render(self.request, "accounts/told.html", told, status=410)
        return super().render_to_response(context, **kwargs)


class ResetDoneView(Told):
    icon = "circle-check"
    title = _("Your password is changed")
    text = _("Sign in with it now.")


# The address


def _addresses(user: User) -> list[str]:
    return sorted(f"{each.email}{'' if each.verified else ' (unconfirmed)'}" for each in user.emailaddress_set.all())


class AddressView(Page, account.EmailView):
    template_name = "accounts/address.html"
    title = _("Your e-mail address")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = self.person()
        with transaction.atomic():
            old = _addresses(user)
            response = super().post(request, *args, **kwargs)
            new = _addresses(user)
            if new != old:
                ledger.record(actor=user, act="user.address", subject=f"user:{user.email}", old=old, new=new)
        return response


class AddressSentView(Told):
    icon = "mail"
    title = _("Confirm your address first")
    text = _("A mail is on its way to it. Open the link in it, then sign in.")


class AddressConfirmView(Page, account.ConfirmEmailView):
    permission = rules.PUBLIC
    template_name = "accounts/address_confirm.html"
    title = _("Confirm your address")

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            user = self.get_object().email_address.user
        except Http404:
            return self.get(*args, **kwargs)
        with transaction.atomic():
            old, actor = _addresses(user), user.email
            response = super().post(*args, **kwargs)
            new = _addresses(user)
            if new != old:
                ledger.record(actor=actor, act="user.address_confirmed", subject=f"user:{actor}", old=old, new=new)
        return response


# The second factor


class SecondFactorView(Page, mfa.IndexView):
    template_name = "accounts/second_factor.html"
    title = _("Second factor")


class AppAddView(Page, totp.ActivateTOTPView):
    template_name = "accounts/app_add.html"
    title = _("Set up an authenticator app")
    submit = _("Switch it on")
    back = SECOND_FACTOR
    act = "user.app_added"


class AppRemoveView(Page, totp.DeactivateTOTPView):
    title = _("Remove the authenticator app")
    submit = _("Remove it")
    back = SECOND_FACTOR
    act = "user.app_removed"

    @property
    def intro(self) -> Any:
        if second_factors(self.person()).count() > 1:
            return _("You will then sign in with your passkeys, or with the password and a passkey.")
        return LAST_FACTOR


class CodesView(Page, codes.ViewRecoveryCodesView):
    template_name = "accounts/codes.html"
    title = _("Recovery codes")


class CodesRenewView(Page, codes.GenerateRecoveryCodesView):
    title = _("New recovery codes")
    intro = _("The codes you have now stop working at once. Do this when others may have seen them, or few are left.")
    submit = _("Make new codes")
    back = SECOND_FACTOR
    act = "user.codes_renewed"


class CodesFileView(Page, codes.DownloadRecoveryCodesView):
    template_name = "accounts/codes.txt"


class PasskeysView(Page, webauthn.ListWebAuthnView):
    template_name = "accounts/passkeys.html"
    title = _("Passkeys")


class PasskeyAddView(Page, webauthn.AddWebAuthnView):
    template_name = "accounts/passkey_add.html"
    title = _("Add a passkey")
    intro = _("A passkey lives in your telephone, computer or security key. It cannot be guessed or phished.")
    back = PASSKEYS
    initial: ClassVar[dict[str, Any]] = {"passwordless": True}
    act = "user.passkey_added"


class PasskeyNameView(Page, webauthn.EditWebAuthnView):
    title = _("Name of the passkey")
    intro = _("A name by which you know it again, such as the device it lives in.")
    back = PASSKEYS


class PasskeyRemoveView(Page, webauthn.RemoveWebAuthnView):
    title = _("Remove the passkey")
    submit = _("Remove it")
    back = PASSKEYS
    act = "user.passkey_removed"

    @property
    def intro(self) -> Any:
        if second_factors(self.person()).count() > 1:
            return _("You can no longer sign in with it. Delete it on the device as well.")
        return LAST_FACTOR


# Where one is signed in, and by which identity


class SessionsView(Page, usersessions.ListUserSessionsView):
    template_name = "accounts/sessions.html"
    title = _("Where you are signed in")
    act = "user.signed_out_elsewhere"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # A session that began otherwise than on the sign-in page is written down here at the latest.
        UserSession.objects.create_from_request(request)
        return super().get(request, *args, **kwargs)


def _provider_or_404() -> None:
    if not settings.SOCIALACCOUNT_PROVIDERS:
        raise Http404


class IdentitiesView(Page, social.ConnectionsView):
    template_name = "accounts/identities.html"
    title = _("Linked identity")
    act = "user.identity_unlinked"

    def get_subject(self) -> None:
        _provider_or_404()


class IdentityView(Page):
    """Sign-in by the OpenID Connect provider of the settings; without one there is no such page."""

    permission = rules.PUBLIC

    def get_subject(self) -> None:
        _provider_or_404()


class IdentitySignInView(IdentityView):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, provider_id: str) -> HttpResponse:
        """Lead on by a page: a form that is answered by another site is against the content policy."""
        try:
            response = oidc.login(request, provider_id)
        except RequestException as error:
            log.error("identity_provider_away", error=type(error).__name__)
            return render(request, "socialaccount/authentication_error.html", status=502)
        if isinstance(response, HttpResponseRedirect):
            return render(request, "socialaccount/login_redirect.html", {"redirect_to": response.url})
        return response


class IdentityReturnView(IdentityView):
    http_method_names = ("get",)

    def get(self, request: HttpRequest, provider_id: str) -> HttpResponse:
        return oidc.callback(request, provider_id)


class IdentityCancelledView(Told):
    icon = "circle-slash"
    title = _("Nothing was changed")
    text = _("You broke off at the other site.")

    def get_subject(self) -> None:
        _provider_or_404()
