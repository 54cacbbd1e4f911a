from typing import Any

from django.utils.translation import gettext_lazy as _
from django.views.generic import ListView

from accounts.welcome import is_unclaimed
from competitions.board import leaders_of
from competitions.models import Competition
from core import rules
from core.views import PageView, RuledView


class BoardView(PageView):
    """The front page: what a signed-in person does next, the competitions, and who leads them."""

    permission = rules.PUBLIC
    template_name = "competitions/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        competitions = Competition.objects.visible_to(self.request.user)[:6]
        boards = [(each, leaders_of(self.request.user, each)) for each in competitions]
        return super().get_context_data(boards=boards, unclaimed=not boards and is_unclaimed(), **kwargs)


class CompetitionsView(RuledView, ListView[Competition]):
    """All competitions the viewer may know of, with a search."""

    permission = rules.PUBLIC
    template_name = "competitions/competitions.html"
    extra_context = {"title": _("Rankings")}
    context_object_name = "competitions"
    paginate_by = 30

    def get_queryset(self) -> Any:
        found = Competition.objects.visible_to(self.request.user)
        wanted = self.request.GET.get("q", "").strip()
        return found.filter(name__icontains=wanted) | found.filter(name_zh__icontains=wanted) if wanted else found
