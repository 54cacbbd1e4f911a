"""The guided start: from an empty site to its first ranking."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from competitions.forms_start import PlantRows, ProposalForms, equipment_rows
from competitions.models import Competition
from competitions.proposals import proposals_of
from competitions.selectors import competition_get
from competitions.services import start as services
from competitions.start import steps_of
from core.views import PageView, RuledView, ServiceFormView
from indicators.services import catalogue_load
from plants.models import Equipment, Plant

SPARE_ROWS = 3
MOST_ROWS = 12


class StartView(PageView):
    """The steps to the first ranking, each with what is done and where to go on."""

    permission = "site.administer"
    template_name = "start/start.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps = steps_of(self.request.user)
        upcoming = next((step for step in steps if not step.is_done), None)
        done = sum(step.is_done for step in steps)
        return super().get_context_data(steps=steps, upcoming=upcoming, done=done, **kwargs)


class StartCatalogueView(RuledView):
    """Loads the built-in catalogue where a start-up did not."""

    permission = "site.administer"
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        catalogue_load()
        messages.success(request, _("The catalogue is loaded."))
        return redirect("start")


class _RowsView(ServiceFormView):
    """Several things of one kind at once; “Save and enter more” comes back with empty rows."""

    permission = "site.administer"
    template_name = "start/rows.html"
    success_url = reverse_lazy("start")

    def get_success_url(self) -> str:
        return self.request.path if "more" in self.request.POST else super().get_success_url()

    def get_back_url(self) -> str:
        return reverse("start")


class StartPlantsView(_RowsView):
    form_class = PlantRows
    title = _("Enter plants")
    intro = _("A row for each plant. Rows left empty are passed over; more can be added at any time.")
    done = _("The plants are entered.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"queryset": Plant.objects.none(), "initial": None}

    def perform(self, form: Any) -> None:
        services.plants_add(actor=self.request.user, plants=[row.instance for row in form.filled])


class StartEquipmentView(_RowsView):
    title = _("Enter equipment")
    intro = _("A row for each furnace, mill or hammer, with the capacity it has from its first day in service on.")
    done = _("The equipment is entered.")

    def get_form_class(self) -> Any:
        self.bare = list(Plant.objects.filter(equipment=None)[:MOST_ROWS])
        return equipment_rows(len(self.bare) + SPARE_ROWS)

    def get_form_kwargs(self) -> dict[str, Any]:
        # A row for each plant that has nothing yet; untouched, it is passed over like an empty one.
        initial = [{"plant": each.pk} for each in self.bare]
        return super().get_form_kwargs() | {"queryset": Equipment.objects.none(), "initial": initial}

    def perform(self, form: Any) -> None:
        pieces = [(row.instance, row.cleaned_data["capacity"]) for row in form.filled]
        services.equipment_add(actor=self.request.user, pieces=pieces)


class GroupsProposeView(ServiceFormView):
    """Groups proposed from the equipment that is there, to be taken, renamed or left."""

    permission = "competition.organize"
    template_name = "start/groups.html"
    form_class = ProposalForms
    title = _("Proposed groups")
    intro = _(
        "By kind and capacity of the equipment that is rated and not entered yet. Bands can be changed afterwards."
    )
    submit = _("Make these groups")
    done = _("The groups are made, and the equipment is entered in them.")

    def get_subject(self) -> Competition:
        return competition_get(self.request.user, self.kwargs["slug"])

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["initial"]
        return kwargs | {"proposals": proposals_of(self.subject)}

    def perform(self, form: Any) -> None:
        before = self.subject.groups.count()
        groups = [each.group_of(self.subject, before + at) for at, each in enumerate(form.wanted)]
        services.groups_add(actor=self.request.user, groups=groups)

    def get_success_url(self) -> str:
        return reverse("competition", args=[self.subject.slug])
