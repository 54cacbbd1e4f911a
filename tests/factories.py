"""Plants, people, competitions and returns for tests. Returns go through the services, as people would."""

import contextlib
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from accounts import invitations
from accounts.models import User
from competitions.choices import CompetitionRole, EntryType, Visibility
from competitions.models import Competition, Entry, Group, Role
from competitions.selectors import standings_in, tables_of
from competitions.services import runs
from competitions.services.runs import period_rank_now
from competitions.services.tracking import period_mark
from core import clock, leases
from core.periods import Month, Period
from indicators.models import EquipmentKind
from plants.choices import PlantRole
from plants.models import Equipment, Membership, Plant, Rating, ReportingCalendar
from plants.services import register, returns
from plants.services.returns import Typed

ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "quite-a-long-word"


def person(email, *, admin=False):
    """A person; the same one for the same address. Has no password: tests sign in by `force_login`."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create(email=email, name=email.split("@")[0], is_superuser=admin, is_staff=admin)
        user.confirm_address()
    return user


def admin():
    return person("admin@example.org", admin=True)


def plant(slug="daye", **fields):
    """A plant with a reporter and a director, as `reporter@daye.example`."""
    found = Plant.objects.filter(slug=slug).first()
    if found:
        return found
    made = Plant.objects.create(slug=slug, name=fields.pop("name", f"{slug.title()} Steel Plant"), **fields)
    for role in PlantRole.values:
        Membership.objects.create(plant=made, user=person(f"{role}@{slug}.example"), role=role)
    return made


def reporter(of):
    return person(f"reporter@{of.slug}.example")


def director(of):
    return person(f"director@{of.slug}.example")


def equipment(at, code="no-1", *, kind="electric_furnace", capacity="10", since=date(2020, 1, 1), ratings=()):
    """A piece of equipment with its ratings, `ratings` being further (day, capacity) pairs."""
    made = Equipment.objects.create(
        plant=at,
        code=code,
        name=code.replace("-", " ").title(),
        kind=EquipmentKind.objects.get(code=kind),
        in_service_on=since,
    )
    for day, value in [(since, capacity), *ratings]:
        Rating.objects.create(equipment=made, valid_from=day, capacity=Decimal(value))
    return made


def competition(slug="national", *, starts="2024-01", ends="2026-12", visibility=Visibility.PUBLIC, **fields):
    """A competition with its organizer, two evaluators and an inspector."""
    made = Competition.objects.create(
        slug=slug,
        name=slug.title(),
        starts=Month.parse(starts).first_day,
        ends=Month.parse(ends).first_day,
        visibility=visibility,
        **fields,
    )
    officials = [
        ("organizer@example.org", CompetitionRole.ORGANIZER),
        ("evaluator@example.org", CompetitionRole.EVALUATOR),
        ("evaluator2@example.org", CompetitionRole.EVALUATOR),
        ("inspector@example.org", CompetitionRole.INSPECTOR),
    ]
    for email, role in officials:
        Role.objects.create(competition=made, user=person(email), role=role)
    return made


def group(of, code="furnaces", *, kind="electric_furnace", band=(None, None), plants=False, **fields):
    """A group of furnaces unless said otherwise; `plants` for whole plants."""
    found = EquipmentKind.objects.filter(code=kind).first() if kind else None
    return Group.objects.create(
        competition=of,
        code=code,
        name=code.title(),
        trade=fields.pop("trade", found.trade if found else ""),
        kind=found,
        capacity_from=band[0],
        capacity_to=band[1],
        entry_type=EntryType.PLANT if plants else EntryType.EQUIPMENT,
        **fields,
    )


def enter(into, *things):
    """Enter plants or pieces of equipment; answers the entries."""
    entries = []
    for thing in things:
        at, piece = (thing, None) if isinstance(thing, Plant) else (thing.plant, thing)
        entries.append(Entry.objects.create(group=into, plant=at, equipment=piece))
    return entries


def invitation(at=None, email="li@example.org", *, role=PlantRole.REPORTER, language="en"):
    """An invitation into a plant by its director, or to an account only by the administrator; not mailed yet."""
    if at is None:
        return invitations.user_invite(actor=admin(), email=email, language=language)
    return register.member_invite(actor=director(at), plant=at, email=email, role=role, language=language)


def token_of(invitation):
    """The token of an invitation as a fresh mail would hold it; older links end."""
    return re.search(r"/account/invitations/([\w-]+)/", invitations.letter_of(invitation).body)[1]


def cells(figures):
    """Typed cells from `{equipment or None: {measure: text}}`."""
    return {
        (unit.pk if unit else None, code): Typed(str(text), "")
        for unit, each in figures.items()
        for code, text in each.items()
    }


def report(at, month, figures, *, until="approved"):
    """A return of `month` brought to a state by the plant's own people, two to four days after the month."""
    month = Month.parse(month)
    day = month.next_first_day

    def on(days):
        return clock.at(datetime(day.year, day.month, day.day, 9, tzinfo=ZONE) + timedelta(days=days))

    version = None
    with on(1):
        version = returns.return_save(actor=reporter(at), plant=at, month=month, cells=cells(figures)).version
    if until in ("submitted", "approved", "accepted"):
        with on(2):
            version = returns.return_submit(actor=reporter(at), plant=at, month=month)
    if until in ("approved", "accepted"):
        with on(3):
            version = returns.return_approve(actor=director(at), plant=at, month=month)
    if until == "accepted":
        with on(6):
            version = returns.return_accept(actor=person("evaluator@example.org"), plant=at, month=month)
    return version


