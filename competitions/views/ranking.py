from datetime import datetime, time
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.messages import get_messages
from django.core.exceptions import BadRequest
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from competitions import exports, pages
from competitions.board import board_period
from competitions.matrix import bars_of
from competitions.models import Competition, Group, StandingsRun
from competitions.rulesets import Rules
from competitions.selectors import competition_get
from competitions.services.rulesets import rule_set_of
from competitions.services.tracking import running_of, standings_request
from competitions.tables import newest_run, pinned_of, ranked_periods, rankings_read, shows_all, table_of
from competitions.tasks import rank_period
from core import clock
from core.periods import Month, Period, PeriodError
from core.rules import decide
from core.templatetags.figures import in_language, period_name
from core.views import PageView, RuledView
from indicators.models import Indicator


def period_from(text: str) -> Period:
    """The period of an address; 400 with how to write one."""
    try:
        return Period.parse(text)
    except PeriodError:
        raise BadRequest(
            _("“%(text)s” is not a period. Write 1959-08, 1959-Q3, 1959-H1, 1959 or 1959-01..1959-07.") % {"text": text}
        ) from None


def moment_from(text: str) -> datetime | None:
    """An `as_of` of an address: a day (its end) or a moment; 400 with how to write one."""
    if not text:
        return None
    try:
        moment = parse_datetime(text) if "T" in text or " " in text else None
        day = None if moment else parse_date(text)
    except ValueError:
        moment = day = None
    if day:
        moment = datetime.combine(day, time.max)
    if moment is None:
        raise BadRequest(_("“%(text)s” is not a date. Write it like 2026-10-31.") % {"text": text})
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class _RankingBase(RuledView):
    """Reads group, indicator, period and moment from the address, each with a sensible default."""

    permission = "competition.view"

    def get_subject(self) -> Competition:
        return competition_get(self.request.user, self.kwargs["slug"])

    def read_address(self) -> None:
        competition: Competition = self.subject
        query = self.request.GET
        self.as_of = moment_from(query.get("as_of", ""))
        self.periods = ranked_periods(competition)
        self.period = period_from(query["period"]) if query.get("period") else self._default_period()
        self.run = newest_run(competition, self.period, self.as_of)
        self.rules = Rules.read((self.run.rule_set if self.run else rule_set_of(competition)).document)
        in_force = Count("entries", filter=Q(entries__withdrawn=False))
        groups = competition.groups.select_related("kind").annotate(entered=in_force)
        # Counting takes away the order that groups have by themselves.
        self.groups = list(groups.order_by("position", "pk"))
        if not self.groups:
            raise Http404(_("This competition has no groups yet."))
        self.group = self._group(query.get("group", ""))
        self.pinned = pinned_of(self.rules, self.group)
        self.indicator = self._indicator(query.get("indicator", ""))

    def _default_period(self) -> Period:
        period = board_period(self.subject)
        last = min(self.subject.last_month, Month.of(clock.today()))
        return period or Period(last, last)

    def _group(self, code: str) -> Group:
        found = next((group for group in self.groups if group.code == code), None)
        if code and found is None:
            raise Http404(_("This competition has no group “%(code)s”.") % {"code": code})
        return found or self.groups[0]

    def _indicator(self, code: str) -> Indicator:
        if code and code not in self.pinned:
            names = {each.code: in_language(each) for each in Indicator.objects.all()}
            text = _("“%(name)s” is not ranked in the group %(group)s: it belongs to another trade.")
            raise Http404(text % {"name": names.get(code, code), "group": in_language(self.group)})
        wanted = code or next(iter(self.pinned), "")
        found = Indicator.objects.filter(code=wanted).first()
        if found is None:
            raise Http404(_("There is no indicator to rank this group on."))
        return found

    def table(self) -> Any:
        if self.run is None:
            return None
        return table_of(
            user=self.request.user,
            run=self.run,
            group=self.group,
            pinned=self.pinned[self.indicator.code],
            indicator=self.indicator,
            as_of=self.as_of,
        )


