from typing import Any

from django.db.models import Count, Q
from django.forms import Form
from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import ListView

from accounts.invitations import waiting_for
from accounts.models import Invitation
from core import clock, rules
from core.periods import Month
from core.templatetags.figures import in_language, plain
from core.views import PageView, RuledView, ServiceFormView
from plants.forms import CalendarForm, EquipmentForm, MemberInvitationForm, MembershipForm, PlantForm, RatingForm
from plants.models import Equipment, Membership, Plant, ReportingCalendar
from plants.selectors import equipment_get, plant_get
from plants.services import register
from plants.trends import trends_of


class PlantsView(RuledView, ListView[Plant]):
    """The public register of plants, with a search."""

    permission = rules.PUBLIC
    template_name = "plants/plants.html"
    extra_context = {"title": _("Plants")}
    context_object_name = "plants"
    paginate_by = 50

    def get_queryset(self) -> Any:
        wanted = self.request.GET.get("q", "").strip()
        found = Plant.objects.annotate(pieces=Count("equipment")).order_by("name")
        if wanted:
            found = found.filter(
                Q(name__icontains=wanted)
                | Q(name_zh__icontains=wanted)
                | Q(city__icontains=wanted)
                | Q(city_zh__icontains=wanted)
            )
        return found


class PlantView(PageView):
    """A plant: its equipment and ratings through time; trends for those who may see its figures."""

    permission = rules.PUBLIC
    template_name = "plants/plant.html"

    def get_subject(self) -> Plant:
        return plant_get(self.kwargs["plant"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plant: Plant = self.subject
        equipment = plant.equipment.select_related("kind").prefetch_related("ratings")
        figures = rules.decide("plant.figures", self.request.user, plant)
        is_admin = bool(rules.decide("site.administer", self.request.user))
        sees_people = rules.decide("plant.people", self.request.user, plant)
        return super().get_context_data(
            plant=plant,
            equipment=equipment,
            trends=trends_of(plant, Month.of(clock.today())) if figures else None,
            memberships=plant.memberships.select_related("user") if sees_people else None,
            invitations=waiting_for(self.request.user, membership__plant=plant) if sees_people else None,
            is_admin=is_admin,
            sees_returns=Plant.objects.returns_visible_to(self.request.user).filter(pk=plant.pk).exists(),
            **kwargs,
        )


class PlantAddView(ServiceFormView):
    permission = "site.administer"
    form_class = PlantForm
    title = _("Add a plant")

    def perform(self, form: PlantForm) -> Plant:
        return register.plant_save(actor=self.request.user, plant=form.instance)

    def get_success_url(self) -> str:
        return reverse("plant", args=[self.result.slug])

    def get_back_url(self) -> str:
        return reverse("plants")


class PlantEditView(PlantAddView):
    title = _("Change a plant")

    def get_subject(self) -> Plant:
        return plant_get(self.kwargs["plant"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.subject}

    def get_back_url(self) -> str:
        return reverse("plant", args=[self.subject.slug])


class CalendarsView(RuledView, ListView[ReportingCalendar]):
    """The reporting calendars of the site."""

    permission = "site.administer"
    template_name = "plants/calendars.html"
    extra_context = {"title": _("Reporting calendars")}
    context_object_name = "calendars"
    queryset = ReportingCalendar.objects.all()


class CalendarAddView(ServiceFormView):
    permission = "site.administer"
    form_class = CalendarForm
    title = _("Add a reporting calendar")
    success_url = reverse_lazy("calendars")

    def perform(self, form: CalendarForm) -> ReportingCalendar:
        return register.calendar_save(actor=self.request.user, calendar=form.instance)


class CalendarEditView(CalendarAddView):
    title = _("Change a reporting calendar")
    intro = _("Returns already begun keep their dates.")

    def get_subject(self) -> ReportingCalendar:
        calendar = ReportingCalendar.objects.filter(pk=self.kwargs["pk"]).first()
        if calendar is None:
            raise Http404(_("There is no such calendar."))
        return calendar

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.subject}


class _OfPlantView(ServiceFormView):
    """A form that adds something to a plant and leads back to its page."""

    permission = "site.administer"

    def get_subject(self) -> Any:
        return plant_get(self.kwargs["plant"])

    def get_success_url(self) -> str:
        return reverse("plant", args=[self.kwargs["plant"]])


class EquipmentAddView(_OfPlantView):
    form_class = EquipmentForm
    title = _("Add equipment")
    intro = _("Enter its rating next: without one its months cannot be reported.")

    def get_instance(self) -> Equipment:
        return Equipment(plant=self.subject)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.get_instance()}

    def perform(self, form: EquipmentForm) -> Equipment:
        return register.equipment_save(actor=self.request.user, equipment=form.instance)


class EquipmentEditView(EquipmentAddView):
    title = _("Change equipment")
    intro = _("Its dates in service count day by day.")

    def get_subject(self) -> Equipment:
        return equipment_get(self.kwargs["plant"], self.kwargs["code"])

    def get_instance(self) -> Equipment:
        return self.subject

    def get_question(self, form: EquipmentForm) -> str:
        day = form.cleaned_data["retired_on"]
        if "retired_on" not in form.changed_data:
            return ""
        if day is None:
            return gettext("%(name)s serves again: its months are asked for from now on, and it is ranked.") % {
                "name": in_language(self.subject)
            }
        return gettext(
            "%(name)s is retired on %(day)s: later months are not asked for, and it leaves the rankings."
        ) % {
            "name": in_language(self.subject),
            "day": day,
        }


class RatingAddView(_OfPlantView):
    form_class = RatingForm
    title = _("Enter a rating")
    intro = _("The capacity counts from this day on, day-exact. A rating of the same day is replaced.")

    def get_subject(self) -> Equipment:
        return equipment_get(self.kwargs["plant"], self.kwargs["code"])

    def get_question(self, form: RatingForm) -> str:
        stands = self.subject.ratings.filter(valid_from=form.cleaned_data["valid_from"]).first()
        if stands is None or stands.capacity == form.cleaned_data["capacity"]:
            return ""
        return gettext("A rating of %(capacity)s stands on that day already. It is replaced.") % {
            "capacity": f"{plain(stands.capacity)} {self.subject.kind.rating_unit}"
        }

    def perform(self, form: RatingForm) -> Any:
        return register.rating_set(actor=self.request.user, equipment=self.subject, **form.cleaned_data)


class MemberInviteView(_OfPlantView):
    permission = "plant.people"
    form_class = MemberInvitationForm
    title = _("Invite to the plant")
    submit = _("Send invitation")
    done = _("The invitation goes out by mail within a minute or two.")
    intro = _(
        "The mail holds a link that works once. Whoever follows it makes an account, or signs in, and has the role."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"language": get_language()}

    def perform(self, form: MemberInvitationForm) -> Invitation:
        return register.member_invite(actor=self.request.user, plant=self.subject, **form.cleaned_data)


class MembershipAddView(_OfPlantView):
    form_class = MembershipForm
    title = _("Give a person a role at the plant")

    def perform(self, form: MembershipForm) -> Membership:
        return register.membership_add(actor=self.request.user, plant=self.subject, **form.cleaned_data)


class MembershipRemoveView(_OfPlantView):
    """Asks before it takes a role away."""

    permission = "membership.remove"
    form_class = Form
    title = _("Take this role away?")
    submit = _("Take away")
    danger = True
    done = _("The role is taken away.")

    def get_subject(self) -> Membership:
        found = Membership.objects.filter(pk=self.kwargs["pk"], plant__slug=self.kwargs["plant"])
        membership = found.select_related("user", "plant").first()
        if membership is None:
            raise Http404(_("There is no such role."))
        return membership

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "user": self.subject.user,
            "role": self.subject.get_role_display(),
            "plant": self.subject.plant,
        }
        intro = gettext("%(user)s is %(role)s at %(plant)s.") % words
        return super().get_context_data(**kwargs) | {"intro": intro}

    def perform(self, form: Form) -> None:
        register.membership_remove(actor=self.request.user, membership=self.subject)
