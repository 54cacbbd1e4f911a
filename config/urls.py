from django.urls import include, path

from accounts.views_welcome import WelcomeView
from competitions.views import start
from competitions.views.board import BoardView
from core.components import ComponentsView
from core.views import HealthPageView, HealthView, ReadyView
from core.views_search import SearchView

urlpatterns = [
    path("", BoardView.as_view(), name="board"),
    path("welcome/", WelcomeView.as_view(), name="welcome"),
    path("start/", start.StartView.as_view(), name="start"),
    path("start/catalogue/", start.StartCatalogueView.as_view(), name="start_catalogue"),
    path("start/plants/", start.StartPlantsView.as_view(), name="start_plants"),
    path("start/equipment/", start.StartEquipmentView.as_view(), name="start_equipment"),
    path("account/", include("accounts.urls")),
    path("catalogue/", include("indicators.urls")),
    path("", include("plants.urls")),
    path("competitions/", include("competitions.urls")),
    path("health/", HealthPageView.as_view(), name="health"),
    path("docs/ui/", ComponentsView.as_view(), name="components"),
    path("search/", SearchView.as_view(), name="search"),
    path("healthz", HealthView.as_view(), name="healthz"),
    path("readyz", ReadyView.as_view(), name="readyz"),
]

handler400 = "core.views.bad_request"
handler500 = "core.outage.server_error"
handler429 = "accounts.views.too_many_requests"
