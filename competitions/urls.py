from django.urls import path

from competitions.views import board, ranking, setup, start

urlpatterns = [
    path("", board.CompetitionsView.as_view(), name="competitions"),
    path("add/", setup.CompetitionAddView.as_view(), name="competition_add"),
    path("<slug:slug>/", setup.CompetitionView.as_view(), name="competition"),
    path("<slug:slug>/edit/", setup.CompetitionEditView.as_view(), name="competition_edit"),
    path("<slug:slug>/rules/adopt/", setup.RulesAdoptView.as_view(), name="rules_adopt"),
    path("<slug:slug>/groups/add/", setup.GroupAddView.as_view(), name="group_add"),
    path("<slug:slug>/groups/propose/", start.GroupsProposeView.as_view(), name="groups_propose"),
    path("<slug:slug>/groups/<slug:code>/", setup.GroupEditView.as_view(), name="group_edit"),
    path("<slug:slug>/groups/<slug:code>/enter/", setup.EntryAddView.as_view(), name="entry_add"),
    path("<slug:slug>/entries/<int:pk>/withdraw/", setup.EntryWithdrawView.as_view(), name="entry_withdraw"),
    path("<slug:slug>/entries/<int:pk>/published/", setup.BaseFigureAddView.as_view(), name="base_figure_add"),
    path("<slug:slug>/roles/add/", setup.RoleAddView.as_view(), name="role_add"),
    path("<slug:slug>/roles/<int:pk>/remove/", setup.RoleRemoveView.as_view(), name="role_remove"),
    path("<slug:slug>/rankings/", ranking.RankingView.as_view(), name="rankings"),
    path("<slug:slug>/rankings/export/", ranking.RankingExportView.as_view(), name="rankings_export"),
    path("<slug:slug>/rankings/progress/", ranking.RankingProgressView.as_view(), name="rankings_progress"),
    path("<slug:slug>/rankings/request/", ranking.RankingRequestView.as_view(), name="rankings_request"),
]
