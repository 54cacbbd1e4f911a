from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from accounts.welcome import VALID, welcome_code_make


class Command(BaseCommand):
    help = "Print the one-time address at which a site without an administrator gets its first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", default="", help="where people reach the site, such as https://contest.example")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = welcome_code_make()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        host = settings.ALLOWED_HOSTS[0].lstrip(".")
        site = options["site"] or (f"https://{host}" if settings.PRODUCTION else "http://127.0.0.1:8000")
        self.stdout.write(f"{site.rstrip('/')}{reverse('welcome')}?code={code}")
        self.stderr.write(f"Valid once and for {VALID.total_seconds() / 3600:.0f} hours; a new one replaces it.")
