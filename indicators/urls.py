from django.urls import path

from indicators import views

urlpatterns = [
    path("", views.CatalogueView.as_view(), name="catalogue"),
    path("indicators/add/", views.IndicatorAddView.as_view(), name="indicator_add"),
    path("indicators/<slug:code>/", views.IndicatorView.as_view(), name="indicator"),
    path("indicators/<slug:code>/edit/", views.IndicatorEditView.as_view(), name="indicator_edit"),
    path("measures/add/", views.MeasureAddView.as_view(), name="measure_add"),
    path("measures/<slug:code>/", views.MeasureEditView.as_view(), name="measure_edit"),
]
