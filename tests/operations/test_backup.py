"""A restored backup equals the original; one that is broken, of another kind or newer changes nothing."""

import hashlib
import json
import os
import shutil
import zipfile
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from core import clock, health
from exchange import engines
from exchange.archives import MANIFEST, Unfit
from exchange.backup import backup_make, backup_restore, backups_prune
from exchange.tasks import backup_nightly
from plants.models import Plant
from tests import factories as make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("backup")]

MEDIA = {"notes.txt": "岗位责任制".encode(), "deep/er/drawing.png": bytes(range(256)) * 4096, "empty": b""}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Uploads of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for name, content in MEDIA.items():
        path = settings.MEDIA_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return settings.MEDIA_ROOT


@pytest.fixture
def site(now):
    """People, returns, a revision, standings and ledger rows."""
    competition = make.competition()
    furnaces = [make.equipment(make.plant(slug)) for slug in ("daye", "dalian", "benxi")]
    make.enter(make.group(competition), *furnaces)
    for furnace, output in zip(furnaces, ("9300", "9920.5", "9610"), strict=True):
        make.report(furnace.plant, "2026-09", {furnace: {"good_t": output}})
    make.period_ranked(competition, "2026-09")
    Plant.objects.filter(slug="daye").update(name_zh="大冶钢厂")
    return competition


@pytest.fixture
def small_site(now):
    """A plant with its people, where it does not matter what else there is."""
    make.person("inspector@example.org")
    return make.plant("daye")


