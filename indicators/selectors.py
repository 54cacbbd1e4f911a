from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from indicators.definitions import Definition
from indicators.models import Indicator, IndicatorVersion, Measure


def indicator_get(code: str) -> Indicator:
    """The indicator, or 404."""
    try:
        return Indicator.objects.get(code=code)
    except Indicator.DoesNotExist:
        raise Http404(_("There is no indicator “%(code)s”.") % {"code": code}) from None


def measure_get(code: str) -> Measure:
    """The measure, or 404."""
    try:
        return Measure.objects.get(code=code)
    except Measure.DoesNotExist:
        raise Http404(_("There is no measure “%(code)s”.") % {"code": code}) from None


def newest_versions() -> QuerySet[IndicatorVersion]:
    """The newest wording of every indicator, in catalogue order."""
    newest = IndicatorVersion.objects.filter(indicator=OuterRef("indicator")).order_by("-number")
    return (
        IndicatorVersion.objects.filter(pk=Subquery(newest.values("pk")[:1]))
        .select_related("indicator")
        .order_by("indicator__position", "indicator_id")
    )


def definitions_of(trade: str, codes: Iterable[str] | None = None) -> list[tuple[Indicator, Definition]]:
    """Newest definitions of a trade's indicators (or of those `codes`), for showing them beside figures."""
    known = set(Measure.objects.values_list("code", flat=True))
    versions = newest_versions().filter(indicator__trade=trade)
    if codes is not None:
        versions = versions.filter(indicator__code__in=list(codes))
    return [(version.indicator, definition_of(version, known)) for version in versions]


def definition_of(version: IndicatorVersion, known: set[str]) -> Definition:
    """The parsed definition of one version."""
    indicator = version.indicator
    return Definition.read(
        code=indicator.code,
        numerator=version.numerator,
        denominator=version.denominator,
        factor=version.factor,
        direction=indicator.direction,
        decimals=indicator.decimals,
        known=known,
    )
