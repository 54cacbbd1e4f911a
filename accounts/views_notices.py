"""What a person is told of, and how they want to hear of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import ListView

from accounts.forms import NoticeChoicesForm
from accounts.models import Notice
from accounts.notices import notices_choose, notices_of, notices_read, words
from core import rules
from core.views import RuledView, ServiceFormView


class NoticesView(RuledView, ListView[Notice]):
    """The person's notices, newest first."""

    permission = rules.SIGNED_IN
    template_name = "accounts/notices.html"
    paginate_by = 30

    def get_queryset(self) -> Any:
        return notices_of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = [(each, words(each)) for each in context["object_list"]]
        return context | {"rows": rows, "unread": self.get_queryset().unread().exists()}


class NoticeView(RuledView):
    """Takes a notice as read and opens what it is about."""

    permission = rules.SIGNED_IN

    def get_subject(self) -> Notice | None:
        if not self.request.user.is_authenticated:
            return None
        found = notices_of(self.request.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(_("There is no such notice of yours."))
        return found

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        notices_read(actor=request.user, notice=self.subject)
        return redirect(self.subject.address)


class NoticesReadView(RuledView):
    """Takes all notices as read."""

    permission = rules.SIGNED_IN
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        notices_read(actor=request.user)
        messages.success(request, _("All notices are marked as read."))
        return redirect("accounts:notices")


class NoticeChoicesView(ServiceFormView):
    """How the person hears of each kind: on the page, by e-mail as well, or not at all."""

    permission = rules.SIGNED_IN
    form_class = NoticeChoicesForm
    template_name = "accounts/notice_choices.html"
    title = _("Notices: what reaches you, and how")
    intro = _("Mail goes to the address you sign in with. What you switch off here is still on the pages themselves.")
    success_url = reverse_lazy("accounts:notice_choices")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.request.user}

    def get_back_url(self) -> str:
        return str(reverse_lazy("accounts:notices"))

    def perform(self, form: NoticeChoicesForm) -> None:
        notices_choose(actor=self.request.user, choices=form.cleaned_data)