def period(text):
    return Period.parse(text)


def report_now(at, month, figures):
    """An approved return of a month still running."""
    month = Month.parse(month)
    returns.return_save(actor=reporter(at), plant=at, month=month, cells=cells(figures))
    returns.return_submit(actor=reporter(at), plant=at, month=month)
    return returns.return_approve(actor=director(at), plant=at, month=month)


def calendar(name="Ours", **fields):
    return ReportingCalendar.objects.create(name=name, **fields)


def period_ranked(of, text):
    """The finished run of a period."""
    return period_rank_now(of, Period.parse(text))


def revise(at, month, figures, *, until="submitted"):
    """A revision of an approved return by the plant's reporter, with other figures."""
    month = Month.parse(month)
    version = returns.return_revise(actor=reporter(at), plant=at, month=month, reason="a figure was misread")
    old = {row.equipment_id: row.figures for row in version.units.all()}
    typed = {
        (unit, code): Typed(each.text, old.get(unit, {}).get(code, "")) for (unit, code), each in cells(figures).items()
    }
    returns.return_save(actor=reporter(at), plant=at, month=month, cells=typed)
    version = returns.return_submit(actor=reporter(at), plant=at, month=month)
    return version if until == "submitted" else returns.return_approve(actor=director(at), plant=at, month=month)


def accept(at, month):
    return returns.return_accept(actor=person("evaluator@example.org"), plant=at, month=Month.parse(month))


def standings(run, indicator):
    """How everybody stands in an indicator, by the run."""
    tables = tables_of(run).filter(indicator__code=indicator)
    return standings_in(tables, Entry.objects.select_related("plant", "equipment__plant"))


def standing(run, unit, indicator="furnace_utilization"):
    """How a piece of equipment, or a whole plant, stands; it is entered in one group only."""
    (found,) = (each for each in standings(run, indicator) if unit == (each.entry.equipment or each.entry.plant))
    return found


class Killed(Exception):
    """Stands for the end of a worker."""


class LeaseOfTheDoomed(leases.Held):
    """A lease whose holder dies when it has written so many groups."""

    groups = 1

    def renew(self):
        if not self.groups:
            raise Killed
        self.groups -= 1


def run_left_after_one_group(of, text):
    """A run whose worker was killed when its first group was written."""
    period_mark(of, Period.parse(text))
    run = runs._begin(of, Period.parse(text))
    with contextlib.suppress(Killed):
        runs._rank(run, LeaseOfTheDoomed("test", uuid4()))
    return run
