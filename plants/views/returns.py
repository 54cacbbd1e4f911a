from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core import clock, rules
from core.periods import Month, PeriodError
from core.templatetags.figures import in_language, month_name
from core.views import PageView, RuledView, ServiceFormView
from indicators.models import Measure
from plants.forms import ReasonForm
from plants.history import acts_of, reasons_sent_back
from plants.models import MonthlyReturn, Plant, ReturnVersion
from plants.permissions import local_today
from plants.selectors import returns_matrix, returns_plant_get, units_of, version_get
from plants.services import returns as services
from plants.sheets import read_cells, sheet_of


def month_from(text: str) -> Month:
    """The month of an address, or 404 with how to write one."""
    try:
        month = Month.parse(text)
        month.plus(-12)  # Pages show the year before beside it, which the first year known does not have.
    except PeriodError:
        raise Http404(_("“%(text)s” is not a month. Write it like 2026-10.") % {"text": text}) from None
    return month


class ReturnsView(PageView):
    """Plants x months: where each return stands. Twelve months at a time."""

    permission = rules.SIGNED_IN
    template_name = "plants/returns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = clock.today()
        last = self.request.GET.get("until")
        until = month_from(last) if last else Month.of(today)
        months = [until.plus(offset) for offset in range(-11, 1)]
        plants = Plant.objects.returns_visible_to(self.request.user)
        return super().get_context_data(
            months=months,
            plants=plants,
            rows=returns_matrix(plants, months, today),
            earlier=until.plus(-12),
            later=until.plus(12) if until < Month.of(today) else None,
            **kwargs,
        )


class _ReturnView(RuledView):
    """Something of one return; what the person may not know of answers 404."""

    permission = "return.view"

    def get_subject(self) -> ReturnVersion:
        self.month = month_from(self.kwargs["month"])
        return version_get(self.request.user, self.kwargs["plant"], self.month)

    @property
    def plant(self) -> Plant:
        return self.subject.monthly_return.plant

    def here(self) -> str:
        return reverse("return", args=[self.plant.slug, self.month])


