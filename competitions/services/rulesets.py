from typing import Any

from django.db import transaction

from competitions.models import Competition, RuleSet
from competitions.rulesets import digest
from competitions.services.tracking import competition_mark
from core import clock, ledger, rules
from indicators.models import Measure
from indicators.selectors import definition_of, newest_versions


def current_document(competition: Competition) -> dict[str, Any]:
    """What the rules would be if they were taken from the catalogue and the competition's settings now."""
    known = set(Measure.objects.values_list("code", flat=True))
    indicators = []
    for version in newest_versions():
        indicator = version.indicator
        indicators.append(
            {
                "code": indicator.code,
                "version": version.number,
                "trade": indicator.trade,
                "numerator": version.numerator,
                "denominator": version.denominator,
                "factor": format(version.factor.normalize(), "f"),
                "direction": indicator.direction,
                "decimals": indicator.decimals,
                "measures": sorted(definition_of(version, known).measures),
            }
        )
    return {
        "minimum_months": competition.minimum_months,
        "small_group": competition.small_group,
        "indicators": indicators,
    }


def rule_set_of(competition: Competition) -> RuleSet:
    """The competition's rules: the newest set, made from the catalogue on first need."""
    newest = competition.rule_sets.last()
    return newest or _adopt(competition, current_document(competition))


def _adopt(competition: Competition, document: dict[str, Any]) -> RuleSet:
    return RuleSet.objects.create(
        competition=competition, document=document, digest=digest(document), created_at=clock.now()
    )


def rule_set_is_current(competition: Competition) -> bool:
    """Whether catalogue and settings say what the competition's rules say."""
    return rule_set_of(competition).digest == digest(current_document(competition))


@transaction.atomic
def rule_set_adopt(*, actor: Any, competition: Competition) -> RuleSet:
    """Take the newest formulas and settings as a new rule set and have everything ranked anew. Raises Refused."""
    rules.enforce("competition.organize", actor, competition)
    old = rule_set_of(competition)
    document = current_document(competition)
    if old.digest == digest(document):
        return old
    new = _adopt(competition, document)
    ledger.record(
        actor=actor,
        act="rules.adopted",
        subject=competition.subject,
        old={"rules": old.digest},
        new={"rules": new.digest},
    )
    competition_mark(competition)
    return new
