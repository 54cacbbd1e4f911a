"""When the things of the demonstration happen, counted back from the day it is loaded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.periods import Month

ZONE: Final = ZoneInfo("Asia/Shanghai")
MONTHS: Final = 36
"""How many complete months the generated competition looks back on."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The months of the story; `today` is the date in the zone of the reporting calendar."""

    today: date

    @classmethod
    def seen_at(cls, now: datetime) -> "Timetable":
        return cls(now.astimezone(ZONE).date())

    @property
    def current(self) -> Month:
        """The month under way, open for entry."""
        return Month.of(self.today)

    @property
    def first(self) -> Month:
        return self.current.plus(-MONTHS)

    @property
    def months(self) -> list[Month]:
        """The complete months, oldest first."""
        return [self.first.plus(step) for step in range(MONTHS)]

    def back(self, months: int) -> Month:
        """The month so many before the current one: 1 is last month."""
        return self.current.plus(-months)

    @property
    def uprated(self) -> Month:
        """The newest month of 30 days, at least four back, so that the 11th parts it into 10 and 20 days."""
        return next(month for back in range(4, MONTHS) if (month := self.back(back)).days == 30)

    def moment(self, month: Month, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """A time of day on the given day of a month, by the clock of the reporting calendar."""
        on = month.first_day + timedelta(days=day - 1)
        return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZONE)

    def not_after_today(self, moment: datetime) -> datetime:
        """The moment itself, or the first second of today for anything later: nothing lies in the future."""
        return min(moment, self.moment(self.current, self.today.day, hour=0))

    def yesterday(self, hour: int, minute: int = 0) -> datetime:
        """That time yesterday, or the first second of the month where yesterday lies in the month before."""
        if self.today.day == 1:
            return self.moment(self.current, 1, hour=0)
        return self.moment(self.current, self.today.day - 1, hour, minute)
