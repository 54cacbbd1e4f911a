"""Who holds which role in the competitions of the demonstration."""

from competitions.choices import CompetitionRole
from competitions.models import Competition
from competitions.services.setup import role_add, role_remove
from exchange.demonstration.people import People


def hand_over(competition: Competition, people: People) -> None:
    """Hand a competition that the administrator has created over to its organizer."""
    role_add(
        actor=people.administrator,
        competition=competition,
        user=people.organizer,
        role=CompetitionRole.ORGANIZER,
    )
    creator = competition.roles.get(user=people.administrator)
    role_remove(actor=people.organizer, role=creator)


def appoint_judges(competition: Competition, people: People) -> None:
    """Evaluators and inspector."""
    judges = [(each, CompetitionRole.EVALUATOR) for each in people.evaluators]
    for user, role in [*judges, (people.inspector, CompetitionRole.INSPECTOR)]:
        role_add(actor=people.organizer, competition=competition, user=user, role=role)
