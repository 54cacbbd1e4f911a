"""The present-day competition, its plants and its groups. All of it is generated."""

from dataclasses import dataclass
from typing import Final

from accounts.models import User
from competitions.choices import EntryType, Visibility
from competitions.models import Competition, Group
from competitions.services.setup import competition_create, entry_add, group_save
from core.periods import Month
from exchange.demonstration.officials import appoint_judges, hand_over
from exchange.demonstration.people import People
from exchange.demonstration.timetable import ZONE, Timetable
from exchange.demonstration.works import BANDS, FURNACE, WORKS, Band, Piece, pieces_of
from indicators.choices import Trade
from indicators.models import EquipmentKind
from plants.choices import PlantRole
from plants.models import Equipment, Plant, ReportingCalendar
from plants.services.register import calendar_save, equipment_save, membership_add, plant_save, rating_set

SLUG: Final = "national"
ABOUT: Final = (
    "A demonstration. The plants' names and all figures in this competition are generated; none of them is about a "
    "real plant."
)
ABOUT_ZH: Final = "演示用竞赛。本竞赛的厂名和全部数据均为生成数据，与任何真实工厂无关。"


@dataclass(slots=True)
class Stage:
    """The register as the story needs it: plants by code, pieces by plant, and the rows of the pieces by key."""

    plants: dict[str, Plant]
    pieces: dict[str, list[Piece]]
    equipment: dict[str, Equipment]


def calendar_create(administrator: User) -> ReportingCalendar:
    calendar = ReportingCalendar(name="National", due_days=5, grace_days=3, lock_days=20, time_zone=ZONE.key)
    return calendar_save(actor=administrator, calendar=calendar)


def register_create(people: People, calendar: ReportingCalendar, timetable: Timetable) -> Stage:
    """Enter plants, memberships, equipment and first ratings, as the administrator."""
    actor = people.administrator
    kinds = {kind.code: kind for kind in EquipmentKind.objects.all()}
    stage = Stage({}, {}, {})
    for works in WORKS:
        plant = plant_save(
            actor=actor,
            plant=Plant(
                slug=works.slug,
                name=works.name,
                name_zh=works.name_zh,
                city=works.city,
                city_zh=works.city_zh,
                calendar=calendar,
            ),
        )
        membership_add(actor=actor, plant=plant, user=people.reporters[works.slug], role=PlantRole.REPORTER)
        membership_add(actor=actor, plant=plant, user=people.directors[works.slug], role=PlantRole.DIRECTOR)
        stage.plants[works.slug] = plant
        stage.pieces[works.slug] = pieces_of(works, timetable)
        for piece in stage.pieces[works.slug]:
            # A retirement is told when it comes; see the story.
            row = Equipment(
                plant=plant,
                code=piece.code,
                name=piece.name,
                name_zh=piece.name_zh,
                kind=kinds[piece.kind],
                in_service_on=piece.in_service_on,
            )
            equipment_save(actor=actor, equipment=row)
            rating_set(actor=actor, equipment=row, capacity=piece.capacity, valid_from=piece.in_service_on)
            stage.equipment[piece.key] = row
    return stage


def national_create(people: People, stage: Stage, calendar: ReportingCalendar, timetable: Timetable) -> Competition:
    """Create the competition with its roles, groups and entries."""
    competition = competition_create(
        actor=people.administrator,
        competition=Competition(
            slug=SLUG,
            name="National electric-furnace competition",
            name_zh="全国电炉钢厂厂际竞赛",
            about=ABOUT,
            about_zh=ABOUT_ZH,
            starts=timetable.first.first_day,
            ends=Month(timetable.current.year + 1, 12).first_day,
            visibility=Visibility.PUBLIC,
            calendar=calendar,
            generated=True,
        ),
    )
    hand_over(competition, people)
    appoint_judges(competition, people)
    for position, band in enumerate(BANDS, start=1):
        _group_create(competition, people, stage, band, position)
    return competition


def _group_create(competition: Competition, people: People, stage: Stage, band: Band, position: int) -> None:
    is_of_plants = band.kind is None
    kind = EquipmentKind.objects.get(code=band.kind or FURNACE)
    group = group_save(
        actor=people.organizer,
        group=Group(
            competition=competition,
            code=band.code,
            name=band.name,
            name_zh=band.name_zh,
            trade=Trade.SMELTING if is_of_plants else kind.trade,
            kind=kind,
            capacity_from=band.low,
            capacity_to=band.high,
            entry_type=EntryType.PLANT if is_of_plants else EntryType.EQUIPMENT,
            position=position,
        ),
    )
    for slug, plant in stage.plants.items():
        if is_of_plants:
            entry_add(actor=people.organizer, group=group, plant=plant)
            continue
        for piece in stage.pieces[slug]:
            if band.holds(piece):
                entry_add(actor=people.organizer, group=group, plant=plant, equipment=stage.equipment[piece.key])
