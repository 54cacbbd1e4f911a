from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Figures are entered and rankings made all day long; all other acts are rare, and last.
PASSING_ACTS = Q(act__startswith="return.") | Q(act__startswith="standings.")


class LedgerEntry(models.Model):
    """Who did what to which object, with the old and the new state; written in the transaction of the act itself.

    Actor and object are text, so an entry outlives both. Entries are never changed or deleted.
    """

    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("who"), max_length=254)
    act = models.CharField(_("act"), max_length=60)
    subject = models.CharField(_("object"), max_length=200)
    old = models.JSONField(_("before"), null=True)
    new = models.JSONField(_("after"), null=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("subject", "id"), name="ledger_subject"),
            models.Index(fields=("id",), condition=~PASSING_ACTS, name="ledger_lasting"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.act} {self.subject}"


class Lease(models.Model):
    """Exclusive right to a piece of work until `expires_at`; a holder that stops renewing it has died."""

    name = models.CharField(max_length=200, primary_key=True)
    holder = models.UUIDField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """The last sign of life of what works in the background, and what it had to tell (such as a backup's size)."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name
