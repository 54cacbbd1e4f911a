"""Backup and restore of everything the site holds: the database and the uploaded files.

A backup is one moment of the database, taken while the site runs. A restore checks everything before it touches
anything, and either takes the whole of it or leaves the site as it was.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User
from core import clock, health
from exchange.archives import Manifest, Unfit, pack, unpack
from exchange.engines import engine
from plants.models import Plant

logger = logging.getLogger(__name__)

NAMED = "competition-*.zip"
MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore took, and the migrations of this code that the backup does not know yet."""

    manifest: Manifest
    missing_migrations: list[str]


def backup_make(folder: Path) -> Path:
    """Write a backup into the folder; answers its file, which is there only when it is complete. Raises Unfit."""
    now = clock.now().astimezone(UTC)
    target = folder / f"competition-{now:%Y%m%dT%H%M%SZ}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise Unfit(f"{target} is there already; try again in a second.")
        with TemporaryDirectory(prefix=".backup-", dir=folder) as staging:
            database, part = Path(staging) / engine().file, Path(staging) / "part.zip"
            rows = engine().dump(database)
            manifest = Manifest(
                made_at=now.isoformat(),
                code_version=settings.CODE_VERSION,
                engine=connection.vendor,
                database=database.name,
                migrations=_applied(),
                rows=rows,
            )
            # The people's passwords are in it, if only as hashes.
            part.touch(mode=0o600)
            pack(part, manifest, _files(database))
            size = part.stat().st_size
            part.rename(target)
    except OSError as error:
        raise Unfit(f"The backup could not be written to {folder}: {error.strerror or error}") from error
    health.sign("backup", bytes=size, name=target.name)
    return target


def backups_prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups of the folder; answers those deleted."""
    old = sorted(folder.glob(NAMED))[:-keep]
    for each in old:
        each.unlink(missing_ok=True)
    return old


def backup_check(source: Path) -> Manifest:
    """Read a backup to its end and compare every file with its manifest, touching nothing else. Raises Unfit."""
    with TemporaryDirectory(prefix=".check-", dir=_media_root()) as staging:
        return unpack(source, Path(staging))


def backup_restore(source: Path, *, replace: bool = False) -> Restored:
    """Take a backup in the place of what the site holds. Raises Unfit, and then nothing has changed.

    `replace` must be given where there are people or plants that would be lost.
    """
    if not replace and _holds_anything():
        raise Unfit("This site has people or plants already. With --replace the backup takes their place.")
    # Inside the folder of the uploads, so that they are put in place by renaming.
    with TemporaryDirectory(prefix=".restore-", dir=_media_root()) as staging:
        manifest = unpack(source, Path(staging))
        _fits(manifest)
        with _media_replaced(Path(staging) / MEDIA):
            engine().load(Path(staging) / manifest.database, manifest.rows)
    try:
        cache.clear()
    except Exception as error:
        # It holds nothing that a backup holds, and its server may be away.
        logger.warning("the cache was not cleared: %r", error)
    return Restored(manifest, sorted(_known() - set(manifest.migrations)))


def _fits(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise Unfit(f"The backup is of {manifest.engine}, this site runs on {connection.vendor}.")
    if manifest.database != engine().file or manifest.database not in manifest.files:
        raise Unfit("There is no database in the backup.")
    unknown = sorted(set(manifest.migrations) - _known(with_replaced=True))
    if unknown:
        raise Unfit(
            f"The backup was made by a newer version ({manifest.code_version}) than this one "
            f"({settings.CODE_VERSION}): it knows {', '.join(unknown)}. Install that version first."
        )


def _applied() -> list[str]:
    """The migrations of the database; those of apps that this code has given up count no more."""
    labels = {config.label for config in apps.get_app_configs()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in labels)


def _known(*, with_replaced: bool = False) -> set[str]:
    """The migrations of this code, with those that squashed ones stand for."""
    migrations = MigrationLoader(None).disk_migrations
    keys = set(migrations)
    if with_replaced:
        keys |= {key for migration in migrations.values() for key in migration.replaces}
    return {f"{app}.{name}" for app, name in keys}


def _holds_anything() -> bool:
    tables = connection.introspection.table_names()
    return any(model._meta.db_table in tables and model._default_manager.exists() for model in (User, Plant))


def _files(database: Path) -> Iterator[tuple[str, Path]]:
    yield database.name, database
    root = _media_root()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        # What a restore or check is at work on begins with a dot.
        if path.is_file() and not name.parts[0].startswith("."):
            yield f"{MEDIA}/{name.as_posix()}", path


def _media_root() -> Path:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    return root


@contextmanager
def _media_replaced(new: Path) -> Iterator[None]:
    """For the block and after it the uploads are those of `new`; the old ones come back where the block fails."""
    root = _media_root()
    new.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix=".replaced-", dir=root) as kept:
        old = Path(kept)
        try:
            _move_all(root, old)
            _move_all(new, root)
            yield
        except BaseException:
            for each in [each for each in root.iterdir() if not each.name.startswith(".")]:
                shutil.rmtree(each) if each.is_dir() else each.unlink()
            _move_all(old, root)
            raise


def _move_all(source: Path, target: Path) -> None:
    for each in [each for each in source.iterdir() if not each.name.startswith(".")]:
        each.rename(target / each.name)
