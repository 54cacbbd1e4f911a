from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Delivery, InvitationState
from accounts.querysets import InvitationQuerySet, NoticeQuerySet
from core import clock


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        user.confirm_address()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person. Signs in by e-mail address; an administrator of the site is a superuser."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=[("en", "English"), ("zh-hans", "简体中文")], default="en"
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]
    emailaddress_set: Any  # the rows of allauth.account

    class Meta:
        ordering = ("email",)
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_any_case"),)

    def __str__(self) -> str:
        return self.name or self.email

    def confirm_address(self) -> None:
        """Let the address count as the person's own; without that they cannot sign in by it."""
        self.emailaddress_set.update_or_create(email=self.email.lower(), defaults={"verified": True, "primary": True})


class WelcomeCode(models.Model):
    """The one code by which a site without an administrator gets its first; only its SHA-256 is kept."""

    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"welcome until {self.expires_at:%Y-%m-%d %H:%M}"


class Mailed(models.Model):
    """Something that goes out by mail: due from `mail_due_at` on (empty: nothing to mail), again when it fails."""

    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        indexes: ClassVar[tuple[models.Index, ...]] = (
            models.Index(fields=("mail_due_at",), condition=Q(mail_due_at__isnull=False), name="%(class)s_mail_due"),
        )


class Invitation(Mailed):
    """Somebody asked to join, by an address that counts as theirs once they have followed the link.

    The link's token is stored as its SHA-256 only; it is made anew each time the invitation is mailed, so an older
    link ends with it. What an invitation brings besides an account stands on the floors above; see
    `accounts.invitations.grant`.
    """

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    invited_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta(Mailed.Meta):
        ordering = ("-made_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_ends_once",
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> InvitationState:
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if self.expires_at <= clock.now() else InvitationState.OPEN

    @property
    def subject(self) -> str:
        """How the ledger calls it."""
        return f"invitation:{self.email}"


class Notice(Mailed):
    """Something a person is told: a kind (its words stand in the code), what it is about, and the page to open.

    `parameters` fill the kind's words; a value with one wording for each language is a mapping by language. `once`
    names what is told only once to a person, such as a month that falls due.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    address = models.CharField(max_length=300)
    once = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = NoticeQuerySet.as_manager()

    class Meta(Mailed.Meta):
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("person", "kind", "once"), condition=~Q(once=""), name="notice_once"),
        )
        indexes = (
            *Mailed.Meta.indexes,
            models.Index(fields=("person", "-made_at"), name="notice_newest"),
            models.Index(fields=("person",), condition=Q(read_at__isnull=True), name="notice_unread"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.person}"


class NoticeChoice(models.Model):
    """How a person wants to hear of a kind of notice, where they have chosen."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    delivery = models.CharField(max_length=4, choices=Delivery.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "kind"), name="notice_choice_once"),)

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.delivery}"
