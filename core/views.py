from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, ImproperlyConfigured, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View

from core import clock, health, outage, rules
from core.forms import add_refusal
from core.templatetags.figures import in_language


class RuledView(View):
    """A view that names the rule it stands under; `permission` must be given, public ones say `rules.PUBLIC`.

    `get_subject` finds the object the rule is asked about, through a selector that answers 404 for what the person
    may not even know of. GET and POST stand under the same rule unless `post_permission` names a stricter one.
    """

    permission: ClassVar[str] = ""
    post_permission: ClassVar[str] = ""
    request: HttpRequest
    kwargs: dict[str, Any]
    subject: Any = None

    def get_subject(self) -> Any:
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.permission:
            raise ImproperlyConfigured(f"{type(self).__name__} names no permission.")
        permission = self.permission
        if request.method not in ("GET", "HEAD", "OPTIONS") and self.post_permission:
            permission = self.post_permission
        try:
            self.subject = self.get_subject()
            rules.enforce(permission, request.user, self.subject)
        except (Http404, rules.Refused):
            # A stranger learns nothing of what is not public, not even whether it exists.
            if permission == rules.PUBLIC or request.user.is_authenticated:
                raise
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)


class PageView(RuledView, TemplateView):
    """A page from a template; what stands in the address is at hand as `self.kwargs` and does not crowd the context."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())


class HealthView(RuledView):
    """The process answers. Nothing else is asked, so that a slow database does not get the web process killed."""

    permission = rules.PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"status": "ok"})


class ReadyView(RuledView):
    """Database, broker and worker, each by a real question; 503 with the part that is missing."""

    permission = rules.PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        parts = {"database": health.database_answers(), "broker": health.messages_waiting() is not None}
        parts["worker"] = parts["database"] and health.is_alive("worker")
        ready = all(parts.values())
        return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


class HealthPageView(PageView):
    """How the site is, for those who run it; it fetches itself anew every few seconds."""

    permission = "site.watch"
    template_name = "core/health.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = health.all_lines()
        attention = [line for line in lines if line.state in (health.State.BAD, health.State.WARNING)]
        return super().get_context_data(lines=lines, attention=attention, at=clock.now(), **kwargs)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 with what was wrong. What only an operator may know, such as a host not allowed, stays in the log."""
    if outage.is_outage(exception):
        return outage.answer(request)
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, "400.html", {"exception": reason}, status=400)


class ServiceFormView(RuledView, FormView[Any]):
    """A form answered by one service call. What the service refuses stands at the field; nothing typed is lost.

    An act that reaches far is asked about first: `get_question` says what will happen, and the form comes again with
    that question above a button that confirms. An address with `?next=` leads back there.
    """

    template_name = "form.html"
    title: ClassVar[Any] = ""
    submit: ClassVar[Any] = _("Save")
    done: ClassVar[Any] = _("Saved.")
    intro: ClassVar[Any] = ""
    # The button of an act that takes something away looks like it.
    danger: ClassVar[bool] = False
    result: Any = None

    def perform(self, form: Any) -> Any:
        """Call the service; its answer is at hand as `self.result`."""
        raise NotImplementedError

    def get_question(self, form: Any) -> str:
        """What has to be confirmed before the act, in whole sentences; empty where nothing has."""
        return ""

    def get_next_url(self) -> str:
        """The address of this site that the page was opened from, if it says so."""
        target: str = self.request.GET.get("next", "")
        return target if url_has_allowed_host_and_scheme(target, {self.request.get_host()}) else ""

    def get_title(self) -> Any:
        return self.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "title": self.get_title(),
            "submit": self.submit,
            "intro": self.intro,
            "danger": self.danger,
            "back": self.get_next_url() or self.get_back_url(),
            "about": self.get_about(),
        }
        return super().get_context_data(**words, **kwargs)

    def get_about(self) -> str:
        """What the form is about, as a crumb above the title: the name of the subject, where it has one."""
        return in_language(self.subject) if hasattr(self.subject, "name") else ""

    def get_back_url(self) -> str:
        """Where "Cancel" leads."""
        return self.get_success_url()

    def form_valid(self, form: Any) -> HttpResponse:
        if "confirmed" not in self.request.POST and (question := self.get_question(form)):
            return self.render_to_response(self.get_context_data(form=form, question=question))
        try:
            self.result = self.perform(form)
        except ValidationError as error:
            add_refusal(form, error)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.get_next_url() or self.get_success_url())
