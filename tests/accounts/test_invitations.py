"""Invitations: who may invite whom, the link that works once, and what it brings."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import invitations, mailing
from accounts.models import Invitation, User
from core import clock, rules
from core.ledger import entries_of
from plants.choices import PlantRole
from plants.models import Membership
from plants.services.register import member_invite
from tests import factories as make
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

EMAIL = "li@example.org"


@pytest.fixture
def daye(now):
    return make.plant("daye", name_zh="大冶钢厂")


def client_of(person=None):
    client = Client()
    if person is not None:
        client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def address_of(invitation):
    return reverse("accounts:invitation", args=[make.token_of(invitation)])


def invite(actor, plant, **more):
    fields = {"email": EMAIL, "role": PlantRole.REPORTER, "language": "en"} | more
    return member_invite(actor=actor, plant=plant, **fields)


def accept(invitation, **more):
    fields = {"name": "Li Si", "language": "en", "password": make.PASSWORD} | more
    return invitations.invitation_accept_new(invitation=invitation, **fields)


TYPED = {"name": "Li Si", "language": "zh-hans", "password": make.PASSWORD}


# Who invites


def test_director_invites_into_their_plant_on_its_page(daye):
    client = client_of(make.director(daye))
    data = {"email": EMAIL, "role": "director", "language": "zh-hans"}
    response = client.post(reverse("member_invite", args=["daye"]), data, follow=True)
    assert "The invitation goes out by mail" in response.content.decode()
    assert EMAIL in response.content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.membership.plant, invitation.membership.role) == (daye, "director")
    assert entries_of(f"invitation:{EMAIL}").get().act == "invitation.made"
    assert entries_of("plant:daye").get(act="member.invited").actor == "director@daye.example"


@pytest.mark.parametrize("who", ["stranger", "reporter", "rival", "evaluator"])
def test_invitation_by_others_is_refused(daye, who):
    make.competition()
    people = {
        "stranger": make.person("stranger@example.org"),
        "reporter": make.reporter(daye),
        "rival": make.director(make.plant("dalian")),
        "evaluator": make.person("evaluator@example.org"),
    }
    with pytest.raises(rules.Refused):
        invite(people[who], daye)
    with pytest.raises(rules.Refused):
        invitations.user_invite(actor=people[who], email=EMAIL, language="en")
    response = client_of(people[who]).post(reverse("member_invite", args=["daye"]), {"email": EMAIL})
    assert response.status_code == 403
    assert not Invitation.objects.exists()


def test_administrator_invites_anyone_on_the_people_page(daye):
    client = client_of(make.admin())
    response = client.post(reverse("accounts:invite"), {"email": EMAIL, "language": "en"}, follow=True)
    assert EMAIL in response.content.decode()
    assert response.redirect_chain[-1][0] == reverse("accounts:people")


def test_invitation_of_somebody_with_an_account_by_the_administrator_is_refused_at_the_field(daye):
    with pytest.raises(ValidationError) as refused:
        invitations.user_invite(actor=make.admin(), email="Reporter@daye.example", language="en")
    assert list(refused.value.error_dict) == ["email"]


def test_invitation_twice_is_refused_until_the_first_is_withdrawn(daye):
    first = invite(make.director(daye), daye)
    with pytest.raises(ValidationError, match="invited already"):
        invite(make.admin(), daye, email=EMAIL.upper())
    invite(make.director(daye), daye, role=PlantRole.DIRECTOR)
    invitations.invitation_withdraw(actor=make.director(daye), invitation=first)
    invite(make.director(daye), daye)


def test_invitation_of_a_member_into_the_role_they_have_is_refused(daye):
    with pytest.raises(ValidationError, match="has the role at the plant already"):
        invite(make.director(daye), daye, email="reporter@daye.example")


def test_invitation_refused_at_the_page_keeps_what_was_typed(daye):
    data = {"email": "li.example.org", "role": "director", "language": "zh-hans"}
    response = client_of(make.director(daye)).post(reverse("member_invite", args=["daye"]), data)
    form = response.context["form"]
    assert list(form.errors) == ["email"]
    assert (form["email"].value(), form["role"].value()) == ("li.example.org", "director")


# The mail


def test_mail_is_in_the_language_of_the_invited_with_a_link_that_works(daye):
    invite(make.director(daye), daye, language="zh-hans")
    assert mailing.mail_due() == 1
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    assert "大冶钢厂" in sent.body
    link = next(line for line in sent.body.splitlines() if "/account/invitations/" in line)
    assert link.startswith("http://127.0.0.1:8000/")
    assert client_of().get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_mail_goes_out_once(daye):
    invite(make.director(daye), daye)
    assert (mailing.mail_due(), mailing.mail_due()) == (1, 0)
    assert Invitation.objects.get().mailed_at == NOW


def test_token_is_nowhere_in_the_database_nor_in_the_ledger(daye):
    invitation = invite(make.director(daye), daye)
    token = make.token_of(invitation)
    invitation.refresh_from_db()
    assert token not in str(vars(invitation))
    assert len(invitation.token_hash) == 64
    assert not any(token in str(vars(each)) for each in entries_of(invitation.subject))


def test_invitation_withdrawn_before_the_mail_is_not_mailed(daye):
    invitation = invite(make.director(daye), daye)
    invitations.invitation_withdraw(actor=make.director(daye), invitation=invitation)
    assert mailing.mail_due() == 0


def test_page_of_the_link_speaks_the_invited_persons_language(daye):
    address = address_of(invite(make.director(daye), daye, language="zh-hans"))
    assert 'lang="zh-hans"' in Client().get(address).content.decode()
    assert 'lang="en"' in client_of().get(address).content.decode()


# Accepting


def test_new_person_is_signed_in_and_stands_on_the_plants_page(daye):
    address = address_of(invite(make.director(daye), daye))
    client = client_of()
    assert "Reporter at Daye Steel Plant" in client.get(address).content.decode()
    response = client.post(address, TYPED)
    assert response.url == reverse("plant", args=["daye"])
    user = User.objects.get(email=EMAIL)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.name, user.language, user.is_superuser) == ("Li Si", "zh-hans", False)
    assert user.check_password(make.PASSWORD)
    assert response.cookies["django_language"].value == "zh-hans"
    assert Membership.objects.get(user=user).role == PlantRole.REPORTER
    acts = [each.act for each in entries_of(f"invitation:{EMAIL}")]
    assert acts == ["invitation.made", "invitation.accepted"]
    assert entries_of("plant:daye").get(act="membership.added").actor == EMAIL
    assert entries_of(f"user:{EMAIL}").get().act == "user.created"


def test_new_person_invited_by_the_administrator_stands_on_the_board(daye):
    response = client_of().post(address_of(make.invitation()), TYPED)
    assert response.url == reverse("board")
    assert not Membership.objects.filter(user__email=EMAIL).exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"password": "12345"}, "password"), ({"name": " "}, "name"), ({"language": "tlh"}, "language")],
)
def test_new_person_refused_sees_why_at_the_field_and_keeps_the_name(daye, typed, field):
    response = client_of().post(address_of(make.invitation(daye)), TYPED | typed)
    form = response.context["form"]
    assert list(form.errors) == [field]
    if field != "name":
        assert form["name"].value() == "Li Si"
    assert not User.objects.filter(email=EMAIL).exists()
    assert Invitation.objects.get().state == "open"


def test_known_person_signs_in_comes_back_and_accepts(daye):
    known = make.person(EMAIL)
    address = address_of(make.invitation(daye, EMAIL.title()))
    client = client_of()
    shown = client.get(address).content.decode()
    assert f"{reverse('account_login')}?next={address}" in shown
    assert client.post(address, TYPED).status_code == 200
    assert Invitation.objects.get().state == "open"
    client.force_login(known)
    assert "Accept the invitation" in client.get(address).content.decode()
    assert client.post(address).url == reverse("plant", args=["daye"])
    assert Membership.objects.get(user=known).role == PlantRole.REPORTER
    assert User.objects.filter(email__iexact=EMAIL).count() == 1


def test_person_signed_in_with_another_address_is_told_and_gets_nothing(daye):
    make.person(EMAIL)
    other = make.person("wang@example.org")
    invitation = make.invitation(daye)
    client = client_of(other)
    address = address_of(invitation)
    assert "the invitation is for li@example.org" in client.get(address).content.decode()
    client.post(address)
    assert not Membership.objects.filter(user=other).exists()
    with pytest.raises(rules.Refused, match=r"This invitation is for li@example\.org\."):
        invitations.invitation_accept(actor=other, invitation=invitation)


def test_person_locked_out_is_sent_to_an_administrator(daye):
    known = make.person(EMAIL)
    known.is_active = False
    known.save()
    shown = client_of().get(address_of(make.invitation(daye))).content.decode()
    assert "The account of this address is locked." in shown


def test_role_already_had_by_other_means_is_not_doubled(daye):
    known = make.person(EMAIL)
    invitation = make.invitation(daye)
    Membership.objects.create(plant=daye, user=known, role=PlantRole.REPORTER)
    invitations.invitation_accept(actor=known, invitation=invitation)
    assert Membership.objects.filter(user=known).count() == 1


# The end of a link


def over(address, client=None):
    response = (client or client_of()).get(address)
    assert response.status_code == 410
    return response.content.decode()


def test_link_used_says_so_and_makes_nobody(daye):
    invitation = make.invitation(daye)
    address = address_of(invitation)
    client_of().post(address, TYPED)
    assert "was accepted already" in over(address)
    assert client_of().post(address, TYPED | {"name": "Wang Wu"}).status_code == 410
    assert User.objects.get(email=EMAIL).name == "Li Si"
    with pytest.raises(ValidationError, match="was accepted already"):
        accept(invitation)


def test_link_expired_says_so_until_the_invitation_is_sent_again(daye):
    invitation = make.invitation(daye)
    address = address_of(invitation)
    with clock.at(NOW + timedelta(days=7)):
        assert "has expired" in over(address)
        with pytest.raises(ValidationError, match="has expired"):
            accept(invitation)
        invitations.invitation_send_again(actor=make.director(daye), invitation=invitation)
        assert client_of().get(address).status_code == 200
        mailing.mail_due()
        assert client_of().get(address).status_code == 404
        accept(invitation)


def test_link_a_second_before_its_end_works(daye):
    invitation = make.invitation(daye)
    with clock.at(NOW + timedelta(days=7, seconds=-1)):
        accept(invitation)


def test_link_withdrawn_says_so(daye):
    invitation = make.invitation(daye)
    address = address_of(invitation)
    client = client_of(make.director(daye))
    asked = client.get(reverse("accounts:invitation_withdraw", args=[invitation.pk]))
    assert "Withdraw this invitation?" in asked.content.decode()
    response = client.post(reverse("accounts:invitation_withdraw", args=[invitation.pk]))
    assert response.url == reverse("plant", args=["daye"])
    assert "was withdrawn" in over(address)
    with pytest.raises(ValidationError, match="was withdrawn"):
        invitations.invitation_send_again(actor=make.director(daye), invitation=invitation)


@pytest.mark.parametrize("token", ["nothing", "0" * 43, "ü", "a" * 500])
def test_link_unknown_is_not_found(daye, token):
    make.token_of(make.invitation(daye))
    response = client_of().get(reverse("accounts:invitation", args=[token]))
    assert response.status_code == 404
    assert "Only the link in the newest mail works" in response.content.decode()


def test_link_of_nobody_is_not_found_before_the_first_mail(daye):
    assert make.invitation(daye).token_hash is None
    assert client_of().get(reverse("accounts:invitation", args=["None"])).status_code == 404


# Sent again and withdrawn, by whom


def test_invitation_sent_again_leads_back_to_the_list_it_was_chosen_from(daye):
    invitation = make.invitation(daye)
    address = reverse("accounts:invitation_again", args=[invitation.pk])
    admin = client_of(make.admin())
    assert admin.post(address, {"next": reverse("accounts:people")}).url == reverse("accounts:people")
    assert admin.post(address, {"next": "https://evil.example/"}).url == reverse("plant", args=["daye"])
    assert entries_of(invitation.subject).filter(act="invitation.sent_again").count() == 2


@pytest.mark.parametrize("name", ["accounts:invitation_again", "accounts:invitation_withdraw"])
def test_invitation_of_another_plant_is_not_found(daye, name):
    invitation = make.invitation(daye)
    rival = make.director(make.plant("dalian"))
    for person in (rival, make.reporter(daye)):
        assert client_of(person).post(reverse(name, args=[invitation.pk])).status_code == 404
        act = invitations.invitation_withdraw if "withdraw" in name else invitations.invitation_send_again
        with pytest.raises(rules.Refused):
            act(actor=person, invitation=invitation)
    assert Invitation.objects.get().state == "open"


def test_invitations_listed_are_those_the_rule_allows(daye):
    own, foreign = make.invitation(daye), make.invitation(make.plant("dalian"), "wang@example.org")
    alone = make.invitation(email="zhao@example.org")
    everybody = [make.admin(), make.director(daye), make.reporter(daye), make.person("stranger@example.org")]
    for person in everybody:
        seen = set(Invitation.objects.visible_to(person))
        assert seen == {each for each in (own, foreign, alone) if rules.decide("invitation.manage", person, each)}
    assert set(Invitation.objects.visible_to(make.director(daye))) == {own}


def test_people_page_lists_what_is_open_and_what_has_expired(daye):
    make.invitation(daye)
    client = client_of(make.admin())
    assert "invited, until 2026-11-11" in client.get(reverse("accounts:people")).content.decode()
    with clock.at(NOW + timedelta(days=8)):
        assert "Expired" in client.get(reverse("accounts:people")).content.decode()


# Many at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_link_followed_by_eight_at_once_is_used_once(daye, known):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; needs PostgreSQL")
    person = make.person(EMAIL) if known else None
    invitation = make.invitation(daye)
    barrier = Barrier(8, timeout=20)

    def follow(number):
        try:
            with clock.at(NOW):
                barrier.wait()
                if known:
                    return invitations.invitation_accept(actor=person, invitation=invitation)
                return accept(invitation, name=f"Number {number}")
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(follow, range(8)))
    assert sum(isinstance(each, ValidationError) for each in answers) == 7
    assert User.objects.filter(email=EMAIL).count() == 1
    assert Membership.objects.filter(user__email=EMAIL).count() == 1
    assert entries_of(invitation.subject).filter(act="invitation.accepted").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_accepted_at_once_make_one_person(daye):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time; needs PostgreSQL")
    both = [make.invitation(daye), make.invitation(make.plant("dalian"))]
    barrier = Barrier(2, timeout=20)

    def follow(invitation):
        try:
            with clock.at(NOW):
                barrier.wait()
                return accept(invitation)
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(follow, both))
    assert sum(isinstance(each, User) for each in answers) == 1
    assert User.objects.filter(email=EMAIL).count() == 1
    assert Membership.objects.filter(user__email=EMAIL).count() == 1
