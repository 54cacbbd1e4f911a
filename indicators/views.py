from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from core import rules
from core.templatetags.figures import in_language
from core.views import PageView, ServiceFormView
from indicators.choices import Trade
from indicators.forms import IndicatorForm, MeasureForm
from indicators.models import Indicator, Measure
from indicators.selectors import definition_of, indicator_get, measure_get, newest_versions
from indicators.services import indicator_save, measure_save
from indicators.wording import formula_words


class CatalogueView(PageView):
    """Every indicator with its formula in words, unit and band; every measure with its unit."""

    permission = rules.PUBLIC
    template_name = "indicators/catalogue.html"
    extra_context = {"title": _("Catalogue")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.GET.get("q", "").strip().lower()
        measures = list(Measure.objects.all())
        names = {measure.code: in_language(measure) for measure in measures}
        rows: list[dict[str, Any]] = []
        for version in newest_versions():
            indicator = version.indicator
            if wanted and wanted not in f"{indicator.code} {indicator.name} {indicator.name_zh}".lower():
                continue
            words = formula_words(definition_of(version, set(names)), names)
            rows.append({"indicator": indicator, "version": version, "words": words})
        titles: list[tuple[str, Any]] = [*Trade.choices, ("", _("Safety and the whole plant"))]
        sections = [
            {
                "title": title,
                "rows": [row for row in rows if row["indicator"].trade == trade],
                "measures": [] if wanted else [measure for measure in measures if measure.trade == trade],
            }
            for trade, title in titles
        ]
        sections = [section for section in sections if section["rows"] or section["measures"]]
        return super().get_context_data(sections=sections, wanted=wanted, **kwargs)


class IndicatorView(PageView):
    """One indicator: what it means, its formula in words and every version of it."""

    permission = rules.PUBLIC
    template_name = "indicators/indicator.html"

    def get_subject(self) -> Indicator:
        return indicator_get(self.kwargs["code"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        measures = list(Measure.objects.all())
        names = {measure.code: in_language(measure) for measure in measures}
        versions = [
            {"version": version, "words": formula_words(definition_of(version, set(names)), names)}
            for version in self.subject.versions.select_related("indicator").order_by("-number")
        ]
        used = definition_of(versions[0]["version"], set(names)).measures
        return super().get_context_data(
            indicator=self.subject,
            versions=versions,
            measures=[measure for measure in measures if measure.code in used],
            **kwargs,
        )


class IndicatorAddView(ServiceFormView):
    permission = "site.administer"
    form_class = IndicatorForm
    title = _("Add an indicator")
    intro = _("An indicator is factor × sum ÷ sum. It counts in a competition once its organizer adopts it.")
    success_url = reverse_lazy("catalogue")

    def perform(self, form: IndicatorForm) -> Indicator:
        fields = {name: form.cleaned_data[name] for name in ("numerator", "denominator", "factor")}
        return indicator_save(actor=self.request.user, indicator=form.instance, **fields)


class IndicatorEditView(IndicatorAddView):
    title = _("Change an indicator")
    intro = _("Another formula or factor becomes a new version; rankings already made keep theirs.")

    def get_subject(self) -> Indicator:
        return indicator_get(self.kwargs["code"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.subject}

    def get_success_url(self) -> str:
        return reverse("indicator", args=[self.subject.code])


class MeasureAddView(ServiceFormView):
    permission = "site.administer"
    form_class = MeasureForm
    title = _("Add a measure")
    intro = _("A measure is a monthly figure that can be summed over months and equipment.")
    success_url = reverse_lazy("catalogue")

    def perform(self, form: MeasureForm) -> Measure:
        return measure_save(actor=self.request.user, measure=form.instance)


class MeasureEditView(MeasureAddView):
    title = _("Change a measure")
    intro = _("Code, unit and trade stay: figures already reported mean them.")

    def get_subject(self) -> Measure:
        return measure_get(self.kwargs["code"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.subject}
