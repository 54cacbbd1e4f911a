from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.archives import Manifest, Unfit
from exchange.backup import backup_check, backup_restore


class Command(BaseCommand):
    help = "Take a backup in the place of what the site holds. Stop web, worker and beat first."
    # The tables may be those of another version, or not there at all.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="a backup: the zip, or the folder it was unpacked to")
        parser.add_argument("--replace", action="store_true", help="even though there are people or plants")
        parser.add_argument("--check", action="store_true", help="only compare every file with the manifest")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"].resolve()
        try:
            if options["check"]:
                self._tell("The backup is sound", backup_check(source))
                return
            restored = backup_restore(source, replace=options["replace"])
        except Unfit as error:
            raise CommandError(str(error)) from error
        self._tell("Restored", restored.manifest)
        if restored.missing_migrations:
            self.stdout.write(
                f"This version has {len(restored.missing_migrations)} migrations more. Now run: manage.py migrate"
            )

    def _tell(self, what: str, manifest: Manifest) -> None:
        self.stdout.write(
            f"{what}: of {manifest.made_at}, version {manifest.code_version}, {manifest.engine}, "
            f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, {len(manifest.files)} files"
        )
