"""Notices: what people are told of, on the page and by e-mail, each kind as the person chose.

A kind is registered like a rule, by the floor that knows when it happens. Its words are filled with the notice's
parameters only when somebody reads it, so that it speaks the reader's language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Delivery
from accounts.letters import Letter, link
from accounts.models import Notice, NoticeChoice, User
from accounts.querysets import NoticeQuerySet
from core import clock

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice: under which heading and name people choose its delivery, and its words.

    `title` and `text` are templates such as "%(plant)s: return of %(month)s submitted".
    """

    code: str
    group: Text
    name: Text
    title: Text
    text: Text
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as it reads in the active language."""

    title: str
    text: str


_kinds: dict[str, Kind] = {}


def kind(
    code: str, *, group: Text, name: Text, title: Text, text: Text = "", delivery: Delivery = Delivery.PAGE
) -> str:
    """Register a kind of notice with what people get until they choose; answers its code."""
    _kinds[code] = Kind(code, group, name, title, text, delivery)
    return code


SECOND_FACTORS_REMOVED = kind(
    "account.second_factors_removed",
    group=gettext_lazy("Your account"),
    name=gettext_lazy("An administrator has removed your second factors"),
    title=gettext_lazy("Your second factors are removed"),
    text=gettext_lazy(
        "An administrator has removed them, so that you can sign in by your password. If you did not ask for it, "
        "change your password and tell an administrator at once."
    ),
    delivery=Delivery.MAIL,
)


def kinds() -> list[Kind]:
    """Every kind, those of one heading together, in the order of the floors."""
    headings = list(dict.fromkeys(str(each.group) for each in _kinds.values()))
    return sorted(_kinds.values(), key=lambda each: headings.index(str(each.group)))


class _Parameters(dict[str, str]):
    """What fills the words of a kind; a notice older than its kind's newest words leaves a gap, not a fault."""

    def __missing__(self, name: str) -> str:
        return "–"


def words(notice: Notice) -> Words:
    """The notice in the active language. One whose kind is gone keeps its place, without words."""
    found = _kinds.get(notice.kind)
    if found is None:
        return Words(_("Notice"), "")
    language = translation.get_language() or "en"
    said = _Parameters(
        (name, value.get(language, value["en"]) if isinstance(value, Mapping) else str(value))
        for name, value in notice.parameters.items()
    )
    return Words(str(found.title) % said, str(found.text) % said)


def notice_send(
    *, actor: Any, kind: str, to: Iterable[int], address: str, once: str = "", **parameters: str | Mapping[str, str]
) -> int:
    """Tell people (by id) that something happened; call it in the transaction of the act. Answers how many are told.

    Left out are whoever did it, people who may not sign in and those who chose to hear nothing of it. `address` is the
    path of the page to open. What has a name in `once` is told once to each person, however often it is sent.
    """
    chosen = NoticeChoice.objects.filter(person=OuterRef("pk"), kind=kind).values("delivery")
    people = User.objects.filter(pk__in=to, is_active=True).annotate(chosen=Subquery(chosen))
    if isinstance(actor, User):
        people = people.exclude(pk=actor.pk)
    now = clock.now()
    rows = []
    for person in people:
        delivery = person.chosen or _kinds[kind].delivery
        if delivery != Delivery.NONE:
            due_at = now if delivery == Delivery.MAIL else None
            rows.append(
                Notice(
                    person=person,
                    kind=kind,
                    parameters=parameters,
                    address=address,
                    once=once,
                    made_at=now,
                    mail_due_at=due_at,
                )
            )
    Notice.objects.bulk_create(rows, ignore_conflicts=bool(once))
    return len(rows)


def notices_of(user: Any) -> NoticeQuerySet:
    """What a person signed in was told of, newest first."""
    found: NoticeQuerySet = Notice.objects.filter(person=user)
    return found


def already_told(kind: str, names: Iterable[str]) -> set[str]:
    """Of the names of `once`, those that somebody was told of already."""
    return set(Notice.objects.filter(kind=kind, once__in=list(names)).values_list("once", flat=True).distinct())


def notices_read(*, actor: Any, notice: Notice | None = None) -> int:
    """Take one of the person's notices, or all of them, as read."""
    mine = notices_of(actor).unread()
    return int((mine if notice is None else mine.filter(pk=notice.pk)).update(read_at=clock.now()))


@transaction.atomic
def notices_choose(*, actor: Any, choices: Mapping[str, str]) -> None:
    """Remember how a person wants to hear of each kind. Raises ValidationError (unknown delivery)."""
    rows = [NoticeChoice(person=actor, kind=code, delivery=delivery) for code, delivery in choices.items()]
    for row in rows:
        row.full_clean(validate_unique=False, validate_constraints=False)
    NoticeChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "kind"], update_fields=["delivery"]
    )


def notices_settle(*, read_before: datetime) -> None:
    """After a past was told at once: what lies before the moment counts as read, and nothing of it all is mailed."""
    Notice.objects.filter(mail_due_at__isnull=False).update(mail_due_at=None)
    Notice.objects.unread().filter(made_at__lt=read_before).update(read_at=F("made_at"))


def deliveries_of(user: User) -> dict[str, str]:
    """How the person hears of each kind now, chosen or not."""
    chosen = dict(NoticeChoice.objects.filter(person=user).values_list("kind", "delivery"))
    return {each.code: chosen.get(each.code, each.delivery) for each in kinds()}


def letter_of(notice: Notice) -> Letter:
    """The notice as a mail, in the person's language."""
    with translation.override(notice.person.language):
        said = words(notice)
        context = {
            "words": said,
            "link": link(reverse("accounts:notice", args=[notice.pk])),
            "choices": link(reverse("accounts:notice_choices")),
        }
        return Letter(notice.person.email, said.title, render_to_string("accounts/mail/notice.txt", context))
