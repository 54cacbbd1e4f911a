from django.urls import include, path

from competitions.views.board import BoardView
from core.components import ComponentsView
from core.views import HealthPageView, HealthView, ReadyView

urlpatterns = [
    path("", BoardView.as_view(), name="board"),
    path("account/", include("accounts.urls")),
    path("catalogue/", include("indicators.urls")),
    path("", include("plants.urls")),
    path("competitions/", include("competitions.urls")),
    path("health/", HealthPageView.as_view(), name="health"),
    path("docs/ui/", ComponentsView.as_view(), name="components"),
    path("healthz", HealthView.as_view(), name="healthz"),
    path("readyz", ReadyView.as_view(), name="readyz"),
]

handler400 = "core.views.bad_request"
handler500 = "core.outage.server_error"
