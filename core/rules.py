"""The registry of rules: may this person do this act, and if not, why?

A rule is a function `(user, subject) -> Allowed | Denied`, registered under the name of the act
(`"return.approve"`). Page, API, task and import ask the same rule, and what it says is shown. Several floors may
register under one name: the act is allowed if any of them allows it, which is how a higher floor grants an
evaluator what a lower floor knows nothing of. A name nobody registered is refused.

A veto is the other way round: a higher floor registers under a name what refuses although a rule allows. It is asked
last, so that somebody who may not do the act at all hears that and not of a condition on top of it.

A scope is the same thing for lists: a function `user -> Q`; the scopes of one name are joined by OR.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PUBLIC = "public"
SIGNED_IN = "signed-in"


class Person(Protocol):
    """What a rule needs to know of a user; `AnonymousUser` fits as well."""

    pk: Any
    is_authenticated: Any
    is_superuser: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """The act may be done."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """The act is refused; `reason` is a whole sentence for the person who asked."""

    reason: str | Promise

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied
Rule = Callable[[Any, Any], Decision]
Veto = Callable[[Any, Any], Denied | None]
Scope = Callable[[Any], Q]


class Refused(PermissionDenied):
    """A rule said no. `str(refused)` is its reason; the 403 page prints it."""


_rules: dict[str, list[Rule]] = defaultdict(list)
_vetoes: dict[str, list[Veto]] = defaultdict(list)
_scopes: dict[str, list[Scope]] = defaultdict(list)


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register the decorated function as a rule of the act `name`."""

    def register(function: Rule) -> Rule:
        _rules[name].append(function)
        return function

    return register


def veto(name: str) -> Callable[[Veto], Veto]:
    """Register the decorated function to refuse the act `name` whatever its rules say; None lets them stand."""

    def register(function: Veto) -> Veto:
        _vetoes[name].append(function)
        return function

    return register


def scope(name: str) -> Callable[[Scope], Scope]:
    """Register the decorated function as a part of the scope `name`."""

    def register(function: Scope) -> Scope:
        _scopes[name].append(function)
        return function

    return register


def decide(name: str, user: Any, subject: Any = None) -> Decision:
    """Ask the rules of `name` in the order of the floors, then its vetoes; the first reason is the one given."""
    if name == PUBLIC:
        return Allowed()
    refusal: Denied | None = None
    for function in _rules.get(name, ()):
        decision = function(user, subject)
        if isinstance(decision, Allowed):
            vetoed = _vetoed(name, user, subject)
            return decision if vetoed is None else vetoed
        refusal = decision if refusal is None else refusal
    return Denied(_("You may not do this.")) if refusal is None else refusal


def _vetoed(name: str, user: Any, subject: Any) -> Denied | None:
    # `is not None`: a refusal is false.
    answers = (function(user, subject) for function in _vetoes.get(name, ()))
    return next((refusal for refusal in answers if refusal is not None), None)


def enforce(name: str, user: Any, subject: Any = None) -> None:
    """Raise `Refused` with the reason unless the act is allowed."""
    decision = decide(name, user, subject)
    if isinstance(decision, Denied):
        raise Refused(str(decision.reason))


def scope_q(name: str, user: Any) -> Q:
    """The rows of `name` that the person may see; nothing registered means nothing seen."""
    query = Q(pk__in=[])
    for function in _scopes.get(name, ()):
        query |= function(user)
    return query


@rule(SIGNED_IN)
def anyone_signed_in(user: Person, subject: Any) -> Decision:
    return Allowed() if user.is_authenticated else Denied(_("Sign in first."))


@rule("site.administer")
def administrator(user: Person, subject: Any) -> Decision:
    if user.is_authenticated and user.is_superuser:
        return Allowed()
    return Denied(_("Only an administrator of the site may do this."))


@rule("site.watch")
def administrator_watches(user: Person, subject: Any) -> Decision:
    if user.is_authenticated and user.is_superuser:
        return Allowed()
    return Denied(_("Only organizers and administrators see how the site is."))
