from typing import Any

from django.core.management.base import BaseCommand

from indicators.services import catalogue_load


class Command(BaseCommand):
    help = "Load the built-in catalogue of measures and indicators; what stands already is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        added = catalogue_load()
        self.stdout.write(f"{added} measures and indicators added.")
