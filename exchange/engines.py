"""How a whole database is written to a file and read back, on either engine, as one moment and in one piece."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Protocol

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from exchange.archives import Unfit

# How long a restore waits for others to let go of the database.
PATIENCE_S = 30
TABLE = re.compile(r"[a-z_][a-z0-9_]*")

Rows = dict[str, int]


class Engine(Protocol):
    """What a backup asks of a database."""

    file: str

    def dump(self, target: Path) -> Rows:
        """Write everything to `target`, as it is at one moment; answers how many rows each table has there."""

    def load(self, source: Path, rows: Rows) -> None:
        """Put what `source` holds in the place of everything, wholly or not at all. Raises Unfit."""


class Sqlite:
    """SQLite's own backup, which others need not stop writing for."""

    file = "database.sqlite3"

    def dump(self, target: Path) -> Rows:
        with closing(self._live()) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            # One file: no journal beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            return self._rows(copy)

    def load(self, source: Path, rows: Rows) -> None:
        with closing(sqlite3.connect(source)) as copy:
            # Constraints use functions that only Django's connections know.
            copy.execute("PRAGMA ignore_check_constraints=ON")
            try:
                [[verdict]] = copy.execute("PRAGMA integrity_check(1)").fetchall()
                found = self._rows(copy)
            except sqlite3.DatabaseError as error:
                raise Unfit(f"The database in the backup is damaged: {error}") from error
            if verdict != "ok" or found != rows:
                raise Unfit("The database in the backup does not hold what its manifest says.")
            connection.close()
            end = monotonic() + PATIENCE_S

            def give_up(_status: int, remaining: int, _total: int) -> None:
                if remaining and monotonic() > end:
                    raise Unfit("Others keep writing to the database. Stop web, worker and beat, then try again.")

            with closing(self._live()) as live:
                copy.backup(live, progress=give_up)

    def _live(self) -> sqlite3.Connection:
        return sqlite3.connect(connection.settings_dict["NAME"], timeout=PATIENCE_S)

    @staticmethod
    def _rows(database: sqlite3.Connection) -> Rows:
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for [name] in names}


class Postgresql:
    """PostgreSQL's own programs: pg_dump, pg_restore and psql, of the server's version or later."""

    file = "database.dump"

    def dump(self, target: Path) -> Rows:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            # The rows are counted in the very state that pg_dump writes.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            rows = {}
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
                rows[table] = cursor.fetchone()[0]
            _run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={target}",
            )
        return rows

    def load(self, source: Path, rows: Rows) -> None:
        """One transaction drops the tables, makes those of the backup and compares their rows with the manifest."""
        script, first, last = (source.with_suffix(ending) for ending in (".sql", ".first.sql", ".last.sql"))
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source), connected=False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            schema = connection.ops.quote_name(cursor.fetchone()[0])
            present = [connection.ops.quote_name(name) for name in connection.introspection.table_names(cursor)]
        connection.close()
        first.write_text("".join(f"DROP TABLE IF EXISTS {schema}.{name} CASCADE;\n" for name in present))
        last.write_text("".join(_assertion(schema, table, count) for table, count in rows.items()))
        _run(
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--output=/dev/null",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            *(f"--file={each}" for each in (first, script, last)),
        )


def _assertion(schema: str, table: str, count: int) -> str:
    """SQL that fails unless the table has so many rows."""
    if not TABLE.fullmatch(table):
        raise Unfit(f"The manifest names a table that cannot be one: {table}")
    return (
        f"DO $$ BEGIN IF (SELECT count(*) FROM {schema}.{table}) <> {int(count)} THEN "
        f"RAISE EXCEPTION 'the manifest says % rows of {table}', {int(count)}; END IF; END $$;\n"
    )


def _run(program: str, *arguments: str, connected: bool = True) -> None:
    """Run a program of PostgreSQL against our database; its password goes by the environment. Raises Unfit."""
    if shutil.which(program) is None:
        raise Unfit(f"{program} is not on this machine. Install PostgreSQL's client (Debian: postgresql-client).")
    words, variables = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, list(arguments))
    command = [program, *words[1:]] if connected else [program, *arguments]
    env = os.environ | (variables or {}) | {"PGOPTIONS": f"-c lock_timeout={PATIENCE_S}s"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unfit(f"{program} stopped: {done.stderr.strip()}{_hint(done.stderr)}")


def _hint(said: str) -> str:
    if "lock timeout" in said:
        return "\nOthers hold the tables. Stop web, worker and beat, then try again."
    if "server version mismatch" in said:
        return "\nInstall the client of the server's version."
    return ""


ENGINES: dict[str, Engine] = {"sqlite": Sqlite(), "postgresql": Postgresql()}


def engine() -> Engine:
    """How to dump and load the database of this site."""
    return ENGINES[connection.vendor]
