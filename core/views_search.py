from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core import rules, search
from core.views import PageView

SUGGESTED = 3


class SearchView(PageView):
    """Everything of one name that the viewer may know of; `?kind=` lists all of one kind, page by page.

    While one types in the header, htmx asks for a few of them to show below the field.
    """

    permission = rules.PUBLIC
    template_name = "search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_typing = bool(request.headers.get("HX-Request"))
        if is_typing:
            self.template_name = "search.html#suggestions"
        context = self.get_context_data(first=SUGGESTED if is_typing else search.FIRST)
        response = self.render_to_response(context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, query = self.request.user, self.request.GET
        asked = search.read(query.get("q", ""))
        sections = search.sections(user, asked, kwargs.pop("first"))
        context = {"asked": asked, "sections": sections, "total": sum(each.total for each in sections)}
        if code := query.get("kind", ""):
            found = search.page_of(user, asked, code, query.get("page", ""))
            if found is None and asked.words:
                raise Http404(_("Nothing of this kind can be searched for."))
            if found:
                context |= {"section": found[0], "page_obj": found[1]}
        return super().get_context_data(**context, **kwargs)
