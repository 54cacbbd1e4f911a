from django.db import transaction

from accounts.notices import notices_settle
from competitions.models import Competition
from competitions.tasks import rank_due
from core import clock
from exchange.demonstration.archive import archive_create
from exchange.demonstration.national import SLUG, calendar_create, national_create, register_create
from exchange.demonstration.people import administrator_create, people_create
from exchange.demonstration.story import Story
from exchange.demonstration.timetable import Timetable
from exchange.demonstration.works import WORKS
from indicators.services import catalogue_load


def is_loaded() -> bool:
    """Whether the demonstration stands on this site already."""
    return Competition.objects.filter(slug=SLUG, generated=True).exists()


@transaction.atomic
def demonstration_load() -> bool:
    """Load the demonstration, all of it or nothing; False where it stands already and nothing was changed.

    Everything is dated back from the clock's present day, and nothing lies after its first second. Raises
    ValidationError where an address or a code is taken by something else.
    """
    if is_loaded():
        return False
    timetable = Timetable.seen_at(clock.now())
    start = timetable.first.plus(-1)
    with clock.at(timetable.moment(start, 10)):
        catalogue_load()
        administrator = administrator_create()
        people = people_create(administrator, WORKS)
        calendar = calendar_create(administrator)
        stage = register_create(people, calendar, timetable)
    with clock.at(timetable.moment(start, 12)):
        archive_create(people)
        rank_due()
    with clock.at(timetable.moment(start, 15)):
        national_create(people, stage, calendar, timetable)
    for act in Story(people, stage, timetable).acts():
        with clock.at(timetable.not_after_today(act.moment)):
            act.do()
    notices_settle(read_before=timetable.moment(timetable.back(1), 1))
    return True