class RankingView(_RankingBase, PageView):
    """The ranking: group chips, choosers of indicator and period, the table and its panels.

    Who has the page already is told so before anything of it is made, even before the rules are asked: what they ask
    is part of what the page is known by. It has no Last-Modified: a date would not tell one person's page from
    another's.
    """

    template_name = "competitions/ranking.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = get_token(request)
        state = self._state(request)
        # The token is masked anew in every answer, so the same page is never the same bytes.
        etag = f'W/"{pages.digest_of(state, request.META["CSRF_COOKIE"])}"'
        is_stored = bool(state) and pages.is_stored(request)
        response: HttpResponseBase | None = get_conditional_response(request, etag=etag) if state else None
        if response is None and is_stored and (page := pages.page_get(state)):
            response = pages.answer_of(request, page, token.encode())
        if response is None:
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                made = response.render().content
                if is_stored:
                    pages.page_put(state, made)
                response.content = made.replace(pages.TOKEN, token.encode())
        if state and response.status_code == HTTPStatus.OK:
            response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ("Accept-Encoding",))
        return response

    def _state(self, request: HttpRequest) -> str:
        """What the page is known by; empty where it is made anew: templates are being written, or it tells something
        once."""
        once = settings.DEBUG or len(get_messages(request)) or request.method not in ("GET", "HEAD")
        return "" if once else pages.state_of(request, self.kwargs["slug"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.read_address()
        competition: Competition = self.subject
        inside = competition.first_month <= self.period.first and self.period.last <= competition.last_month
        indicators = {each.code: each for each in Indicator.objects.filter(code__in=self.pinned)}
        running = running_of(competition, self.period)
        return super().get_context_data(
            csrf_token=pages.TOKEN.decode(),
            competition=competition,
            groups=self.groups,
            group=self.group,
            indicators=[indicators[code] for code in self.pinned],
            indicator=self.indicator,
            pinned=self.pinned[self.indicator.code],
            period=self.period,
            periods=self.periods if self.period in self.periods else [self.period, *self.periods],
            as_of=self.as_of,
            run=self.run,
            rules_digest=self.run.rule_set.digest if self.run else "",
            parts=self._parts(self.run) if self.run else None,
            running=running,
            may_request=inside and decide("standings.request", self.request.user, competition),
            inside=inside,
            **kwargs,
        )

    def _parts(self, run: StandingsRun) -> pages.Parts:
        as_bars = self.request.GET.get("view") == "bars"
        everyone = shows_all(self.request.user, self.subject, self.period)

        def render() -> pages.Parts:
            table = self.table()
            bars = bars_of(table)
            decimals = self.pinned[self.indicator.code].definition.decimals
            context = {
                "table": table,
                "lines": None if bars and as_bars else pages.lines_of(table, self.group, decimals),
                "bars": bars if as_bars else None,
                "decimals": decimals,
                "indicator": self.indicator,
                "group": self.group,
                "period": self.period,
                "base_period": self.period.last_year(),
            }
            return pages.Parts(
                standings=render_to_string("competitions/standings.html", context),
                side=render_to_string("competitions/side.html", context),
                has_bars=bool(bars),
            )

        return pages.parts_of(
            user=self.request.user,
            group=self.group,
            rankings=rankings_read(run, self.group, self.as_of),
            about=(self.indicator.code, str(self.period), run.rule_set_id, everyone, as_bars),
            render=render,
        )


class RankingExportView(_RankingBase):
    """The table as a file; `?format=csv` or `xlsx`."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.read_address()
        table = self.table()
        if table is None:
            raise Http404(_("This period is not ranked yet."))
        name = f"{self.subject.slug}-{self.group.code}-{self.indicator.code}-{self.period}"
        title = f"{in_language(self.indicator)} · {in_language(self.group)} · {period_name(self.period)}"
        kind = request.GET.get("format", "csv")
        if kind == "csv":
            response = HttpResponse(exports.as_csv(table), content_type="text/csv; charset=utf-8")
        elif kind == "xlsx":
            response = HttpResponse(
                exports.as_xlsx(table, title),
                content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            )
        else:
            raise BadRequest(_("Rankings are exported as csv or xlsx."))
        response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
        return response


class RankingProgressView(_RankingBase, PageView):
    """The bar of a run under way; the page asks for it every two seconds and reloads when the run is done."""

    template_name = "competitions/ranking.html#progress"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period = period_from(self.request.GET.get("period", ""))
        running = running_of(self.subject, period)
        return super().get_context_data(competition=self.subject, period=period, running=running, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if context["running"] is None:
            response["HX-Refresh"] = "true"
        return response


class RankingRequestView(RuledView):
    """Ask for the ranking of a period."""

    permission = "standings.request"
    http_method_names = ("post",)

    def get_subject(self) -> Competition:
        return competition_get(self.request.user, self.kwargs["slug"])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        period = period_from(request.POST.get("period", ""))
        standings_request(actor=request.user, competition=self.subject, period=period, task=rank_period)
        messages.success(request, _("The ranking is asked for and appears here within a minute or two."))
        return redirect(f"{reverse('rankings', args=[self.subject.slug])}?period={period}")
