from typing import Any

from django.forms import Form
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competitions.board import leaders_of
from competitions.choices import Cadence
from competitions.forms import BaseFigureForm, CompetitionForm, EntryForm, GroupForm, RoleForm
from competitions.matrix import matrix_of
from competitions.models import Competition, Entry, Group, Role
from competitions.selectors import competition_get
from competitions.services import setup
from competitions.services.rulesets import rule_set_adopt, rule_set_is_current, rule_set_of
from core import rules
from core.templatetags.figures import figure, in_language, month_name
from core.views import PageView, ServiceFormView
from plants.selectors import plants_of


class CompetitionView(PageView):
    """A competition: what it is, its groups and entries, its officials, its rules, its leaders."""

    permission = "competition.view"
    template_name = "competitions/competition.html"

    def get_subject(self) -> Competition:
        return competition_get(self.request.user, self.kwargs["slug"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        competition: Competition = self.subject
        organizes = bool(rules.decide("competition.organize", self.request.user, competition))
        found = competition.groups.select_related("kind").prefetch_related("entries__plant", "entries__equipment")
        groups = [(group, [each for each in group.entries.all() if not each.withdrawn]) for group in found]
        shown = self._shown([group for group, _entries in groups])
        return super().get_context_data(
            competition=competition,
            groups=groups,
            shown=shown,
            matrix=matrix_of(user=self.request.user, group=shown) if shown else None,
            roles=competition.roles.select_related("user"),
            leaders=leaders_of(self.request.user, competition),
            cadence=[Cadence(each).label for each in competition.cadence],
            organizes=organizes,
            rule_set=rule_set_of(competition),
            rules_current=not organizes or rule_set_is_current(competition),
            **kwargs,
        )

    def _shown(self, groups: list[Group]) -> Group | None:
        """The group of the matrix: the one asked for, else the first in which the viewer competes, else the first."""
        if code := self.request.GET.get("group", ""):
            for group in groups:
                if group.code == code:
                    return group
            raise Http404(gettext("This competition has no group “%(code)s”.") % {"code": code})
        mine = set(plants_of(self.request.user).values_list("pk", flat=True))
        own = (group for group in groups if any(each.plant_id in mine for each in group.entries.all()))
        return next(own, next(iter(groups), None))


class CompetitionAddView(ServiceFormView):
    permission = "competition.create"
    form_class = CompetitionForm
    title = _("Start a competition")
    intro = _("You become its first organizer. Groups and entries come next.")

    def perform(self, form: CompetitionForm) -> Competition:
        return setup.competition_create(actor=self.request.user, competition=form.instance)

    def get_success_url(self) -> str:
        return reverse("competition", args=[self.result.slug])

    def get_back_url(self) -> str:
        return reverse("competitions")


class _OfCompetitionView(ServiceFormView):
    """A form of the organizer that leads back to the competition's page."""

    permission = "competition.organize"

    def get_subject(self) -> Competition:
        return competition_get(self.request.user, self.kwargs["slug"])

    def get_success_url(self) -> str:
        return reverse("competition", args=[self.kwargs["slug"]])


class CompetitionEditView(_OfCompetitionView):
    form_class = CompetitionForm
    title = _("Change the competition")
    intro = _("Months needed and the smallest group count once you adopt the rules on the competition's page.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.subject}

    def get_question(self, form: CompetitionForm) -> str:
        """Who sees what is asked about: what was shown once cannot be taken back."""
        words = []
        if "visibility" in form.changed_data:
            shown_to = form.instance.get_visibility_display()
            words.append(gettext("All standings, past ones as well, are now shown to: %(who)s.") % {"who": shown_to})
        if "published_through" in form.changed_data and (month := form.cleaned_data["published_through"]):
            words.append(
                gettext("The standings up to %(month)s are published to all parties.") % {"month": month_name(month)}
            )
        elif "published_through" in form.changed_data:
            words.append(gettext("What was published is shown to its own plants only again."))
        return " ".join(words)

    def perform(self, form: CompetitionForm) -> Competition:
        return setup.competition_save(actor=self.request.user, competition=form.instance)


class RulesAdoptView(_OfCompetitionView):
    """Asks before the newest formulas are taken over."""

    form_class = Form
    title = _("Adopt the newest formulas and settings?")
    submit = _("Adopt")
    done = _("Adopted. Every period is ranked anew under the new rules; runs already made stay readable.")
    intro = _(
        "All periods of the competition are ranked anew. Earlier rankings stay as they were, under the old rules."
    )

    def perform(self, form: Form) -> Any:
        return rule_set_adopt(actor=self.request.user, competition=self.subject)


class GroupAddView(_OfCompetitionView):
    form_class = GroupForm
    title = _("Add a group")
    intro = _("Same trade, same equipment: a capacity from the first value up to, but not including, the second.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Group(competition=self.subject)}

    def perform(self, form: GroupForm) -> Group:
        return setup.group_save(actor=self.request.user, group=form.instance)


class _OfGroupView(_OfCompetitionView):
    """A form about one group of a competition. The rule is asked of the competition."""

    group: Group

    def get_subject(self) -> Competition:
        competition = super().get_subject()
        group = competition.groups.select_related("kind").filter(code=self.kwargs["code"]).first()
        if group is None:
            raise Http404(gettext("This competition has no group “%(code)s”.") % {"code": self.kwargs["code"]})
        self.group = group
        return competition

    def get_about(self) -> str:
        return f"{in_language(self.subject)} · {in_language(self.group)}"


class GroupEditView(_OfGroupView):
    form_class = GroupForm
    title = _("Change the group")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.group}

    def get_question(self, form: GroupForm) -> str:
        if not {"kind", "trade", "capacity_from", "capacity_to"} & set(form.changed_data):
            return ""
        return gettext("Who fits into the group changes: all its periods are ranked anew. Rankings already made stay.")

    def perform(self, form: GroupForm) -> Group:
        return setup.group_save(actor=self.request.user, group=form.instance)


class EntryAddView(_OfGroupView):
    form_class = EntryForm
    title = _("Enter in the group")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"group": self.group}

    def perform(self, form: EntryForm) -> Entry:
        equipment = form.cleaned_data.get("equipment")
        plant = equipment.plant if equipment else form.cleaned_data["plant"]
        return setup.entry_add(actor=self.request.user, group=self.group, plant=plant, equipment=equipment)


class _OfEntryView(_OfCompetitionView):
    """A form about one entry of a competition."""

    entry: Entry

    def get_subject(self) -> Competition:
        competition = super().get_subject()
        entries = Entry.objects.filter(group__competition=competition, pk=self.kwargs["pk"])
        entry = entries.select_related("group__competition", "plant", "equipment").first()
        if entry is None:
            raise Http404(gettext("There is no such entry."))
        self.entry = entry
        return competition

    def get_about(self) -> str:
        entry = self.entry
        names = (entry.group.competition, entry.group, entry.plant, entry.equipment)
        return " · ".join(in_language(each) for each in names if each)


class EntryWithdrawView(_OfEntryView):
    form_class = Form
    title = _("Withdraw this entry?")
    submit = _("Withdraw")
    danger = True
    done = _("Withdrawn.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.entry
        words = {
            "entry": " ".join(filter(None, (in_language(entry.plant), in_language(entry.equipment)))),
            "group": in_language(entry.group),
        }
        intro = gettext(
            "%(entry)s is left out of the rankings of %(group)s from now on. Rankings already made keep it."
        )
        return super().get_context_data(**kwargs) | {"intro": intro % words}

    def perform(self, form: Form) -> None:
        setup.entry_withdraw(actor=self.request.user, entry=self.entry)


class BaseFigureAddView(_OfEntryView):
    form_class = BaseFigureForm
    title = _("Enter a published figure")
    intro = _("For periods of which only the result is known. It stands with its source and is never pooled.")

    def get_question(self, form: BaseFigureForm) -> str:
        given = form.cleaned_data
        period = given["period"]
        stands = self.entry.base_figures.filter(
            indicator=given["indicator"], first=period.first.first_day, last=period.last.first_day
        ).first()
        if stands is None:
            return ""
        return gettext(
            "A figure of %(value)s stands there already. It is replaced, and its periods are ranked anew."
        ) % {"value": figure(stands.value)}

    def perform(self, form: BaseFigureForm) -> Any:
        return setup.base_figure_set(actor=self.request.user, entry=self.entry, **form.cleaned_data)


class RoleAddView(_OfCompetitionView):
    form_class = RoleForm
    title = _("Give a person a role in the competition")

    def perform(self, form: RoleForm) -> Role:
        return setup.role_add(actor=self.request.user, competition=self.subject, **form.cleaned_data)


class RoleRemoveView(_OfCompetitionView):
    form_class = Form
    title = _("Take this role away?")
    submit = _("Take away")
    danger = True
    done = _("The role is taken away.")

    def get_subject(self) -> Competition:
        competition = super().get_subject()
        role = competition.roles.filter(pk=self.kwargs["pk"]).first()
        if role is None:
            raise Http404(gettext("There is no such role."))
        self.role = role
        return competition

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"user": self.role.user, "role": self.role.get_role_display(), "competition": in_language(self.subject)}
        intro = gettext("%(user)s is %(role)s of %(competition)s.") % words
        return super().get_context_data(**kwargs) | {"intro": intro}

    def perform(self, form: Form) -> None:
        setup.role_remove(actor=self.request.user, role=self.role)
