"""Measures the site works out itself for every equipment-month reported, day by day from the ratings.

A furnace uprated on the 11th of a 30-day month has 10 x old + 20 x new MVA-days.
"""

from typing import Final

from indicators.catalogue.specs import MeasureSpec

SYSTEM_MEASURES: Final = (
    MeasureSpec(
        code="cal_days",
        name="Calendar days",
        name_zh="日历天数",
        unit="d",
        help="Days of the month in which the equipment was in service.",
        help_zh="当月设备在役的日历天数。",
        system=True,
    ),
    MeasureSpec(
        code="cal_h",
        name="Calendar hours",
        name_zh="日历时间",
        unit="h",
        help="Calendar days x 24.",
        help_zh="日历天数×24。",
        system=True,
    ),
    MeasureSpec(
        code="mva_days",
        name="Transformer capacity-days",
        name_zh="变压器额定容量·日历天数",
        unit="MVA·d",
        help="Rated transformer capacity in force, summed over the calendar days.",
        help_zh="逐日累计当日有效的变压器额定容量。",
        trade="smelting",
        decimals=3,
        system=True,
    ),
    MeasureSpec(
        code="mva_avail_days",
        name="Transformer capacity-days less overhaul",
        name_zh="变压器额定容量·日（扣除大中修）",
        unit="MVA·d",
        help="Transformer capacity-days less the time of approved major and medium overhaul.",
        help_zh="变压器额定容量·日历天数扣除经批准的大中修时间。",
        trade="smelting",
        decimals=6,
        system=True,
    ),
    MeasureSpec(
        code="ram_t_days",
        name="Hammer tonne-days",
        name_zh="锻锤吨·日历天数",
        unit="t·d",
        help="Nominal falling weight in force, summed over the calendar days.",
        help_zh="逐日累计当日有效的锻锤公称落下部分重量。",
        trade="forging",
        decimals=3,
        system=True,
    ),
    MeasureSpec(
        code="ram_t_h",
        name="Hammer tonne-hours",
        name_zh="锻锤吨·作业小时",
        unit="t·h",
        help="Nominal falling weight in force x hours the hammer worked.",
        help_zh="锻锤公称落下部分重量×作业小时。",
        trade="forging",
        decimals=6,
        system=True,
    ),
)
