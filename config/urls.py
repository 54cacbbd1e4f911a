from django.urls import include, path

from competitions.views.board import BoardView
from core.views import HealthView, ReadyView

urlpatterns = [
    path("", BoardView.as_view(), name="board"),
    path("account/", include("accounts.urls")),
    path("catalogue/", include("indicators.urls")),
    path("", include("plants.urls")),
    path("competitions/", include("competitions.urls")),
    path("healthz", HealthView.as_view(), name="healthz"),
    path("readyz", ReadyView.as_view(), name="readyz"),
]

handler400 = "core.views.bad_request"
handler429 = "accounts.views.too_many_requests"