class ReturnView(_ReturnView, PageView):
    """The grid. POST saves what was typed; with `submit` it then hands the return to the director.

    A refused post shows the page again with everything typed, so that nothing is lost.
    """

    template_name = "plants/return.html"

    def get_subject(self) -> ReturnVersion:
        if self.request.method != "POST":
            return super().get_subject()
        # Saving reads the version itself, under a lock; until then only the plant is asked for.
        self.month = month_from(self.kwargs["month"])
        plant = returns_plant_get(self.request.user, self.kwargs["plant"])
        return ReturnVersion(monthly_return=MonthlyReturn(plant=plant, month=self.month.first_day))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tab = self.request.POST.get("tab") or self.request.GET.get("tab", "")
        if "sheet" not in kwargs:
            kwargs["sheet"] = sheet_of(self.subject, tab)
        return super().get_context_data(
            version=self.subject,
            monthly=self.subject.monthly_return,
            plant=self.plant,
            month=self.month,
            overdue=local_today(self.subject.monthly_return) > self.subject.monthly_return.due_on,
            sent_back=reasons_sent_back([self.subject]).get(self.subject.pk, ""),
            next_month=self.month.plus(1) if self.month < Month.of(clock.today()) else None,
            last_month=self.month.plus(-1),
            last_year=self.month.plus(-12),
            writable=rules.decide("return.write", self.request.user, self.subject),
            **kwargs,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        tab = request.POST.get("tab", "")
        cells = read_cells(request.POST)
        try:
            outcome = services.return_save(actor=request.user, plant=self.plant, month=self.month, cells=cells)
        except (rules.Refused, ValidationError) as refusal:
            return self._refused(request, refusal)
        self.subject = outcome.version
        is_autosave = bool(request.headers.get("X-Autosave"))
        if outcome.conflicts and not is_autosave:
            messages.warning(request, _("Someone else changed the marked cells meanwhile. Yours were not saved there."))
        elif "submit" in request.POST and not outcome.conflicts:
            return self._submit(request, tab)
        if not is_autosave and not outcome.conflicts:
            # The page says itself when it was saved.
            return redirect(reverse("return", args=[self.plant.slug, self.month], query={"tab": tab}))
        sheet = sheet_of(outcome.version, tab, outcome.conflicts, cells, outcome.contents)
        if is_autosave:
            return render(request, "plants/return.html#state", self.get_context_data(sheet=sheet))
        return self.render_to_response(self.get_context_data(sheet=sheet))

    def _submit(self, request: HttpRequest, tab: str) -> HttpResponse:
        try:
            services.return_submit(actor=request.user, plant=self.plant, month=self.month)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self.render_to_response(self.get_context_data(sheet=sheet_of(self.subject, tab)), status=422)
        messages.success(request, _("Submitted. The director of the plant approves it next."))
        return redirect(self.here())

    def _refused(self, request: HttpRequest, refusal: Exception) -> HttpResponse:
        """Show the refusal over the page, the typed cells listed so that they can be copied."""
        is_rule = isinstance(refusal, rules.Refused)
        text = str(refusal) if is_rule else " ".join(refusal.messages)  # type: ignore[attr-defined]
        self.subject = version_get(request.user, self.plant.slug, self.month)
        units = {unit: in_language(each) for unit, each in units_of(self.plant, self.month).items()}
        measures = {each.code: in_language(each) for each in Measure.objects.all()}
        lost = [
            (units.get(unit, ""), measures.get(code, code), typed.text)
            for (unit, code), typed in read_cells(request.POST).items()
            if typed.text != typed.was
        ]
        context = self.get_context_data(refusal=text, lost=lost)
        if request.headers.get("X-Autosave"):
            return render(request, "plants/return.html#state", context, status=403 if is_rule else 422)
        return self.render_to_response(context, status=403 if is_rule else 422)


class ReturnHistoryView(_ReturnView, PageView):
    """Everything that was done to the return, newest first."""

    template_name = "plants/history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        monthly = self.subject.monthly_return
        return super().get_context_data(
            plant=self.plant,
            month=self.month,
            acts=acts_of(monthly),
            versions=monthly.versions.select_related("author").order_by("-number") if monthly.pk else [],
            **kwargs,
        )


class _ReturnActView(_ReturnView):
    """One act on a return by one button."""

    http_method_names = ("post",)
    service: Any = None
    done: Any = ""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            type(self).service(actor=request.user, plant=self.plant, month=self.month)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, self.done)
        return redirect(self.here())


class ReturnApproveView(_ReturnActView):
    permission = "return.approve"
    service = services.return_approve
    done = _("Approved. The rankings of this month are computed anew shortly.")


class ReturnAcceptView(_ReturnActView):
    permission = "return.accept"
    service = services.return_accept
    done = _("Accepted.")


class _ReasonView(_ReturnView, ServiceFormView):
    """An act on a return that needs a reason."""

    form_class = ReasonForm

    def get_about(self) -> str:
        return pgettext("parts", ", ").join((in_language(self.plant), month_name(self.month)))

    def get_success_url(self) -> str:
        return self.here()


class ReturnSendBackView(_ReasonView):
    permission = "return.send_back"
    title = _("Send the return back")
    submit = _("Send back")
    done = _("Sent back with your reason.")
    intro = _("The plant sees your reason. What is approved already keeps counting until a revision is accepted.")

    def perform(self, form: ReasonForm) -> ReturnVersion:
        return services.return_send_back(
            actor=self.request.user, plant=self.plant, month=self.month, **form.cleaned_data
        )


class ReturnReviseView(_ReasonView):
    permission = "return.revise"
    title = _("Revise an approved return")
    submit = _("Start the revision")
    done = _("The revision is open. Correct the figures and submit it.")
    intro = _("A revision counts once the director has approved and an evaluator has accepted it.")

    def perform(self, form: ReasonForm) -> ReturnVersion:
        return services.return_revise(actor=self.request.user, plant=self.plant, month=self.month, **form.cleaned_data)
