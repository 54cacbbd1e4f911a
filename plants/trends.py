"""Three years of a plant's indicators, by month and piece of equipment, for charts and their tables."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts import Line, Trend
from core.periods import Month
from core.templatetags.figures import in_language, month_name
from indicators.models import Indicator
from indicators.selectors import definitions_of
from plants.models import Plant
from plants.selectors import effective_figures

MONTHS = 36
SHOWN = {
    "smelting": ("furnace_utilization", "electricity_per_t"),
    "rolling": ("hourly_output", "rolling_yield"),
    "forging": ("hammer_output", "forging_yield"),
}


@dataclass(frozen=True, slots=True)
class IndicatorTrend:
    """One indicator with a line for each piece of equipment."""

    indicator: Indicator
    chart: Trend


def trends_of(plant: Plant, until: Month) -> list[IndicatorTrend]:
    """Charts of the trades the plant has, up to the month before `until`; gaps where nothing counts."""
    months = [until.plus(offset) for offset in range(-MONTHS, 0)]
    figures = effective_figures(plant, months)
    equipment = list(plant.equipment.select_related("kind"))
    trends = []
    for trade, codes in SHOWN.items():
        columns = [each for each in equipment if each.trade == trade]
        for indicator, definition in definitions_of(trade, codes) if columns else ():
            lines = []
            for each in columns:
                documents = [figures.get((each.pk, month), {}) for month in months]
                values = [
                    definition.compute(document)[0] if definition.measures <= document.keys() else None
                    for document in documents
                ]
                lines.append(Line(in_language(each), values))
            if not any(value is not None for line in lines for value in line.values):
                continue
            chart = Trend(
                title=pgettext("parts", ", ").join((in_language(indicator), indicator.unit_name)),
                description=_("Monthly values of each piece of equipment; the table below holds the same figures."),
                labels=[str(month) for month in months],
                lines=lines,
                decimals=indicator.decimals,
                places=[month_name(month) for month in months],
            )
            trends.append(IndicatorTrend(indicator, chart))
    return trends
