"""The people of the demonstration: role names, no invented persons."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.services import user_create
from exchange.demonstration.works import Works

PASSWORD: Final = "demo-steel"
ADMINISTRATOR: Final = "admin@example.org"


@dataclass(frozen=True, slots=True)
class People:
    """Who acts in the story; reporters and directors by the code of their plant."""

    administrator: User
    organizer: User
    evaluators: tuple[User, User]
    inspector: User
    reporters: dict[str, User]
    directors: dict[str, User]


def administrator_create() -> User:
    """The first person of a site, whom nobody else can make. Raises ValidationError where the address is taken."""
    if User.objects.filter(email__iexact=ADMINISTRATOR).exists():
        raise ValidationError(f"{ADMINISTRATOR} is taken; the demonstration needs a site of its own.")
    return User.objects.create_superuser(ADMINISTRATOR, PASSWORD, name="Administrator")


def people_create(administrator: User, works: Iterable[Works]) -> People:
    """Everybody else, made by the administrator. Raises ValidationError where an address is taken."""

    def create(email: str, name: str) -> User:
        return user_create(actor=administrator, email=email, name=name, language="en", password=None)

    plants = list(works)
    people = People(
        administrator=administrator,
        organizer=create("organizer@example.org", "Organizer"),
        evaluators=(
            create("evaluator@example.org", "Evaluator"),
            create("evaluator2@example.org", "Second evaluator"),
        ),
        inspector=create("inspector@example.org", "Inspector"),
        reporters={each.slug: create(f"reporter@{each.slug}.example", f"Reporter, {each.name}") for each in plants},
        directors={each.slug: create(f"director@{each.slug}.example", f"Director, {each.name}") for each in plants},
    )
    # One password for all, hashed once: hashing it anew for each of thirty people takes seconds.
    User.objects.exclude(pk=administrator.pk).update(password=administrator.password)
    return people
