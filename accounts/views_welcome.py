from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.adapter import remember_language, sign_in
from accounts.models import User
from accounts.welcome import first_administrator_create, is_unclaimed
from core import rules
from core.views import ServiceFormView


class WelcomeForm(forms.Form):
    """The first administrator, with the code that the start of the site has printed."""

    code = forms.CharField(
        label=pgettext_lazy("welcome", "Code"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Printed where the site was started, and by “manage.py welcome”."),
    )
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters, no common word."),
    )


@method_decorator(never_cache, name="dispatch")
class WelcomeView(ServiceFormView):
    """Makes the first administrator; there is no such page once there is one."""

    permission = rules.PUBLIC
    form_class = WelcomeForm
    title = _("Welcome: make the first administrator")
    intro = _("This site is new and has no administrator yet. Whoever has the code from its start becomes the first.")
    submit = _("Make the account")
    done = _("You are the administrator of this site. These are the steps to its first ranking.")
    success_url = reverse_lazy("start")

    def get_subject(self) -> None:
        if not is_unclaimed():
            raise Http404(_("This site has its administrator. Sign in instead."))

    def get_initial(self) -> dict[str, Any]:
        return {"code": self.request.GET.get("code", "")[:60], "language": get_language()}

    def get_back_url(self) -> str:
        return ""

    def perform(self, form: WelcomeForm) -> User:
        return first_administrator_create(**form.cleaned_data)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if self.result is not None:
            sign_in(self.request, self.result)
            remember_language(response, self.result.language)
        return response
