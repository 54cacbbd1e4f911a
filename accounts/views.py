from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.adapter import remember_language
from accounts.forms import AboutForm
from accounts.models import User
from accounts.selectors import security_of
from accounts.services import user_set_language, user_update
from core import rules
from core.views import RuledView, ServiceFormView


class AccountView(ServiceFormView):
    """The person's own page: who they are, how they sign in, where everything about that is changed."""

    permission = rules.SIGNED_IN
    template_name = "accounts/account.html"
    form_class = AboutForm
    title = _("Your account")
    success_url = reverse_lazy("accounts:account")

    def person(self) -> Any:
        return self.request.user

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.person()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(security=security_of(self.person()), **kwargs)

    def perform(self, form: AboutForm) -> User:
        return user_update(actor=self.person(), **form.cleaned_data)

    def form_valid(self, form: AboutForm) -> HttpResponse:
        response = super().form_valid(form)
        remember_language(response, form.cleaned_data["language"])
        return response


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
            remember_language(response, language)
            if request.user.is_authenticated:
                user_set_language(actor=request.user, language=language)
        return response


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429. Every limit that answers with it is counted by the minute."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response