def content():
    """Rows and hash of the ordered rows of every table, and the uploads."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    root = settings.MEDIA_ROOT
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return found, files


def damage_site():
    """Everything that a mistake may do: rows changed, rows gone, rows new, files changed and new."""
    Plant.objects.filter(slug="daye").update(name="Renamed")
    make.plant("harbin")
    User.objects.filter(email="inspector@example.org").update(name="Somebody")
    (settings.MEDIA_ROOT / "notes.txt").write_bytes(b"other")
    (settings.MEDIA_ROOT / "new.txt").write_bytes(b"new")
    shutil.rmtree(settings.MEDIA_ROOT / "deep")


def restored_by(source, tmp_path, how):
    if how == "folder":
        source_folder = tmp_path / "unpacked"
        shutil.unpack_archive(source, source_folder)
        return source_folder
    return source


@pytest.mark.parametrize("how", ["file", "folder"])
def test_restored_site_equals_the_one_backed_up(site, tmp_path, how):
    before = content()
    made = backup_make(tmp_path / "backups")
    damage_site()
    assert content() != before
    backup_restore(restored_by(made, tmp_path, how), replace=True)
    assert content() == before
    assert before[0]["plants_plant"][0] == 3
    # Numbers go on where they were, and the ranking stands.
    assert make.plant("harbin").pk > Plant.objects.get(slug="benxi").pk
    assert make.period_ranked(site, "2026-09").pk


def test_backup_is_private_complete_and_leaves_nothing_beside_it(site, tmp_path):
    made = backup_make(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == [made]
    assert made.stat().st_mode & 0o777 == 0o600
    manifest = json.loads(zipfile.ZipFile(made).read(MANIFEST))
    assert set(manifest["files"]) == {manifest["database"], *(f"media/{name}" for name in MEDIA)}
    assert manifest["files"]["media/notes.txt"]["sha256"] == hashlib.sha256(MEDIA["notes.txt"]).hexdigest()
    assert manifest["rows"]["plants_plant"] == 3
    assert manifest["code_version"] == settings.CODE_VERSION
    assert "core.0001_initial" in manifest["migrations"]


def test_backup_is_remembered_for_the_health_page(site, tmp_path):
    made = backup_make(tmp_path)
    assert health.last_sign("backup").detail == {"bytes": made.stat().st_size, "name": made.name}


def test_backup_passes_over_what_a_restore_left(small_site, tmp_path, media):
    (media / ".restore-x").mkdir()
    (media / ".restore-x" / "database.sqlite3").write_bytes(b"x")
    manifest = json.loads(zipfile.ZipFile(backup_make(tmp_path / "backups")).read(MANIFEST))
    assert not [name for name in manifest["files"] if ".restore" in name]


def test_backup_into_a_place_that_cannot_be_written_says_so(small_site, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", str(tmp_path / "file"))
    assert health.last_sign("backup") is None


def edit_file(folder):
    (folder / "media/notes.txt").write_bytes(b"changed")


def edit_database(folder):
    [path] = folder.glob("database.*")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def lose_file(folder):
    (folder / "media/empty").unlink()


def add_file(folder):
    (folder / "media/smuggled.txt").write_bytes(b"x")


def lose_manifest(folder):
    (folder / MANIFEST).unlink()


def spoil_manifest(folder):
    (folder / MANIFEST).write_text("{")


def change_manifest(**changes):
    def change(folder):
        path = folder / MANIFEST
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def claim_other_rows(folder):
    rows = json.loads((folder / MANIFEST).read_text())["rows"]
    change_manifest(rows=rows | {"plants_plant": 99})(folder)


def claim_a_newer_migration(folder):
    migrations = json.loads((folder / MANIFEST).read_text())["migrations"]
    change_manifest(migrations=[*migrations, "core.0999_from_the_future"], code_version="9.9")(folder)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (edit_file, "media/notes.txt is not as it was"),
        (edit_database, "is not as it was"),
        (lose_file, "media/empty is missing"),
        (add_file, "media/smuggled.txt lies in the backup"),
        (lose_manifest, "manifest is missing"),
        (spoil_manifest, "manifest is missing or cannot be read"),
        (change_manifest(format="other-2"), "format other-2"),
        (change_manifest(engine="oracle"), "is of oracle"),
        (change_manifest(database="media/notes.txt"), "no database"),
        (claim_a_newer_migration, r"newer version \(9\.9\).*core\.0999_from_the_future"),
        (claim_other_rows, "manifest"),
    ],
)
def test_backup_that_is_not_sound_is_refused_and_nothing_changes(small_site, tmp_path, spoil, said):
    source = restored_by(backup_make(tmp_path / "backups"), tmp_path, "folder")
    spoil(source)
    damage_site()
    before = content()
    with pytest.raises(Unfit, match=said):
        backup_restore(source, replace=True)
    assert content() == before


def test_manifest_that_points_outside_is_refused(small_site, tmp_path):
    made = backup_make(tmp_path / "backups")
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(made) as good, zipfile.ZipFile(evil, "w") as bad:
        manifest = json.loads(good.read(MANIFEST))
        for name in manifest["files"]:
            bad.writestr(name, good.read(name))
        manifest["files"]["../outside.txt"] = {"bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
        bad.writestr("../outside.txt", b"x")
        bad.writestr(MANIFEST, json.dumps(manifest))
    with pytest.raises(Unfit):
        backup_restore(evil, replace=True)
    assert not list(tmp_path.glob("**/outside.txt"))


@pytest.mark.parametrize("share", [0.2, 0.999])
def test_backup_cut_off_is_refused(small_site, tmp_path, share):
    made = backup_make(tmp_path / "backups")
    os.truncate(made, int(made.stat().st_size * share))
    with pytest.raises(Unfit, match="damaged"):
        backup_restore(made, replace=True)


def test_backup_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="is not there"):
        call_command("restore", str(tmp_path / "none.zip"))


def test_restore_of_a_site_with_people_needs_to_be_told_so(small_site, tmp_path):
    made = backup_make(tmp_path / "backups")
    damage_site()
    before = content()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(made))
    assert content() == before


def test_restore_into_an_empty_site_needs_no_more(site, tmp_path):
    before = content()
    made = backup_make(tmp_path / "backups")
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        tables = connection.introspection.table_names(cursor)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys=OFF")
        for table in tables:
            cursor.execute(f'DROP TABLE "{table}"' + ("" if connection.vendor == "sqlite" else " CASCADE"))
    shutil.rmtree(settings.MEDIA_ROOT)
    out = StringIO()
    call_command("restore", str(made), stdout=out)
    assert content() == before
    assert out.getvalue().startswith("Restored: of 2026-11-04")


def test_restore_of_an_older_backup_says_what_to_run(small_site, tmp_path):
    source = restored_by(backup_make(tmp_path / "backups"), tmp_path, "folder")
    migrations = json.loads((source / MANIFEST).read_text())["migrations"]
    change_manifest(migrations=[each for each in migrations if each != "core.0002_heartbeat_detail"])(source)
    out = StringIO()
    call_command("restore", str(source), "--replace", stdout=out)
    assert "1 migrations more. Now run: manage.py migrate" in out.getvalue()


def test_check_tells_a_sound_backup_from_another_and_touches_nothing(small_site, tmp_path):
    before = content()
    made = backup_make(tmp_path / "backups")
    out = StringIO()
    call_command("restore", str(made), "--check", stdout=out)
    assert out.getvalue().startswith("The backup is sound")
    source = restored_by(made, tmp_path, "folder")
    edit_file(source)
    with pytest.raises(CommandError, match="SHA-256"):
        call_command("restore", str(source), "--check")
    assert {name: rows for name, rows in content()[0].items() if name != "core_heartbeat"} == {
        name: rows for name, rows in before[0].items() if name != "core_heartbeat"
    }


def test_database_that_cannot_be_loaded_brings_the_old_files_back(small_site, tmp_path):
    """Sound by its hashes, but what it claims to be a database is none: the uploads must not be the new ones."""
    source = restored_by(backup_make(tmp_path / "backups"), tmp_path, "folder")
    [path] = source.glob("database.*")
    path.write_bytes(b"no database at all" * 100)
    files = json.loads((source / MANIFEST).read_text())["files"]
    files[path.name] = {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    change_manifest(files=files)(source)
    damage_site()
    before = content()
    with pytest.raises(Unfit):
        backup_restore(source, replace=True)
    assert content() == before


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_missing_programs_of_postgresql_are_named(small_site, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unfit, match=r"pg_dump is not on this machine\. Install"):
        backup_make(tmp_path / "backups")


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
def test_restore_while_others_hold_the_tables_gives_up_and_changes_nothing(small_site, tmp_path, monkeypatch):
    made = backup_make(tmp_path / "backups")
    damage_site()
    before = content()
    monkeypatch.setattr(engines, "PATIENCE_S", 1)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT * FROM plants_plant FOR UPDATE")
            with pytest.raises(Unfit, match="Others hold the tables"):
                backup_restore(made, replace=True)
    finally:
        other.close()
    assert content() == before


@pytest.fixture
def nightly(settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_KEEP = str(tmp_path / "nightly"), 2
    return Path(settings.BACKUP_DIR)


def test_nightly_backup_keeps_so_many(small_site, nightly, now):
    for day in range(3):
        with clock.at(now + timedelta(days=day)):
            assert backup_nightly()
    assert [path.name[12:20] for path in sorted(nightly.iterdir())] == ["20261105", "20261106"]


def test_nightly_backup_twice_in_one_night_is_made_once(small_site, nightly):
    assert backup_nightly()
    assert backup_nightly() is None
    assert len(list(nightly.iterdir())) == 1


def test_nightly_backup_without_a_folder_is_none(small_site, settings):
    settings.BACKUP_DIR = ""
    assert backup_nightly() is None


def test_prune_leaves_other_files_alone(tmp_path):
    for name in ("competition-1.zip", "competition-2.zip", "notes.zip"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in backups_prune(tmp_path, 1)] == ["competition-1.zip"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["competition-2.zip", "notes.zip"]
