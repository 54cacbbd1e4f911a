from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.forms import SignInForm
from accounts.services import user_set_language
from core import rules
from core.views import RuledView


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax")


class SignInView(RuledView, LoginView):
    """Sign in by e-mail address; the page then speaks the person's language."""

    permission = rules.PUBLIC
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        _remember_language(response, form.get_user().language)
        return response


class SignOutView(RuledView, LogoutView):  # type: ignore[misc]
    permission = rules.PUBLIC


class PasswordView(RuledView, PasswordChangeView):
    permission = rules.SIGNED_IN
    template_name = "form.html"
    success_url = reverse_lazy("board")
    extra_context = {"title": _("Change your password"), "submit": _("Change password"), "back": reverse_lazy("board")}

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)


class LanguageView(RuledView):
    """Switch the language of the pages and, for a person signed in, of the mail."""

    permission = rules.PUBLIC
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        language = request.POST.get("language", "")
        target = request.POST.get("next", "/")
        if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
            target = "/"
        response = HttpResponseRedirect(target)
        if language in dict(settings.LANGUAGES):
            _remember_language(response, language)
            if request.user.is_authenticated:
                user_set_language(actor=request.user, language=language)
        return response
