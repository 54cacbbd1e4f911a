"""Safety: figures of the whole plant, whatever its trades."""

from decimal import Decimal
from functools import partial
from typing import Final

from indicators.catalogue.specs import IndicatorSpec, MeasureSpec

_measure = partial(MeasureSpec, level="plant")

SAFETY_MEASURES: Final = (
    _measure(
        code="hours_worked",
        name="Hours worked",
        name_zh="实际工作工时",
        unit="h",
        help="Hours worked by all employees of the plant, overtime included.",
        help_zh="全厂职工实际工作工时，含加班。",
        decimals=1,
    ),
    _measure(
        code="lti",
        name="Lost-time injuries",
        name_zh="损失工时事故人次",
        unit="count",
        help="Persons injured at work who could not work on the next day or shift, fatal cases included.",
        help_zh="因工受伤、次日或下一班不能上岗的人次，含死亡。",
    ),
    _measure(
        code="fatal",
        name="Fatal accidents",
        name_zh="工亡人数",
        unit="count",
        help="Persons who died from an accident at work; also counted among the lost-time injuries.",
        help_zh="因工死亡人数，同时计入损失工时事故人次。",
    ),
    _measure(
        code="lost_days",
        name="Days lost through injury",
        name_zh="损失工作日",
        unit="days",
        help="Working days lost in the month through injuries at work.",
        help_zh="当月因工伤损失的工作日。",
    ),
)

SAFETY_INDICATORS: Final = (
    IndicatorSpec(
        code="ltifr",
        number="S1",
        name="Lost-time injury frequency",
        name_zh="百万工时伤害率",
        unit="per 10⁶ h",
        trade="",
        numerator="lti",
        denominator="hours_worked",
        factor=Decimal(1_000_000),
        direction="down",
        decimals=2,
        note="Persons injured at work who could not work on the next day or shift, for every million hours worked in "
        "the whole plant.",
        note_zh="全厂每百万工时中因工受伤、次日或下一班不能上岗的人次。",
        source="As in worldsteel's sustainability indicators (mean 4.5 in 2007 and 1.6 in 2013, reported at "
        "steeltimesint.com). No band: these are means.",
        source_zh="同世界钢铁协会可持续发展指标（均值2007年4.5，2013年1.6，见steeltimesint.com）。均值不作参考范围。",
    ),
)
