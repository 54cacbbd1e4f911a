"""The archive: what one newspaper article of 1959 tells, and nothing else.

Its first-half figure of 1959 is a difference without a level or a unit; it is told as a remark and never entered.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from competitions.choices import Cadence, EntryType, Visibility
from competitions.models import Competition, Group
from competitions.services.setup import base_figure_set, competition_create, entry_add, group_save
from core.periods import Period
from exchange.demonstration.officials import hand_over
from exchange.demonstration.people import People
from exchange.demonstration.works import FURNACE
from indicators.choices import Trade
from indicators.models import EquipmentKind, Indicator
from plants.models import Plant

SLUG: Final = "northeast-1956"
SOURCE: Final = "Xinhua, Benxi, 13 August 1959; People's Daily, 14 August 1959, page 2"
SOURCE_ZH: Final = "新华社本溪1959年8月13日电，《人民日报》1959年8月14日第2版"
COEFFICIENTS: Final = {"1956": "19.204", "1957": "22.652", "1958": "30.044"}
ABOUT: Final = (
    "Electric-furnace steel plants in the north-east competed from 1956, signed six contracts and held seven "
    "evaluations in three years. On record here are the furnace utilization coefficients published for Dalian "
    "Steel Plant; returns of that time are not at hand. The article adds that in the first half of 1959 the "
    "coefficient “increased by another 12.133 compared with the same period last year”: a difference without a level "
    f"and without a unit, so it is not entered as a figure. Source: {SOURCE}."
)
ABOUT_ZH: Final = (
    "东北各电炉钢厂自1956年起开展厂际竞赛，三年来先后签订六次合同、进行七次评比。此处仅录入报载的大连钢厂电炉利用系数，"
    "当时的报表已不可得。原文另载“今年上半年又比去年同期提高了一二点一三三”：只有差额，没有水平值和单位，故不作为数值录入。"
    f"来源：{SOURCE_ZH}。"
)


def archive_create(people: People) -> Competition:
    """Enter the north-east competition with its three published figures."""
    competition = competition_create(
        actor=people.administrator,
        competition=Competition(
            slug=SLUG,
            name="Northeast electric-furnace competition",
            name_zh="东北地区电炉钢厂厂际竞赛",
            about=ABOUT,
            about_zh=ABOUT_ZH,
            starts=date(1956, 1, 1),
            ends=date(1958, 12, 1),
            visibility=Visibility.PUBLIC,
            cadence=[Cadence.YEAR],
        ),
    )
    hand_over(competition, people)
    organizer = people.organizer
    group = group_save(
        actor=organizer,
        group=Group(
            competition=competition,
            code="plants",
            name="Whole plants, smelting",
            name_zh="全厂炼钢",
            trade=Trade.SMELTING,
            kind=EquipmentKind.objects.get(code=FURNACE),
            entry_type=EntryType.PLANT,
        ),
    )
    entry = entry_add(actor=organizer, group=group, plant=Plant.objects.get(slug="dalian"))
    coefficient = Indicator.objects.get(code="furnace_utilization")
    for year, value in COEFFICIENTS.items():
        base_figure_set(
            actor=organizer,
            entry=entry,
            indicator=coefficient,
            period=Period.parse(year),
            value=Decimal(value),
            source=SOURCE,
            source_zh=SOURCE_ZH,
        )
    return competition
