from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    """E-mail address and password."""

    username = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    def clean_username(self) -> Any:
        return self.cleaned_data["username"].strip().lower()


class PersonField(forms.EmailField):
    """Somebody who can sign in already, named by e-mail address; its value is the person."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"label": _("E-mail address"), "help_text": _("The person must be able to sign in already.")}
        super().__init__(**(words | kwargs))

    def clean(self, value: Any) -> User:
        user = User.objects.filter(email__iexact=super().clean(value)).first()
        if user is None:
            raise forms.ValidationError(_("Nobody signs in with this address. Add the person first."))
        return user


class PersonForm(forms.ModelForm[User]):
    """A new person, made by the administrator."""

    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least eight characters. The person changes it after the first sign-in."),
    )

    class Meta:
        model = User
        fields = ("email", "name", "language")
