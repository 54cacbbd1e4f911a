"""What of the catalogue is found by the search: all of it is public."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.search import Kind, Result, register
from indicators.models import Indicator, Measure


def _indicators(user: Any) -> QuerySet[Indicator]:
    return Indicator.objects.all()


def _indicator(indicator: Indicator) -> Result:
    place = " · ".join(filter(None, (indicator.number, indicator.get_trade_display(), indicator.unit_name)))
    return Result(indicator, indicator.code, place, reverse("indicator", args=[indicator.code]))


def _measures(user: Any) -> QuerySet[Measure]:
    return Measure.objects.all()


def _measure(measure: Measure) -> Result:
    place = " · ".join(filter(None, (measure.get_trade_display(), measure.unit_name)))
    return Result(measure, measure.code, place, f"{reverse('catalogue')}#measure-{measure.code}")


register(
    Kind("indicators", _("Indicators"), "gauge", _indicators, ("code", "number", "name", "name_zh"), (), _indicator)
)
register(Kind("measures", _("Measures"), "ruler", _measures, ("code", "name", "name_zh"), (), _measure))
