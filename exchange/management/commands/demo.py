from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from competitions.models import Competition, StandingsRun
from exchange.demonstration.load import demonstration_load, is_loaded
from exchange.demonstration.people import PASSWORD
from plants.models import Equipment, MonthlyReturn, Plant


class Command(BaseCommand):
    help = "Load the demonstration: the archive of 1956 to 1958 and a generated competition of today."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION and not is_loaded() and User.objects.exists():
            # Its accounts, an administrator among them, have a password that everybody knows.
            raise CommandError("This site has people already. Load the demonstration into a site of its own.")
        try:
            is_new = demonstration_load()
        except ValidationError as error:
            raise CommandError(f"The demonstration was not loaded: {'; '.join(error.messages)}") from error
        if not is_new:
            self.stdout.write("The demonstration is loaded already; nothing was changed.")
            return
        self.stdout.write(
            f"{Competition.objects.count()} competitions, {Plant.objects.count()} plants, "
            f"{Equipment.objects.count()} pieces of equipment, {MonthlyReturn.objects.count()} returns, "
            f"{StandingsRun.objects.count()} standings runs"
        )
        self.stdout.write(f"Accounts, password {PASSWORD}:")
        for user in User.objects.filter(email__endswith=".org"):
            self.stdout.write(f"  {user.email}")
        plants = ", ".join(Plant.objects.order_by("slug").values_list("slug", flat=True))
        self.stdout.write(f"  reporter@PLANT.example, director@PLANT.example for {plants}")
