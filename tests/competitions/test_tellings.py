"""What people of a competition are told by the task that reads the rows: revisions to judge, periods ranked."""

from datetime import timedelta

import pytest

from accounts.models import Notice
from accounts.notices import words
from competitions.choices import CompetitionRole
from competitions.models import Competition, Role, StandingsRun
from competitions.notices import NEWS, RANKED, REVISION_ASKED
from competitions.tasks import tell
from core import clock
from plants.choices import PlantRole
from plants.notices import REVISION_ACCEPTED, SENT_BACK
from plants.services.returns import return_send_back
from tests import factories as make
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def furnace(now):
    """A furnace of Daye with an approved October, in a competition beside one of Dalian."""
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian")]
    make.enter(make.group(make.competition()), *furnaces)
    make.report(furnaces[0].plant, "2026-10", {furnaces[0]: {"good_t": "9300"}})
    return furnaces[0]


def told(kind):
    return {each.person.email for each in Notice.objects.filter(kind=kind)}


def revise(furnace, until="approved"):
    return make.revise(furnace.plant, "2026-10", {furnace: {"good_t": "9200"}}, until=until)


def test_revision_approved_is_told_to_the_evaluators(furnace):
    revise(furnace)
    tell()
    assert told(REVISION_ASKED) == {"evaluator@example.org", "evaluator2@example.org"}
    notice = Notice.objects.filter(kind=REVISION_ASKED).first()
    assert words(notice).title == "Daye Steel Plant: revision of October 2026 to judge"
    assert words(notice).text == "Reason: “a figure was misread”"
    assert notice.address == "/returns/daye/2026-10/"


def test_revision_is_not_told_to_evaluators_who_belong_to_the_plant(furnace):
    member = make.person("evaluator2@example.org")
    furnace.plant.memberships.create(user=member, role=PlantRole.REPORTER)
    revise(furnace)
    tell()
    assert told(REVISION_ASKED) == {"evaluator@example.org"}


def test_revision_is_not_told_to_evaluators_of_other_competitions(furnace):
    other = make.competition("other")
    Role.objects.create(competition=other, user=make.person("far@example.org"), role=CompetitionRole.EVALUATOR)
    revise(furnace)
    tell()
    assert "far@example.org" not in told(REVISION_ASKED)


def test_revision_before_the_directors_approval_is_told_to_no_evaluator(furnace):
    revise(furnace, until="submitted")
    tell()
    assert not told(REVISION_ASKED)


def test_first_version_approved_is_told_to_no_evaluator(furnace):
    tell()
    assert not told(REVISION_ASKED)


def test_revision_is_told_once_and_again_when_it_comes_back(furnace):
    revise(furnace)
    for _time in range(2):
        tell()
    assert Notice.objects.filter(kind=REVISION_ASKED).count() == 2
    Notice.objects.filter(kind=SENT_BACK).delete()
    evaluator = make.person("evaluator@example.org")
    return_send_back(
        actor=evaluator, plant=furnace.plant, month=make.period("2026-10").first, reason="Show the slip, please."
    )
    assert told(SENT_BACK) == {"reporter@daye.example", "director@daye.example"}


def test_revision_accepted_is_told_to_the_plant(furnace):
    revise(furnace)
    make.accept(furnace.plant, "2026-10")
    assert told(REVISION_ACCEPTED) == {"reporter@daye.example", "director@daye.example"}


def test_period_ranked_first_is_told_to_the_directors_of_the_plants_entered(furnace):
    make.plant("harbin")
    competition = Competition.objects.get()
    make.period_ranked(competition, "2026-10")
    tell()
    assert told(RANKED) == {"director@daye.example", "director@dalian.example"}
    notice = Notice.objects.filter(kind=RANKED).first()
    assert words(notice).title == "National: October 2026 is ranked"
    assert notice.address == "/competitions/national/rankings/?period=2026-10"


def test_period_ranked_anew_is_told_to_nobody(furnace):
    competition = Competition.objects.get()
    make.period_ranked(competition, "2026-10")
    tell()
    Notice.objects.update(read_at=NOW)
    revise(furnace)
    make.accept(furnace.plant, "2026-10")
    make.period_ranked(competition, "2026-10")
    assert StandingsRun.objects.complete().count() == 2
    tell()
    assert not Notice.objects.unread().filter(kind=RANKED).exists()


def test_period_ranked_is_told_once_for_each_period(furnace):
    competition = Competition.objects.get()
    for period in ("2026-10", "2026-Q3"):
        make.period_ranked(competition, period)
        for _time in range(2):
            tell()
    assert Notice.objects.filter(kind=RANKED, person=make.director(furnace.plant)).count() == 2


def test_period_ranked_days_ago_is_no_news(furnace):
    make.period_ranked(Competition.objects.get(), "2026-10")
    with clock.at(NOW + NEWS + timedelta(seconds=1)):
        tell()
    assert not told(RANKED)
