"""Standard competition ranks and the gap to the next place."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.ranking import gap_to_next, standard_ranks

REFERENCE = Path(__file__).parent.parent / "reference"

published = st.decimals("-5", "40", places=3)
# A narrow choice beside the wide one, so that ties and neighbours one unit apart are common.
close = st.sampled_from([Decimal(n) / 1000 for n in range(31500, 31506)])
entries = st.lists(st.none() | close | published, min_size=1, max_size=12)


def test_ranks_of_reference_table_match_its_standard_column() -> None:
    with (REFERENCE / "ranking_ties_expected.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ranks = standard_ranks([Decimal(row["score"]) for row in rows], higher_is_better=True)
    assert ranks == [int(float(row["standard_1224"])) for row in rows]


@pytest.mark.parametrize(
    ("values", "higher_is_better", "expected"),
    [
        (["31.560", "34.206", "31.560", "29.884"], True, [2, 1, 2, 4]),
        (["31.560", "34.206", "31.560", "29.884"], False, [2, 4, 2, 1]),
        ([None, "2", None, "1"], True, [None, 1, None, 2]),
        ([None, "2", None, "-1"], False, [None, 2, None, 1]),
        ([None, None], True, [None, None]),
        (["1.50", "1.5"], True, [1, 1]),
        ([], True, []),
    ],
)
def test_ranks_share_ties_and_leave_out_nothing(
    values: list[str | None], higher_is_better: bool, expected: list[int | None]
) -> None:
    assert standard_ranks([None if x is None else Decimal(x) for x in values], higher_is_better) == expected


@given(entries, st.booleans())
def test_rank_of_each_entry_is_one_more_than_those_better(values: list[Decimal | None], up: bool) -> None:
    for value, rank in zip(values, standard_ranks(values, up), strict=True):
        if value is None:
            assert rank is None
        else:
            others = [x for x in values if x is not None]
            assert rank == 1 + sum(x > value if up else x < value for x in others)


@given(entries, st.booleans())
def test_ranks_mirrored_with_turned_signs_stay(values: list[Decimal | None], up: bool) -> None:
    mirrored = [None if value is None else -value for value in values]
    assert standard_ranks(values, up) == standard_ranks(mirrored, not up)


def test_gap_behind_the_next_is_distance_and_one_unit() -> None:
    values = [Decimal(x) for x in ("34.206", "33.902", "32.117", "31.560", "31.560")]
    assert gap_to_next(values, 2, True, 3) == Decimal("1.786")
    assert gap_to_next(values, 4, True, 3) == Decimal("0.558")


@pytest.mark.parametrize(("values", "index"), [(["3", "3", "1"], 1), (["3", None], 1), (["3"], 0), (["3", None], 0)])
def test_gap_of_first_or_unranked_entry_is_none(values: list[str | None], index: int) -> None:
    assert gap_to_next([None if x is None else Decimal(x) for x in values], index, True, 3) is None


@given(entries, st.booleans(), st.data())
def test_gap_made_good_overtakes_and_one_unit_less_does_not(
    values: list[Decimal | None], up: bool, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(values) - 1))
    before = standard_ranks(values, up)
    gap = gap_to_next(values, index, up, 3)
    own = values[index]
    if own is None or before[index] == 1:
        assert gap is None
        return
    assert gap is not None
    assert gap > 0
    ahead = max(rank for rank in before if rank is not None and rank < before[index])
    next_better = before.index(ahead)

    def ranks_after(improvement: Decimal) -> list[int | None]:
        moved = own + improvement if up else own - improvement
        return standard_ranks([*values[:index], moved, *values[index + 1 :]], up)

    after = ranks_after(gap)
    assert after[index] < before[index]
    assert after[index] < after[next_better]
    level = ranks_after(gap - Decimal("0.001"))
    assert level[index] == level[next_better]
