from django.urls import path

from accounts import views, views_notices, views_people

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-out/", views.SignOutView.as_view(), name="sign_out"),
    path("language/", views.LanguageView.as_view(), name="language"),
    path("password/", views.PasswordView.as_view(), name="password"),
    path("people/", views_people.PeopleView.as_view(), name="people"),
    path("people/invite/", views_people.InviteView.as_view(), name="invite"),
    path("people/<int:pk>/", views_people.PersonView.as_view(), name="person"),
    path("people/<int:pk>/lock-out/", views_people.PersonDeactivateView.as_view(), name="person_deactivate"),
    path("people/<int:pk>/let-in/", views_people.PersonReactivateView.as_view(), name="person_reactivate"),
    path("invitations/<int:pk>/again/", views_people.InvitationSendAgainView.as_view(), name="invitation_again"),
    path("invitations/<int:pk>/withdraw/", views_people.InvitationWithdrawView.as_view(), name="invitation_withdraw"),
    path("invitations/<str:token>/", views_people.InvitationView.as_view(), name="invitation"),
    path("notices/", views_notices.NoticesView.as_view(), name="notices"),
    path("notices/read/", views_notices.NoticesReadView.as_view(), name="notices_read"),
    path("notices/choices/", views_notices.NoticeChoicesView.as_view(), name="notice_choices"),
    path("notices/<int:pk>/", views_notices.NoticeView.as_view(), name="notice"),
]
