"""People as administrators see them, and the invitations by which they come in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import ListView

from accounts import invitations
from accounts.adapter import remember_language, sign_in
from accounts.forms import AcceptForm, InvitationForm
from accounts.models import Invitation, User
from accounts.selectors import has_second_factor
from accounts.services import user_deactivate, user_reactivate, user_second_factors_remove
from core import rules
from core.views import PageView, RuledView, ServiceFormView


class PeopleView(RuledView, ListView[User]):
    """Everyone who can sign in or could, by name or address; and who is invited."""

    permission = "site.administer"
    template_name = "accounts/people.html"
    paginate_by = 50

    def get_queryset(self) -> Any:
        wanted = self.request.GET.get("q", "").strip()
        return User.objects.filter(Q(email__icontains=wanted) | Q(name__icontains=wanted))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = invitations.waiting_for(self.request.user)
        return super().get_context_data(**kwargs) | {"invitations": waiting}


class InviteView(ServiceFormView):
    permission = "site.administer"
    form_class = InvitationForm
    title = _("Invite a person")
    submit = _("Send invitation")
    done = _("The invitation goes out by mail within a minute or two.")
    intro = _("For an account without a role. To bring somebody into a plant, invite them on the plant’s own page.")
    success_url = reverse_lazy("accounts:people")

    def get_initial(self) -> dict[str, Any]:
        return {"language": translation.get_language()}

    def perform(self, form: InvitationForm) -> Invitation:
        return invitations.user_invite(actor=self.request.user, **form.cleaned_data)


class _PersonView(RuledView):
    permission = "site.administer"

    def get_subject(self) -> User:
        found = User.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_("There is no such person."))
        return found


class PersonView(_PersonView, PageView):
    """A person: how they sign in, and what they do at plants and competitions."""

    template_name = "accounts/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.subject, second_factor=has_second_factor(self.subject), **kwargs)


class PersonDeactivateView(_PersonView, ServiceFormView):
    """Asks before it locks a person out."""

    form_class = Form
    title = _("Lock this person out?")
    submit = _("Lock out")
    danger = True
    done = _("The person can no longer sign in.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        intro = gettext("%(person)s can no longer sign in. What they did stays, and you can let them in again.")
        return super().get_context_data(**kwargs) | {"intro": intro % {"person": self.subject}}

    def get_success_url(self) -> str:
        return reverse("accounts:person", args=[self.subject.pk])

    def perform(self, form: Form) -> User:
        return user_deactivate(actor=self.request.user, user=self.subject)


class PersonReactivateView(PersonDeactivateView):
    title = _("Let this person in again?")
    submit = _("Let in")
    danger = False
    done = _("The person can sign in again.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        intro = gettext("%(person)s can sign in again, with all roles they still have.")
        return super().get_context_data(**kwargs) | {"intro": intro % {"person": self.subject}}

    def perform(self, form: Form) -> User:
        return user_reactivate(actor=self.request.user, user=self.subject)


class SecondFactorsRemoveView(_PersonView, ServiceFormView):
    """Asks before it takes the second factors of a person who has lost them."""

    form_class = Form
    title = _("Remove this person’s second factors?")
    submit = _("Remove them")
    danger = True
    done = _("The person signs in by password alone now, and is told by mail.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        intro = gettext(
            "Be sure that it is %(person)s who asks. App, passkeys and recovery codes end; the password alone is left "
            "until a new second factor is set up."
        )
        return super().get_context_data(**kwargs) | {"intro": intro % {"person": self.subject}}

    def get_success_url(self) -> str:
        return reverse("accounts:person", args=[self.subject.pk])

    def perform(self, form: Form) -> None:
        user_second_factors_remove(actor=self.request.user, user=self.subject)


class _InvitationActView(RuledView):
    """An act on an invitation that the person manages; it leads back to the list it was chosen from."""

    permission = "invitation.manage"

    def get_subject(self) -> Invitation:
        return invitations.invitation_get(self.request.user, self.kwargs["pk"])

    def get_success_url(self) -> str:
        target = self.request.POST.get("next") or self.request.GET.get("next", "")
        if url_has_allowed_host_and_scheme(target, allowed_hosts={self.request.get_host()}):
            return target
        return invitations.home_of(self.subject)


class InvitationSendAgainView(_InvitationActView):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            invitations.invitation_send_again(actor=request.user, invitation=self.subject)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The invitation goes out again, with a new link and a new term."))
        return redirect(self.get_success_url())


class InvitationWithdrawView(_InvitationActView, ServiceFormView):
    """Asks before it takes an invitation back."""

    form_class = Form
    title = _("Withdraw this invitation?")
    submit = pgettext_lazy("invitation", "Withdraw")
    danger = True
    done = _("Withdrawn. The link in the mail no longer works.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        intro = gettext("The link that was mailed to %(email)s ends.") % {"email": self.subject.email}
        return super().get_context_data(**kwargs) | {"intro": intro}

    def perform(self, form: Form) -> Invitation:
        return invitations.invitation_withdraw(actor=self.request.user, invitation=self.subject)


class InvitationView(ServiceFormView):
    """Where the link of an invitation leads: somebody new makes an account, somebody known signs in and accepts.

    `case` is new, accept, sign_in (known, not signed in), other (signed in with another address) or locked.
    """

    permission = rules.PUBLIC
    template_name = "accounts/invitation.html"
    done = _("Welcome. The invitation is accepted.")

    def get_subject(self) -> Invitation:
        invitation = invitations.invitation_of(self.kwargs["token"])
        if settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            translation.activate(invitation.language)
        return invitation

    @property
    def case(self) -> str:
        user: Any = self.request.user
        if user.is_authenticated:
            return "accept" if user.email.lower() == self.subject.email.lower() else "other"
        known = User.objects.filter(email__iexact=self.subject.email).first()
        if known is None:
            return "new"
        return "sign_in" if known.is_active else "locked"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        over = invitations.over_words(self.subject)
        if over:
            return render(request, "accounts/invitation_over.html", {"reason": over}, status=410)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if invitations.over_words(self.subject) or self.case not in ("new", "accept"):
            return self.get(request)
        return super().post(request, *args, **kwargs)

    def get_form_class(self) -> type[Form]:
        return AcceptForm if self.case == "new" else Form

    def get_initial(self) -> dict[str, Any]:
        return {"language": self.subject.language}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            invitation=self.subject, grants=invitations.grants_words(self.subject), case=self.case, **kwargs
        )

    def get_success_url(self) -> str:
        return invitations.home_of(self.subject)

    def perform(self, form: Form) -> None:
        if self.case == "accept":
            invitations.invitation_accept(actor=self.request.user, invitation=self.subject)
            return
        user = invitations.invitation_accept_new(invitation=self.subject, **form.cleaned_data)
        sign_in(self.request, user)

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        if "language" in form.cleaned_data and not form.errors:
            remember_language(response, form.cleaned_data["language"])
        return response
