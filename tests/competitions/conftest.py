import pytest

from tests import factories as make


@pytest.fixture
def three_furnaces(now):
    """Furnaces of 10 MVA at three plants in one group."""
    competition = make.competition()
    group = make.group(competition)
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian", "benxi")]
    make.enter(group, *furnaces)
    return competition, furnaces


@pytest.fixture
def report_all():
    """`report_all(furnaces, month, outputs)`: an approved return of each furnace's plant."""

    def report(furnaces, month, outputs, **more):
        for furnace, output in zip(furnaces, outputs, strict=True):
            make.report(furnace.plant, month, {furnace: {"good_t": output} | more})

    return report
