from django.urls import include, path, re_path

from accounts import views, views_notices, views_people
from accounts import views_sign_in as sign_in

ours = [
    path("", views.AccountView.as_view(), name="account"),
    path("language/", views.LanguageView.as_view(), name="language"),
    path("people/", views_people.PeopleView.as_view(), name="people"),
    path("people/invite/", views_people.InviteView.as_view(), name="invite"),
    path("people/<int:pk>/", views_people.PersonView.as_view(), name="person"),
    path("people/<int:pk>/lock-out/", views_people.PersonDeactivateView.as_view(), name="person_deactivate"),
    path("people/<int:pk>/let-in/", views_people.PersonReactivateView.as_view(), name="person_reactivate"),
    path("people/<int:pk>/second-factors/", views_people.SecondFactorsRemoveView.as_view(), name="person_factors"),
    path("invitations/<int:pk>/again/", views_people.InvitationSendAgainView.as_view(), name="invitation_again"),
    path("invitations/<int:pk>/withdraw/", views_people.InvitationWithdrawView.as_view(), name="invitation_withdraw"),
    path("invitations/<str:token>/", views_people.InvitationView.as_view(), name="invitation"),
    path("notices/", views_notices.NoticesView.as_view(), name="notices"),
    path("notices/read/", views_notices.NoticesReadView.as_view(), name="notices_read"),
    path("notices/choices/", views_notices.NoticeChoicesView.as_view(), name="notice_choices"),
    path("notices/<int:pk>/", views_notices.NoticeView.as_view(), name="notice"),
]

# allauth finds its pages by these names; only those that are used here stand at an address.
allauths = [
    path("sign-in/", sign_in.SignInView.as_view(), name="account_login"),
    path("sign-in/second-step/", sign_in.SecondStepView.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", sign_in.PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path("sign-in/closed/", sign_in.InactiveView.as_view(), name="account_inactive"),
    path("sign-out/", sign_in.SignOutView.as_view(), name="account_logout"),
    path("sign-up/", sign_in.SignUpView.as_view(), name="account_signup"),
    path("confirm/", sign_in.ConfirmByPasswordView.as_view(), name="account_reauthenticate"),
    path("confirm/code/", sign_in.ConfirmByCodeView.as_view(), name="mfa_reauthenticate"),
    path("confirm/passkey/", sign_in.ConfirmByPasskeyView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("password/", sign_in.PasswordView.as_view(), name="account_change_password"),
    path("password/set/", sign_in.PasswordSetView.as_view(), name="account_set_password"),
    path("password/reset/", sign_in.ResetView.as_view(), name="account_reset_password"),
    path("password/reset/sent/", sign_in.ResetSentView.as_view(), name="account_reset_password_done"),
    path("password/reset/done/", sign_in.ResetDoneView.as_view(), name="account_reset_password_from_key_done"),
    re_path(r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", sign_in.ResetByLinkView.as_view(),
            name="account_reset_password_from_key"),
    path("address/", sign_in.AddressView.as_view(), name="account_email"),
    path("address/sent/", sign_in.AddressSentView.as_view(), name="account_email_verification_sent"),
    path("address/confirm/<str:key>/", sign_in.AddressConfirmView.as_view(), name="account_confirm_email"),
    path("second-factor/", sign_in.SecondFactorView.as_view(), name="mfa_index"),
    path("second-factor/app/", sign_in.AppAddView.as_view(), name="mfa_activate_totp"),
    path("second-factor/app/remove/", sign_in.AppRemoveView.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/codes/", sign_in.CodesView.as_view(), name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", sign_in.CodesRenewView.as_view(), name="mfa_generate_recovery_codes"),
    path("second-factor/codes/file/", sign_in.CodesFileView.as_view(), name="mfa_download_recovery_codes"),
    path("passkeys/", sign_in.PasskeysView.as_view(), name="mfa_list_webauthn"),
    path("passkeys/add/", sign_in.PasskeyAddView.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", sign_in.PasskeyNameView.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", sign_in.PasskeyRemoveView.as_view(), name="mfa_remove_webauthn"),
    path("sessions/", sign_in.SessionsView.as_view(), name="usersessions_list"),
    path("identity/", sign_in.IdentitiesView.as_view(), name="socialaccount_connections"),
    path("identity/sign-in/", sign_in.IdentitySignInView.as_view(), {"provider_id": "oidc"}, "openid_connect_login"),
    path("identity/return/", sign_in.IdentityReturnView.as_view(), {"provider_id": "oidc"}, "openid_connect_callback"),
    path("identity/cancelled/", sign_in.IdentityCancelledView.as_view(), name="socialaccount_login_cancelled"),
]  # fmt: skip

urlpatterns = [path("", include((ours, "accounts"))), *allauths]
