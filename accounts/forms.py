from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Delivery
from accounts.models import User
from accounts.notices import deliveries_of, kinds

# The fields of allauth's forms in the words of this site.
LABELS: Final = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "remember": _("Stay signed in on this device for two weeks"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "code": pgettext_lazy("second factor", "Code"),
    "name": pgettext_lazy("thing", "Name"),
    "passwordless": _("Sign in with it alone, without a password"),
}
HELP: Final = {
    "passwordless": _(
        "The device then asks for your finger, face or PIN. Without this it is a second step after the password."
    ),
}


def in_our_words(form: forms.BaseForm) -> None:
    """Say what allauth's fields are; a label above stands for the placeholder inside. Who signs in may type at once."""
    for name, field in form.fields.items():
        if name == "login":
            field.widget.attrs["autofocus"] = True
        field.label = LABELS.get(name, field.label)
        field.help_text = HELP.get(name, field.help_text)
        field.widget.attrs.pop("placeholder", None)
        # A form that was sent has made its bound fields already, and they keep the words of then.
        bound = form[name]
        bound.label, bound.help_text = field.label or "", field.help_text


class AboutForm(forms.ModelForm[User]):
    """What a person says of themselves."""

    class Meta:
        model = User
        fields = ("name", "language")
        help_texts = {"language": _("For the pages after you sign in, and for mail.")}


class PersonField(forms.EmailField):
    """Somebody who can sign in already, named by e-mail address; its value is the person."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"label": _("E-mail address"), "help_text": _("The person must be able to sign in already.")}
        super().__init__(**(words | kwargs))

    def clean(self, value: Any) -> User:
        user = User.objects.filter(email__iexact=super().clean(value)).first()
        if user is None:
            raise forms.ValidationError(_("Nobody signs in with this address. Invite the person first."))
        return user


class InvitationForm(forms.Form):
    """Whom to invite, by address, and the language of the mail."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)


class AcceptForm(forms.Form):
    """What somebody new tells of themselves when they accept an invitation."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=120,
        help_text=_("As colleagues know you; it stands beside what you enter and approve."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )


class NoticeChoicesForm(forms.Form):
    """How a person wants to hear of each kind of notice; `groups` holds the fields by heading."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = deliveries_of(person)
        for each in kinds():
            field = forms.ChoiceField(label=str(each.name), choices=Delivery.choices, initial=now[each.code])
            self.fields[each.code] = field

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        found: dict[Any, list[Any]] = {}
        for each in kinds():
            found.setdefault(str(each.group), []).append(self[each.code])
        return list(found.items())
