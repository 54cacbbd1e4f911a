"""The plants and equipment of the generated competition, and its groups. Plain data; none of it is about a real plant.

Cities are real and have or had electric-furnace special-steel works; names, capacities and dates are generated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from exchange.demonstration.noise import pick
from exchange.demonstration.timetable import Timetable
from plants.capacity import Service

FURNACE: Final = "electric_furnace"
MILL: Final = "rolling_mill"
HAMMER: Final = "forging_hammer"


@dataclass(frozen=True, slots=True)
class Works:
    """A plant: furnaces by number with their MVA, mills by mm of roll diameter, hammers by t of falling weight."""

    slug: str
    city: str
    city_zh: str
    furnaces: Mapping[int, str]
    mills: tuple[str, ...]
    hammers: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.city} Steel Plant"

    @property
    def name_zh(self) -> str:
        return f"{self.city_zh}钢厂"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of equipment with its dates; `uprating` is a second capacity with the day it comes into force."""

    plant: str
    code: str
    name: str
    name_zh: str
    kind: str
    capacity: Decimal
    in_service_on: date
    uprating: tuple[date, Decimal] | None = None
    retired_on: date | None = None

    @property
    def key(self) -> str:
        return f"{self.plant}/{self.code}"

    @property
    def service(self) -> Service:
        ratings = [(self.in_service_on, self.capacity)]
        if self.uprating is not None:
            ratings.append(self.uprating)
        return Service(self.in_service_on, self.retired_on, ratings)


WORKS: Final = (
    Works("dalian", "Dalian", "大连", {1: "5", 3: "12", 5: "20"}, ("300", "650"), ("1", "3")),
    Works("benxi", "Benxi", "本溪", {1: "7", 2: "12", 4: "30"}, ("500",), ("2",)),
    Works("daye", "Daye", "大冶", {2: "6", 5: "12.5", 6: "18"}, ("350", "850"), ("1", "3")),
    Works("chongqing", "Chongqing", "重庆", {1: "5.5", 2: "9"}, ("300", "500"), ("3",)),
    Works("shanghai", "Shanghai", "上海", {2: "8", 4: "10", 6: "15"}, ("250", "750"), ("1", "5")),
    Works("beijing", "Beijing", "北京", {1: "11", 2: "14"}, ("450",), ("2",)),
    Works("fushun", "Fushun", "抚顺", {1: "10.5", 3: "16"}, ("650",), ("1.5", "3", "5")),
    Works("tianjin", "Tianjin", "天津", {1: "7.5", 2: "10"}, ("320",), ("0.75",)),
    Works("taiyuan", "Taiyuan", "太原", {1: "15", 2: "20", 3: "32"}, ("700",), ("3",)),
    Works("qiqihar", "Qiqihar", "齐齐哈尔", {1: "8", 2: "14"}, ("550",), ("2", "5")),
    Works("xining", "Xining", "西宁", {1: "6", 2: "13.5"}, ("280",), ("1",)),
    Works("guiyang", "Guiyang", "贵阳", {1: "5", 2: "8.5"}, ("430",), ("4",)),
    Works("jiangyou", "Jiangyou", "江油", {1: "7", 2: "18"}, ("350",), ("1", "3")),
)

UPRATED: Final = "benxi/no-2"
OVERHAULED: Final = "taiyuan/no-2"
NEW: Final = "guiyang/no-2"
RETIRED: Final = "fushun/hammer-1-5t"
TIED: Final = {"tianjin/no-2": "shanghai/no-4"}
"""Furnaces of one capacity; in the last three complete months the first makes just what the second makes."""


@dataclass(frozen=True, slots=True)
class Band:
    """A group: one kind of equipment with a capacity from `low` to below `high`; kind None: whole plants."""

    code: str
    name: str
    name_zh: str
    kind: str | None
    low: Decimal | None = None
    high: Decimal | None = None

    def holds(self, piece: Piece) -> bool:
        return (
            piece.kind == self.kind
            and (self.low is None or self.low <= piece.capacity)
            and (self.high is None or piece.capacity < self.high)
        )


BANDS: Final = (
    Band("furnaces-9-13", "Furnaces 9–13 MVA", "9–13兆伏安电炉", FURNACE, Decimal(9), Decimal(13)),
    Band("furnaces-under-9", "Furnaces under 9 MVA", "9兆伏安以下电炉", FURNACE, None, Decimal(9)),
    Band("furnaces-13-25", "Furnaces 13–25 MVA", "13–25兆伏安电炉", FURNACE, Decimal(13), Decimal(25)),
    Band("furnaces-25-up", "Furnaces 25 MVA and over", "25兆伏安及以上电炉", FURNACE, Decimal(25)),
    Band("mills-under-400", "Rolling mills under 400 mm", "400毫米以下轧机", MILL, None, Decimal(400)),
    Band("mills-400-650", "Rolling mills 400–650 mm", "400–650毫米轧机", MILL, Decimal(400), Decimal(650)),
    Band("mills-650-up", "Rolling mills 650 mm and over", "650毫米及以上轧机", MILL, Decimal(650)),
    Band("hammers-under-2", "Forging hammers under 2 t", "2吨以下锻锤", HAMMER, None, Decimal(2)),
    Band("hammers-2-4", "Forging hammers 2–4 t", "2–4吨锻锤", HAMMER, Decimal(2), Decimal(4)),
    Band("hammers-4-up", "Forging hammers 4 t and over", "4吨及以上锻锤", HAMMER, Decimal(4)),
    Band("plants", "Whole plants, smelting", "全厂炼钢", None),
)


def pieces_of(works: Works, timetable: Timetable) -> list[Piece]:
    """The equipment of a plant with its dates: most of it older than the competition, four with a story."""
    plain = [
        *(
            _piece(works, f"no-{number}", f"Furnace No. {number}", f"{number}号电炉", FURNACE, mva)
            for number, mva in works.furnaces.items()
        ),
        *(_piece(works, f"mill-{mm}", f"{mm} mm mill", f"{mm}轧机", MILL, mm) for mm in works.mills),
        *(
            _piece(works, f"hammer-{t.replace('.', '-')}t", f"{t} t hammer", f"{t}吨锻锤", HAMMER, t)
            for t in works.hammers
        ),
    ]
    return [_dated(each, timetable) for each in plain]


def _piece(works: Works, code: str, name: str, name_zh: str, kind: str, capacity: str) -> Piece:
    return Piece(works.slug, code, name, name_zh, kind, Decimal(capacity), date.min)


def _dated(piece: Piece, timetable: Timetable) -> Piece:
    year = timetable.first.year - 4 - pick(15, piece.key, "year")
    piece = replace(piece, in_service_on=date(year, 1 + pick(12, piece.key, "month"), 1))
    if piece.key == UPRATED:
        return replace(piece, uprating=(timetable.uprated.first_day.replace(day=11), Decimal("12.5")))
    if piece.key == NEW:
        return replace(piece, in_service_on=timetable.back(20).first_day.replace(day=16))
    if piece.key == RETIRED:
        return replace(piece, retired_on=timetable.back(10).first_day)
    return piece
