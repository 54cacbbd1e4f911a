"""Notices: who is told what, in which language, on the page and by mail, as each person chose."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import mailing, notices
from accounts.choices import Delivery
from accounts.models import Notice, NoticeChoice
from accounts.tasks import mail_due
from core import clock, leases
from plants.choices import PlantRole
from plants.notices import ACCEPTED, SENT_BACK, SUBMITTED
from tests import factories as make
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

AUGUST = {"plant": {"en": "Daye Steel Plant", "zh-hans": "大冶钢厂"}, "month": {"en": "August", "zh-hans": "8月"}}


@pytest.fixture
def daye(now):
    return make.plant("daye", name_zh="大冶钢厂")


@pytest.fixture
def director(daye):
    return make.director(daye)


def send(*people, kind=SUBMITTED, actor="system", **more):
    return notices.notice_send(
        actor=actor, kind=kind, to=[each.pk for each in people], address="/returns/", **(AUGUST | more)
    )


def choose(person, kind, delivery):
    notices.notices_choose(actor=person, choices={kind: delivery})


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


# Who is told, and how


@pytest.mark.parametrize(
    ("delivery", "told", "mailed"), [(Delivery.MAIL, 1, 1), (Delivery.PAGE, 1, 0), (Delivery.NONE, 0, 0)]
)
def test_notice_reaches_a_person_as_they_chose(director, delivery, told, mailed):
    choose(director, SUBMITTED, delivery)
    assert send(director) == told
    assert Notice.objects.count() == told
    assert mail_due() == mailed == len(mail.outbox)


def test_notice_of_a_kind_nothing_was_chosen_for_takes_its_usual_way(director):
    send(director)
    send(director, kind=ACCEPTED)
    assert mail_due() == 1
    assert notices.deliveries_of(director)[ACCEPTED] == Delivery.PAGE


def test_notice_is_for_neither_the_actor_nor_those_locked_out(daye, director):
    reporter = make.reporter(daye)
    reporter.is_active = False
    reporter.save()
    assert send(director, reporter, actor=director) == 0


def test_notice_said_once_is_not_said_again(director):
    for _time in range(2):
        send(director, once="return.due:daye/2026-08")
    assert Notice.objects.count() == 1
    assert notices.already_told(SUBMITTED, ["return.due:daye/2026-08", "other"]) == {"return.due:daye/2026-08"}


def test_notices_of_many_people_take_as_many_queries_as_of_two(daye, django_assert_num_queries):
    for count in (2, 9):
        people = [make.person(f"{number}@example.org") for number in range(count)]
        with django_assert_num_queries(2):
            assert send(*people) == count


# Its words


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Daye Steel Plant: return of August sent back"), ("zh-hans", "大冶钢厂")],
)
def test_notice_reads_in_the_language_of_the_reader(director, language, title):
    send(director, kind=SENT_BACK, reason="100% wrong")
    with translation.override(language):
        words = notices.words(Notice.objects.get())
    assert title in words.title
    assert "100% wrong" in words.text


def test_notice_whose_kind_is_gone_or_has_new_words_still_reads(director):
    send(director, kind=SENT_BACK)
    notice = Notice.objects.get()
    assert "–" in notices.words(notice).text
    notice.kind = "gone"
    assert notices.words(notice).title == "Notice"


def test_every_kind_has_words_that_can_be_filled(daye):
    for each in notices.kinds():
        assert notices.words(Notice(kind=each.code, parameters={})).title


# The page and the bell


def test_bell_counts_what_is_unread_and_page_opens_it(director):
    send(director)
    send(director, kind=ACCEPTED)
    client = client_of(director)
    assert "Notices: 2 unread" in client.get(reverse("board")).content.decode()
    shown = client.get(reverse("accounts:notices")).content.decode()
    assert "Daye Steel Plant: return of August submitted" in shown
    first = Notice.objects.last()
    assert client.get(reverse("accounts:notice", args=[first.pk])).url == "/returns/"
    assert Notice.objects.unread().count() == 1
    client.post(reverse("accounts:notices_read"))
    assert not Notice.objects.unread().exists()
    assert "Notices: 0 unread" in client.get(reverse("accounts:notices")).content.decode()


def test_bell_is_not_shown_to_strangers(daye):
    assert "Notices" not in Client().get(reverse("board")).content.decode()


def test_notice_of_another_person_is_not_found(daye, director):
    send(director)
    response = client_of(make.reporter(daye)).get(reverse("accounts:notice", args=[Notice.objects.get().pk]))
    assert response.status_code == 404
    assert Notice.objects.unread().exists()


def test_marking_all_as_read_leaves_those_of_others(daye, director):
    reporter = make.reporter(daye)
    send(director, reporter)
    client_of(director).post(reverse("accounts:notices_read"))
    assert [each.person for each in Notice.objects.unread()] == [reporter]


def test_page_of_notices_takes_as_many_queries_for_nine_as_for_two(director, django_assert_max_num_queries):
    counts = []
    for number in (2, 7):
        for _time in range(number):
            send(director)
        client = client_of(director)
        with django_assert_max_num_queries(20) as captured:
            client.get(reverse("accounts:notices"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_page_of_notices_is_paged(director):
    for _time in range(31):
        send(director)
    client = client_of(director)
    assert len(client.get(reverse("accounts:notices")).context["rows"]) == 30
    assert len(client.get(reverse("accounts:notices"), {"page": 2}).context["rows"]) == 1


def test_empty_page_says_what_will_stand_there(director):
    assert "Nothing yet" in client_of(director).get(reverse("accounts:notices")).content.decode()


# Choosing


def test_choices_are_made_on_one_page_under_their_headings(director):
    client = client_of(director)
    shown = client.get(reverse("accounts:notice_choices"))
    assert [group for group, _fields in shown.context["form"].groups] == [
        "Your account",
        "Returns of your plants",
        "Returns you judge",
        "Competitions of your plants",
    ]
    typed = dict.fromkeys((each.code for each in notices.kinds()), "none") | {SUBMITTED: "page"}
    assert client.post(reverse("accounts:notice_choices"), typed).status_code == 302
    assert notices.deliveries_of(director) == typed
    typed[SUBMITTED] = "mail"
    client.post(reverse("accounts:notice_choices"), typed)
    assert NoticeChoice.objects.get(kind=SUBMITTED).delivery == "mail"


def test_choice_unknown_is_refused_at_its_field(director):
    typed = dict.fromkeys((each.code for each in notices.kinds()), "page") | {SUBMITTED: "pigeon"}
    response = client_of(director).post(reverse("accounts:notice_choices"), typed)
    assert list(response.context["form"].errors) == [SUBMITTED]
    with pytest.raises(ValidationError):
        choose(director, SUBMITTED, "pigeon")
    assert not NoticeChoice.objects.exists()


# The mail


def test_mail_is_in_the_persons_language_with_the_way_to_the_choices(director):
    director.language = "zh-hans"
    director.save()
    send(director)
    mail_due()
    (sent,) = mail.outbox
    assert sent.to == [director.email]
    assert "大冶钢厂" in sent.subject
    notice = Notice.objects.get()
    assert f"http://127.0.0.1:8000{reverse('accounts:notice', args=[notice.pk])}" in sent.body
    assert f"http://127.0.0.1:8000{reverse('accounts:notice_choices')}" in sent.body
    assert "&" not in sent.body


def test_mail_is_sent_once_however_often_the_task_runs(daye, director):
    send(director, make.reporter(daye))
    assert [mail_due() for _time in range(3)] == [2, 0, 0]
    assert set(Notice.objects.values_list("mailed_at", flat=True)) == {NOW}


def test_mail_is_left_to_the_worker_that_is_at_it(director):
    send(director)
    with leases.holding("mail"):
        assert mail_due() == 0
    assert mail_due() == 1


def test_mail_of_what_was_read_meanwhile_is_spared(director):
    send(director)
    notices.notices_read(actor=director)
    assert mail_due() == 0


def test_mail_of_what_is_three_days_old_is_spared(director):
    send(director)
    with clock.at(NOW + timedelta(days=3)):
        assert mail_due() == 0
    assert Notice.objects.get().mail_due_at is None


def test_mail_of_a_name_with_a_line_break_keeps_its_subject_in_one_line(director):
    send(director, plant={"en": "Daye\nBcc: all@example.org", "zh-hans": ""})
    assert mail_due() == 1
    assert "\n" not in mail.outbox[0].subject


class AwayBackend(EmailBackend):
    """A mail server that does not answer."""

    def open(self):
        raise ConnectionRefusedError


class StrictBackend(EmailBackend):
    """A mail server that refuses one address and takes the others."""

    def send_messages(self, messages):
        if messages[0].to == ["director@daye.example"]:
            raise smtplib.SMTPRecipientsRefused({})
        return super().send_messages(messages)


def backend(settings, each):
    settings.EMAIL_BACKEND = f"{__name__}.{each.__name__}"


def test_mail_server_away_stops_nobody_and_is_tried_again(daye, director, settings):
    usual = settings.EMAIL_BACKEND
    backend(settings, AwayBackend)
    send(director, make.reporter(daye))
    assert mail_due() == 0
    assert Notice.objects.filter(mailed_at=None, mail_due_at=None).count() == 0
    settings.EMAIL_BACKEND = usual
    with clock.at(NOW + timedelta(minutes=2)):
        assert mail_due() == 2


def test_mail_refused_for_one_person_reaches_the_others_and_waits_longer_each_time(daye, director, settings):
    backend(settings, StrictBackend)
    send(director, make.reporter(daye))
    moment, waits = NOW, []
    for sent in (1, 0, 0):
        with clock.at(moment):
            assert mail_due() == sent
        left = Notice.objects.get(mailed_at=None)
        waits.append(left.mail_due_at - moment)
        moment = left.mail_due_at
    assert waits == [timedelta(minutes=each) for each in (1, 2, 4)]


def test_mail_of_a_worker_stopped_in_between_is_sent_by_the_next(daye, director, monkeypatch):
    send(director, make.reporter(daye))

    def killed(self, messages):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", killed)
        with pytest.raises(SystemExit):
            mail_due()
    assert mail_due() == 2


def test_mails_of_one_pass_are_as_many_as_it_may_send(daye, director, monkeypatch):
    monkeypatch.setattr(mailing, "AT_ONCE", 1)
    send(director, make.reporter(daye))
    assert [mail_due() for _time in range(3)] == [1, 1, 0]


# Acts on returns


@pytest.fixture
def furnace(daye):
    make.enter(make.group(make.competition()), furnace := make.equipment(daye))
    return furnace


def told(kind):
    return {each.person.email: notices.words(each) for each in Notice.objects.filter(kind=kind)}


def test_return_submitted_is_told_to_the_directors(furnace):
    second = make.person("director-2@daye.example")
    furnace.plant.memberships.create(user=second, role=PlantRole.DIRECTOR)
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="submitted")
    words = told(SUBMITTED)
    assert set(words) == {"director@daye.example", "director-2@daye.example"}
    assert words["director@daye.example"].title == "Daye Steel Plant: return of October 2026 submitted"
    assert {each.address for each in Notice.objects.all()} == {"/returns/daye/2026-10/"}


def test_return_sent_back_is_told_with_the_reason_to_all_but_who_did_it(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="submitted")
    client = client_of(make.director(furnace.plant))
    client.post(reverse("return_send_back", args=["daye", "2026-10"]), {"reason": "Electrodes are missing."})
    assert {email: words.text for email, words in told(SENT_BACK).items()} == {
        "reporter@daye.example": "To be mended: “Electrodes are missing.”"
    }


def test_return_accepted_is_told_to_the_plant(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="accepted")
    assert set(told(ACCEPTED)) == {"reporter@daye.example", "director@daye.example"}


def test_refused_act_tells_nobody(furnace):
    make.report(furnace.plant, "2026-10", {furnace: {"good_t": "9300"}}, until="submitted")
    Notice.objects.all().delete()
    client = client_of(make.director(furnace.plant))
    client.post(reverse("return_send_back", args=["daye", "2026-10"]), {"reason": ""})
    client_of(make.reporter(furnace.plant)).post(reverse("return_approve", args=["daye", "2026-10"]))
    assert not Notice.objects.exists()
