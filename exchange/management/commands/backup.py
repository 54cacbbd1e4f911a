from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from exchange.archives import Unfit
from exchange.backup import backup_make


class Command(BaseCommand):
    help = "Write a backup of the database and the uploaded files, while the site runs."

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.BACKUP_DIR or settings.VAR_DIR / "backups"
        parser.add_argument("folder", nargs="?", type=Path, default=Path(default), help=f"default: {default}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backup_make(options["folder"].resolve())
        except Unfit as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made} ({filesizeformat(made.stat().st_size)})")
