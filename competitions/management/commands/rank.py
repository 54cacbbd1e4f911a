from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competitions.models import Competition
from competitions.services.runs import period_rank_now
from core.periods import Period, PeriodError


class Command(BaseCommand):
    help = "Rank a period of a competition now, without broker or worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("competition", help="code of the competition")
        parser.add_argument("period", help="such as 1959-08, 1959-Q3, 1959-H1, 1959 or 1959-01..1959-07")

    def handle(self, *args: Any, **options: Any) -> None:
        competition = Competition.objects.filter(slug=options["competition"]).first()
        if competition is None:
            raise CommandError(f"There is no competition {options['competition']}.")
        try:
            period = Period.parse(options["period"])
        except PeriodError as error:
            raise CommandError(str(error)) from None
        run = period_rank_now(competition, period)
        if run is None:
            raise CommandError("Another worker is ranking this period.")
        self.stdout.write(
            f"run {run.pk}: {sum(len(each.entries) for each in run.rankings.all())} entries, inputs {run.inputs_hash}"
        )
