"""Three years of returns, month by month, as a list of acts in the order of time.

Returns come on the 2nd to 4th of the next month, standings are made on the 16th, evaluators accept two months later.
A few months are told apart: a late plant, a return sent back, a revision, an uprating, an overhaul, a tie.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Final

from competitions.tasks import rank_due, tell
from core.periods import Month
from exchange.demonstration.figures import Figures, figures_of, plant_figures
from exchange.demonstration.form import When
from exchange.demonstration.national import Stage
from exchange.demonstration.noise import pick
from exchange.demonstration.people import People
from exchange.demonstration.timetable import Timetable
from exchange.demonstration.works import OVERHAULED, RETIRED, TIED, UPRATED, WORKS, Piece
from plants.numbers import canonical
from plants.services.register import equipment_save, rating_set
from plants.services.returns import (
    Cell,
    Typed,
    return_accept,
    return_approve,
    return_revise,
    return_save,
    return_send_back,
    return_submit,
)

EARLY: Final = ("dalian", "fushun", "shanghai", "benxi", "tianjin")
"""Plants that have reported the current month already, so that whoever enters Daye's meets a table of six."""
DRAFTING: Final = "beijing"
UNAPPROVED: Final = "chongqing"
LATE: Final = "qiqihar"
SENT_BACK: Final = "xining"
REVISED: Final = "jiangyou"
OVERHAUL_BACK: Final = 4
LATE_BACK: Final = (2, 14)
SENT_BACK_BACK: Final = 6
REVISED_BACK: Final = 5
ACCEPTED_FROM_BACK: Final = 3
"""Returns of this many months back, and older ones, are accepted."""
TOLD_BACK: Final = 2
"""Directors are told of rankings of this many months back, and newer ones; older news nobody reads."""
TIED_BACK: Final = 3
"""For so many months up to last month the tie holds."""

