from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-out/", views.SignOutView.as_view(), name="sign_out"),
    path("language/", views.LanguageView.as_view(), name="language"),
    path("password/", views.PasswordView.as_view(), name="password"),
    path("people/", views.PeopleView.as_view(), name="people"),
    path("people/add/", views.PersonAddView.as_view(), name="person_add"),
]
