"""The page of components: every part that pages are made of in all its states, from the partials they use.

All figures and names are invented; they pass through the same templates as real ones, which ask only for attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core import rules
from core.charts import Bar, Cell, Line, Matrix, MatrixRow, Trend, ranking_bars
from core.periods import Month, Period
from core.templatetags.figures import in_language, month_name
from core.views import PageView

_NAMES = (
    ("Sample Steel Plant East", "样本钢厂东厂"),
    ("Sample Steel Plant West", "样本钢厂西厂"),
    ("Sample Special and Alloy Steel Works of the Upper River Valley", "样本上游河谷特殊钢与合金钢联合企业"),
    ("Sample Steel Plant North", "样本钢厂北厂"),
    ("Sample Steel Plant South", "样本钢厂南厂"),
)
_VALUES = ("38.692", "36.964", "36.964", "35.042", None)
_BASES = ("37.672", "37.338", None, "33.887", "30.271")


def _dec(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _thing(name: str, chinese: str, **fields: Any) -> SimpleNamespace:
    return SimpleNamespace(name=name, name_zh=chinese, **fields)


def _plant(index: int) -> SimpleNamespace:
    name, chinese = _NAMES[index]
    return _thing(name, chinese, slug=f"sample-{index + 1}", city="Sample Town", city_zh="样本市")


def _furnace(index: int) -> SimpleNamespace:
    return _thing(f"Furnace No. {index + 1}", f"{index + 1}号电炉", kind=SimpleNamespace(rating_unit="MVA"))


class SampleForm(forms.Form):
    """A field of each sort; the page shows it filled in wrongly."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=20, help_text=gettext_lazy("At most 20 characters."))
    capacity = forms.DecimalField(label=gettext_lazy("Capacity"), help_text=gettext_lazy("In MVA, such as 12.5."))
    trade = forms.ChoiceField(
        label=gettext_lazy("Trade"),
        choices=(("smelting", gettext_lazy("Smelting")), ("rolling", gettext_lazy("Rolling"))),
    )
    since = forms.DateField(
        label=gettext_lazy("In service"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    about = forms.CharField(label=gettext_lazy("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    code = forms.CharField(label=gettext_lazy("Code"), initial="sample-1", disabled=True)
    shown_to = forms.ChoiceField(
        label=gettext_lazy("Standings are shown to"),
        choices=(("all", gettext_lazy("everyone")), ("parties", gettext_lazy("the parties"))),
        widget=forms.RadioSelect,
        initial="all",
    )
    agreed = forms.BooleanField(label=gettext_lazy("I have read the rules"))

    def clean(self) -> None:
        raise forms.ValidationError(_("Sample: nothing is saved yet, two fields need another look."))


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Django's own would be."""

    level_tag: str
    text: str

    def __str__(self) -> str:
        return self.text


class ComponentsView(PageView):
    """Every component and state on one page; not there in production."""

    permission = rules.PUBLIC
    template_name = "docs/ui.html"
    extra_context = {"title": gettext_lazy("Components")}

    def get_subject(self) -> None:
        if settings.PRODUCTION:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            sample_messages=[
                Message("success", _("Saved.")),
                Message("info", _("A calm remark that asks for nothing.")),
                Message("warning", _("Something to look at before you go on.")),
                Message("error", _("Nothing was saved, and here is why and what to do.")),
            ],
            form=SampleForm({"name": "", "capacity": "twelve", "shown_to": "all"}, auto_id="sample_%s"),
            page_obj=Paginator(range(90), 30).page(2),
            submit_label=_("Save"),
            table=SimpleNamespace(rows=_rows(), low=Decimal(31), high=Decimal(36)),
            indicator=_thing("Furnace utilization coefficient", "电炉利用系数"),
            group=_thing("Sample group", "样本组"),
            period=Period.parse("1959-08"),
            base_period=Period.parse("1958-08"),
            unranked=[_standing(4, rank=None, reason=_("a month is missing or not approved"))],
            months=_months(),
            plants_by_month=_plants_by_month(),
            sheet=_sheet(),
            read_only=_sheet(),
            last_month=Month(1959, 7),
            last_year=Month(1958, 8),
            running=SimpleNamespace(done=3, total=8),
            states=("draft", "submitted", "approved", "accepted", "missing", "late", "locked"),
            trend=_trend(3),
            single=_trend(1),
            bars=ranking_bars(_bars()),
            matrix=_matrix(),
            inks=("ink", "ink-2", "ink-3", "ember", "steel", "up", "down", "warn", "violet", "teal"),
            **kwargs,
        )


def _standing(index: int, rank: int | None, reason: str = "") -> SimpleNamespace:
    value, base = _dec(_VALUES[index]), _dec(_BASES[index])
    both = value is not None and base is not None
    return SimpleNamespace(
        entry=SimpleNamespace(plant=_plant(index), equipment=_furnace(index)),
        rank=rank,
        of=4,
        value=value,
        base=base,
        change=value - base if both else None,  # type: ignore[operator]
        change_pct=100 * (value - base) / base if both else None,  # type: ignore[operator]
        reason=reason,
        get_reason_display=reason,
        late=index == 1,
        source_id=index == 2,
    )


def _rows() -> Sequence[SimpleNamespace]:
    """A line of the ranking for each way a rank may have moved; the fourth is the viewer's own."""
    rows = []
    for index, (rank, moved) in enumerate([(1, 0), (2, -1), (2, 2), (4, None)]):
        standing = _standing(index, rank)
        change = standing.change
        rows.append(
            SimpleNamespace(
                standing=standing,
                capacity=Decimal("12.5"),
                moved=moved,
                lost=max(0, -(moved or 0)),
                is_new=moved is None,
                better=None if not change else change > 0,
                is_own=index == 3,
                spark=[_dec(text) for text in ("31", "33", None, "32", "35", "36")],
            )
        )
    return rows


def _bars() -> list[Bar]:
    return [
        Bar(
            rank,
            in_language(_plant(index)),
            _dec(_VALUES[index]),
            _dec(_BASES[index]),
            in_language(_furnace(index)),
            is_own=index == 3,
        )
        for index, rank in enumerate((1, 2, 2, 4, None))
    ]


def _months() -> list[Month]:
    return [Month(1959, 1).plus(offset) for offset in range(8)]


def _plants_by_month() -> list[tuple[SimpleNamespace, list[SimpleNamespace]]]:
    def cells(*states: str) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(month=month, state=state, late=place == 2, revising=place == 1)
            for place, (month, state) in enumerate(zip(_months(), states, strict=True))
        ]

    return [
        (
            _plant(0),
            cells("accepted", "accepted", "approved", "submitted", "draft", "missing", "open", "future"),
        ),
        (_plant(2), cells("accepted", "approved", "approved", "missing", "missing", "draft", "open", "future")),
    ]


def _sheet() -> SimpleNamespace:
    """A grid with each state of a field: empty, typed, doubtful, wrong, overtaken by someone else, worked out."""

    def cell(name: str, text: str, **fields: Any) -> SimpleNamespace:
        wrong = fields.get("errors") or "theirs" in fields
        plain: dict[str, Any] = {
            "last_month": None,
            "last_year": None,
            "errors": [],
            "doubts": [],
            "theirs": None,
            "mine": "",
        }
        state = "err" if wrong else "bad" if fields.get("doubts") else ""
        return SimpleNamespace(**plain | {"name": name, "label": name, "text": text, "state": state} | fields)

    def measure(code: str, name: str, chinese: str, unit: str, **fields: Any) -> SimpleNamespace:
        limits = {"decimals": 3, "minimum": Decimal(0), "maximum": None}
        return _thing(name, chinese, code=code, unit_name=unit, **limits, **fields)

    before = {"last_month": Decimal("9134.2"), "last_year": Decimal("8876")}
    rows = [
        SimpleNamespace(
            measure=measure(
                "good_t", "Good steel output", "合格钢产量", "t", help="Hover or focus shows this.", help_zh="说明。"
            ),
            cells=[cell("s.1.good_t", "", **before), cell("s.2.good_t", "9300.5", **before)],
        ),
        SimpleNamespace(
            measure=measure("kwh", "Electricity", "电耗", "kWh"),
            cells=[
                cell("s.1.kwh", "93000000", doubts=[_("Ten times the month before; please check.")]),
                cell("s.2.kwh", "many", errors=[_("This is not a number.")]),
            ],
        ),
        SimpleNamespace(
            measure=measure("heats", "Heats tapped", "出钢炉数", pgettext("unit", "heats")),
            cells=[cell("s.1.heats", "912"), cell("s.2.heats", "873", theirs="871", mine="875")],
        ),
    ]
    derived = SimpleNamespace(
        is_known=True,
        indicator=_thing("Electricity per tonne", "吨钢电耗", code="electricity_per_t", unit_name="kWh/t", decimals=1),
        values=[(Decimal("10000.0"), True), (Decimal("512.4"), False)],
    )
    return SimpleNamespace(columns=[_furnace(0), _furnace(1)], rows=rows, derived=[derived])


def _trend(count: int) -> Trend:
    months = [Month(1957, 1).plus(offset) for offset in range(24)]
    lines = [
        Line(
            in_language(_furnace(line)),
            [None if (place, line) == (9, 1) else Decimal(28 + (place * (line + 3)) % 7) for place in range(24)],
        )
        for line in range(count)
    ]
    return Trend(
        title=_("Sample: utilization, t/(MVA·d)"),
        description=_("Monthly values of invented furnaces; the table below holds the same figures."),
        labels=[str(month) for month in months],
        lines=lines,
        decimals=3,
        places=[month_name(month) for month in months],
    )


def _matrix() -> Matrix:
    columns = [
        (_("Utilization"), ""),
        (_("Electricity per tonne"), ""),
        (_("Pass rate"), ""),
        (_("Lining life"), ""),
        (_("Tap-to-tap time"), ""),
    ]
    rows = []
    for index in range(5):
        cells: list[Cell | None] = [Cell((index + shift) % 4 + 1, 4, "36.964") for shift in range(4)]
        reason = _("a month is missing or not approved")
        cells.append(Cell(None, 4, "", reason) if index == 4 else Cell(index + 1, 4, "36.964"))
        rows.append(MatrixRow(in_language(_plant(index)), cells, in_language(_furnace(index)), is_own=index == 3))
    return Matrix(_("Sample group, August 1959"), columns, rows)