SLIP_REASON: Final = "Electrodes of furnace No. 1 look ten times too high. Please check the store's slips."
REVISION_REASON: Final = "One weighbridge slip of the 27th was counted twice: furnace No. 1 made 36.4 t less."
DOUBLE_COUNTED_T: Final = Decimal("36.4")


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does, and when."""

    moment: datetime
    do: Callable[[], object]


class Story:
    """The acts of everybody in the generated competition."""

    def __init__(self, people: People, stage: Stage, timetable: Timetable) -> None:
        self.people = people
        self.stage = stage
        self.timetable = timetable
        self.pieces = {piece.key: piece for pieces in stage.pieces.values() for piece in pieces}
        self.overhaul = timetable.back(OVERHAUL_BACK)

    def acts(self) -> list[Act]:
        """Everything that happens, in the order of time."""
        acts = [*self._register(), *self._revision(), *self._current_month()]
        for month in self.timetable.months:
            following = month.plus(1)
            for position, works in enumerate(WORKS):
                acts.extend(self._return(works.slug, month, minute=4 * position))
            acts.append(Act(self.timetable.moment(following, 16, 8), rank_due))
            if self.timetable.current.minus(month) <= TOLD_BACK:
                acts.append(Act(self.timetable.moment(following, 16, 9), tell))
            if self.timetable.current.minus(month) >= ACCEPTED_FROM_BACK:
                acts.extend(self._acceptance(month))
        return sorted(acts, key=lambda act: act.moment)

    def _register(self) -> Iterator[Act]:
        """A furnace is uprated in mid-month, known two days before; a hammer is taken out of service."""
        furnace = self.pieces[UPRATED]
        if furnace.uprating is not None:
            day, capacity = furnace.uprating
            yield Act(
                self.timetable.moment(self.timetable.uprated, 9, 14),
                partial(
                    rating_set,
                    actor=self.people.administrator,
                    equipment=self.stage.equipment[UPRATED],
                    capacity=capacity,
                    valid_from=day,
                ),
            )
        hammer = self.stage.equipment[RETIRED]
        hammer.retired_on = self.pieces[RETIRED].retired_on
        yield Act(
            self.timetable.moment(self.timetable.back(11), 20, 11),
            partial(equipment_save, actor=self.people.administrator, equipment=hammer),
        )

    def _return(self, slug: str, month: Month, *, minute: int) -> Iterator[Act]:
        """One plant's return of one month: saved, submitted, approved the day after."""
        back = self.timetable.current.minus(month)
        following = month.plus(1)
        is_late = slug == LATE and back in LATE_BACK
        day = 10 if is_late else 2 + pick(2, slug, month, "day")
        at = partial(self.timetable.moment, following, minute=minute)
        has_slip = slug == SENT_BACK and back == SENT_BACK_BACK
        plain = self._reported(slug, month)
        yield Act(at(day, 9), self._save(slug, month, self._slipped(plain) if has_slip else plain))
        yield Act(at(day, 15), self._as_reporter(return_submit, slug, month))
        if has_slip:
            yield Act(at(day, 16), self._as_director(return_send_back, slug, month, reason=SLIP_REASON))
            yield Act(at(day + 1, 9), self._save(slug, month, plain, over=self._slipped(plain)))
            yield Act(at(day + 1, 9), self._as_reporter(return_submit, slug, month))
        if not (slug == UNAPPROVED and back == 1):
            yield Act(at(day + 1, 10), self._as_director(return_approve, slug, month))

    def _acceptance(self, month: Month) -> Iterator[Act]:
        """The evaluators, by turns, accept the month's returns on the 20th of the second month after it."""
        for position, works in enumerate(WORKS):
            evaluator = self.people.evaluators[(position + month.number) % 2]
            yield Act(
                self.timetable.moment(month.plus(2), 20, 9, 4 * position),
                partial(return_accept, actor=evaluator, plant=self.stage.plants[works.slug], month=month),
            )

    def _revision(self) -> Iterator[Act]:
        """A plant finds a mistake in a return that is accepted already, and corrects it with a second person."""
        month = self.timetable.back(REVISED_BACK)
        at = partial(self.timetable.moment, self.timetable.back(2))
        before = self._reported(REVISED, month)
        furnace = self._furnace_no_1(REVISED)
        wrong = before[furnace]
        right = {**wrong, **{code: wrong[code] - DOUBLE_COUNTED_T for code in ("good_t", "checked_t")}}
        after = {**before, furnace: right}
        yield Act(at(8, 10), self._as_reporter(return_revise, REVISED, month, reason=REVISION_REASON))
        yield Act(at(8, 11), self._save(REVISED, month, after, over=before))
        yield Act(at(8, 14), self._as_reporter(return_submit, REVISED, month))
        yield Act(at(9, 11), self._as_director(return_approve, REVISED, month))
        accept = partial(return_accept, actor=self.people.evaluators[1], plant=self.stage.plants[REVISED], month=month)
        yield Act(at(12, 11), accept)

    def _current_month(self) -> Iterator[Act]:
        """Five plants have reported the month under way, one is at it, the others are still to come."""
        month = self.timetable.current
        at = self.timetable.yesterday
        for minute, slug in enumerate(EARLY):
            yield Act(at(9, minute), self._save(slug, month, self._reported(slug, month)))
            yield Act(at(14, minute), self._as_reporter(return_submit, slug, month))
            yield Act(at(16, minute), self._as_director(return_approve, slug, month))
        furnace = self._furnace_no_1(DRAFTING)
        begun = dict(list(self._reported(DRAFTING, month)[furnace].items())[:8])
        yield Act(at(17), self._save(DRAFTING, month, {furnace: begun}))
        yield Act(at(18), rank_due)
        yield Act(at(18, 1), tell)

    def _as_reporter(
        self, service: Callable[..., object], slug: str, month: Month, **more: str
    ) -> Callable[[], object]:
        return partial(service, actor=self.people.reporters[slug], plant=self.stage.plants[slug], month=month, **more)

    def _as_director(
        self, service: Callable[..., object], slug: str, month: Month, **more: str
    ) -> Callable[[], object]:
        return partial(service, actor=self.people.directors[slug], plant=self.stage.plants[slug], month=month, **more)

    def _save(
        self,
        slug: str,
        month: Month,
        figures: Mapping[int | None, Figures],
        over: Mapping[int | None, Figures] | None = None,
    ) -> Callable[[], object]:
        """The reporter types `figures` where nothing, or `over`, stood."""
        stood = over or {}
        cells: dict[Cell, Typed] = {}
        for unit, each in figures.items():
            for code, value in each.items():
                was = stood.get(unit, {}).get(code)
                cells[unit, code] = Typed(canonical(value), "" if was is None else canonical(was))
        return partial(
            return_save,
            actor=self.people.reporters[slug],
            plant=self.stage.plants[slug],
            month=month,
            cells=cells,
        )

    def _reported(self, slug: str, month: Month) -> dict[int | None, Figures]:
        """What the plant reports for the month, by the row of each piece in service, and None for the plant."""
        when = When(month, month.minus(self.timetable.first))
        figures: dict[int | None, Figures] = {
            self.stage.equipment[piece.key].pk: figures_of(
                piece,
                when,
                overhauled=piece.key == OVERHAULED and month == self.overhaul,
                output_of=self._tied_to(piece, month),
            )
            for piece in self.stage.pieces[slug]
            if piece.service.days(month)
        }
        figures[None] = plant_figures(slug, when)
        return figures

    def _tied_to(self, piece: Piece, month: Month) -> Piece | None:
        back = self.timetable.current.minus(month)
        return self.pieces[TIED[piece.key]] if piece.key in TIED and 1 <= back <= TIED_BACK else None

    def _furnace_no_1(self, slug: str) -> int:
        return self.stage.equipment[f"{slug}/no-1"].pk

    def _slipped(self, figures: Mapping[int | None, Figures]) -> dict[int | None, Figures]:
        """The same figures with the decimal point of the electrodes slipped at furnace No. 1."""
        furnace = self._furnace_no_1(SENT_BACK)
        slipped = {**figures[furnace], "electrode_kg": 10 * figures[furnace]["electrode_kg"]}
        return {**figures, furnace: slipped}
