"""How figures, signs, months and names are written, in both languages."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from core.periods import Month, Period
from core.templatetags.figures import figure, in_language, meter, month_name, period_name, signed
from core.wording import THIN_SPACE


def test_space_between_thousands_is_a_thin_one():
    assert THIN_SPACE in ("\u2009", "\u202f")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("6412.5"), None, "6 412.5"),
        (Decimal("1234567.890"), None, "1 234 567.890"),
        ("6412.5", None, "6 412.5"),
        (Decimal("412.5"), None, "412.5"),
        (Decimal("-6412.5"), None, "\u22126 412.5"),
        (Decimal("1E+3"), None, "1 000"),
        (Decimal("30"), 3, "30.000"),
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("-0.125"), 2, "\u22120.13"),
        (Decimal("-0.001"), 2, "0.00"),
        (Decimal(0), None, "0"),
        (None, None, "–"),
        ("", None, "–"),
    ],
)
def test_figure_is_grouped_by_thin_spaces_with_a_real_minus(value, decimals, text):
    assert figure(value, decimals) == text.replace(" ", THIN_SPACE)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("2.336"), None, "+2.336"),
        (Decimal("-0.221"), None, "\u22120.221"),
        (Decimal("0.000"), None, "±0.000"),
        (Decimal("1234.5"), 1, "+1 234.5"),
        (Decimal("-0.004"), 2, "±0.00"),
        (None, None, "–"),
    ],
)
def test_change_is_written_with_its_sign(value, decimals, text):
    assert signed(value, decimals) == text.replace(" ", THIN_SPACE)


PERIODS = [
    ("1959-08", "August 1959", "1959年8月"),
    ("1959-Q3", "Q3 1959", "1959年第三季度"),
    ("1959-H1", "H1 1959", "1959年上半年"),
    ("1959-H2", "H2 1959", "1959年下半年"),
    ("1959", "1959", "1959年"),
    ("1959-01..1959-07", "Jan–Jul 1959", "1959年1月–7月"),
    ("1958-11..1959-02", "Nov 1958–Feb 1959", "1958年11月–1959年2月"),
]


@pytest.mark.parametrize(("written", "english", "chinese"), PERIODS)
def test_period_is_named_in_the_language_of_the_page(written, english, chinese):
    period = Period.parse(written)
    with override("en"):
        assert period_name(period) == english
    with override("zh-hans"):
        assert period_name(period) == chinese


def test_month_is_named_from_a_month_or_any_of_its_days():
    assert month_name(Month(2026, 10)) == month_name(Month(2026, 10).first_day) == "October 2026"


@pytest.mark.parametrize(
    ("language", "name_zh", "shown"),
    [("en", "大冶", "Daye"), ("zh-hans", "大冶", "大冶"), ("zh-hans", "", "Daye")],
)
def test_name_is_chinese_on_a_chinese_page_where_there_is_one(language, name_zh, shown):
    with override(language):
        assert in_language(SimpleNamespace(name="Daye", name_zh=name_zh)) == shown


@pytest.mark.parametrize(
    ("share", "width"), [(Decimal("0.425"), "42.5"), (Decimal("-1"), "0.0"), (Decimal(7), "100.0")]
)
def test_meter_never_leaves_its_track(share, width):
    assert f'class="meter-fill" width="{width}"' in meter(share, "Share")


def test_meter_escapes_its_label():
    assert "&lt;b&gt;" in meter(Decimal("0.5"), "<b>")
