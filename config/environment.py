"""The variables that settings are read from. Whatever is wrong with them is said at once, each by its name.

A malformed variable is noted and its default taken, so that reading goes on to the next one; `refuse()` then stops
the start with all notes. In production the notes of `weaknesses` come first: what is missing, and what would be there
but unsafe. No message repeats a value, because messages end up in logs.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "y", "on", "ok"}
FALSE = {"0", "false", "no", "n", "off"}

ENGINES = {"django.db.backends.postgresql", "django.db.backends.sqlite3"}

SECRET_LENGTH = 50
SECRET_CHARACTERS = 10
NEW_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(60))'"
# Mail that reaches nobody; a reset of a password would be lost without a word.
NO_MAIL = {"consolemail", "dummymail", "memorymail"}


class Environment(environ.Env):
    """Variables, strictly read: an empty one counts as not set, a malformed or missing one as a problem."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        super().__init__()
        given = os.environ if variables is None else variables
        self.ENVIRON = {name: value for name, value in given.items() if value.strip()}
        self.problems: list[str] = []

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **more: Any) -> Any:
        try:
            return super().get_value(var, cast, default, **more)
        except ValueError as error:
            self.problems.append(f"{var} {_wish(cast, error)}.")
            return default
        except ImproperlyConfigured:
            self.problems.append(f"{var} is missing.")
            return ""

    @classmethod
    def parse_value(cls, value: Any, cast: Any) -> Any:
        if cast is bool:
            word = value.strip().lower()
            if word not in TRUE | FALSE:
                raise ValueError(value)
            return word in TRUE
        if cast is float:
            # The library would drop what is no digit and read 1m30 as 130.
            return float(value)
        if cast is list:
            return [item for part in value.split(",") if (item := part.strip())]
        return super().parse_value(value, cast)

    def database(self, var: str, default: str) -> dict[str, Any]:
        """Django's settings of the database at the address."""
        found = self._address(var, self.db_url_config, default)
        if found.get("ENGINE") not in ENGINES:
            self.problems.append(f"{var} is neither of PostgreSQL (postgres://) nor of SQLite (sqlite:////path).")
            return dict(self.db_url_config(default))
        return found

    def mail(self, var: str, default: str) -> dict[str, Any]:
        """Django's EMAIL_ settings for the address."""
        return self._address(var, self.email_url_config, default)

    def _address(self, var: str, read: Callable[[str], dict[str, Any]], default: str) -> dict[str, Any]:
        try:
            return read(self.str(var, default=default))
        except (ImproperlyConfigured, ValueError):
            self.problems.append(f"{var} is no address that can be read; docs/operations.md shows how it is written.")
            return read(default)

    def refuse(self) -> None:
        """Stop the start if anything was wrong. Raises ImproperlyConfigured."""
        if self.problems:
            listed = "\n".join(f"  - {problem}" for problem in self.problems)
            raise ImproperlyConfigured(f"The site does not start before this is mended:\n{listed}")


def _wish(cast: Any, error: ValueError) -> str:
    words = {bool: "must be 1 or 0", int: "must be a whole number", float: "must be a number, such as 60 or 0.5"}
    return words.get(cast) or str(error)


def at_least(least: float, kind: type[int] | type[float] = float) -> Callable[[str], Any]:
    """Reads a number that is not below `least`."""

    def read(value: str) -> Any:
        try:
            number = kind(value)
        except ValueError:
            raise ValueError(f"must be a {'whole ' if kind is int else ''}number") from None
        # Said this way round, because nothing compares with "nan".
        if not number >= least:
            raise ValueError(f"must be {least:g} or more")
        return number

    return read


def weaknesses(variables: Mapping[str, str], embedded_secret: str = "") -> list[str]:
    """What production must not start with: one sentence for each variable, with what to do."""
    given = {name: value.strip() for name, value in variables.items()}
    checks = (
        _secret_key(given.get("SECRET_KEY", ""), embedded_secret),
        _allowed_hosts(given.get("ALLOWED_HOSTS", "")),
        _database(given.get("DATABASE_URL", "")),
        _redis(given.get("REDIS_URL", "")),
        _mail(given.get("EMAIL_URL", "")),
        _debug(given.get("DEBUG", "")),
        _trusted_origins(given.get("CSRF_TRUSTED_ORIGINS", "")),
    )
    return [found for found in checks if found]


def _secret_key(value: str, embedded: str) -> str:
    make = f"make one with: {NEW_SECRET}"
    if not value:
        return f"SECRET_KEY is missing; {make}"
    if len(value) < SECRET_LENGTH:
        return f"SECRET_KEY is shorter than {SECRET_LENGTH} characters; {make}"
    if len(set(value)) < SECRET_CHARACTERS:
        return f"SECRET_KEY has fewer than {SECRET_CHARACTERS} different characters; {make}"
    if value.startswith("django-insecure-"):
        return f"SECRET_KEY is one that Django made for development; {make}"
    if value == embedded:
        return f"SECRET_KEY is the one of the embedded default, which lies in a file beside the data; {make}"
    return ""


def _allowed_hosts(value: str) -> str:
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    if not hosts:
        return "ALLOWED_HOSTS is missing; give the site's host name, several with commas between."
    if "*" in hosts:
        return "ALLOWED_HOSTS lets every host in; give the site's host name instead of *."
    return ""


def _database(value: str) -> str:
    if not value:
        return "DATABASE_URL is missing; write postgres://USER:PASSWORD@HOST:5432/NAME."
    if urlsplit(value).scheme not in ("postgres", "postgresql", "psql", "pgsql"):
        return (
            "DATABASE_URL is not of PostgreSQL, which production needs; write postgres://USER:PASSWORD@HOST:5432/NAME."
        )
    return ""


def _redis(value: str) -> str:
    if not value:
        return "REDIS_URL is missing; write redis://HOST:6379/0."
    if urlsplit(value).scheme not in ("redis", "rediss"):
        return "REDIS_URL is not of Redis; write redis://HOST:6379/0, or rediss:// for TLS."
    return ""


def _mail(value: str) -> str:
    if not value:
        return "EMAIL_URL is missing; write smtp+tls://USER:PASSWORD@HOST:587."
    if urlsplit(value).scheme in NO_MAIL:
        return "EMAIL_URL sends mail to nobody; write smtp+tls://USER:PASSWORD@HOST:587."
    return ""


def _debug(value: str) -> str:
    if value.lower() in TRUE:
        return "DEBUG is on, which shows settings and figures to strangers; take it away."
    return ""


def _trusted_origins(value: str) -> str:
    origins = [origin.strip() for origin in value.split(",") if origin.strip()]
    if any(not origin.startswith(("https://", "http://")) for origin in origins):
        return "CSRF_TRUSTED_ORIGINS must name each origin with its scheme, as in https://competition.example.org."
    return ""


def secret_kept(path: Path) -> str:
    """The secret of the embedded default, or nothing where there is none."""
    return path.read_text().strip() if path.exists() else ""


def secret_of_this_machine(path: Path) -> str:
    """A secret made once per machine, so that sessions survive a restart of the embedded default."""
    if not secret_kept(path):
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(SECRET_LENGTH))
    return secret_kept(path)
