"""Production settings as a process of their own meets them, and what pages tell the browser."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from tests.operations.test_environment import GOOD

KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")


def manage(*arguments, var_dir, **variables):
    """manage.py in an environment of nothing but the variables given."""
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=env | {"VAR_DIR": str(var_dir), "PRODUCTION": "1", "PYTHONDONTWRITEBYTECODE": "1"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_production_check_for_deployment_is_clean(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", var_dir=tmp_path, TRUSTED_PROXIES="1", **GOOD)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_production_writes_nothing_by_starting(tmp_path):
    """The containers' file system is read-only but for media, backups and beat's notebook."""
    assert manage("check", var_dir=tmp_path, **GOOD).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_production_without_variables_does_not_start_and_names_them_all(tmp_path):
    done = manage("check", var_dir=tmp_path, DEBUG="1", LEASE_S="long")
    assert done.returncode != 0
    for name in (*GOOD, "DEBUG", "LEASE_S"):
        assert f"  - {name} " in done.stderr


def test_production_with_the_embedded_secret_does_not_start(tmp_path):
    assert manage("check", var_dir=tmp_path, PRODUCTION="0").returncode == 0
    secret = (tmp_path / "secret_key").read_text()
    done = manage("check", var_dir=tmp_path, **(GOOD | {"SECRET_KEY": secret}))
    assert "SECRET_KEY is the one of the embedded default" in done.stderr
    assert secret not in done.stderr


def test_production_backs_up_every_night_where_there_is_a_folder(tmp_path):
    ask = "from django.conf import settings; print('backup' in settings.CELERY_BEAT_SCHEDULE)"
    for folder, answer in (("", "False"), (str(tmp_path), "True")):
        done = manage("shell", "--no-imports", "-c", ask, var_dir=tmp_path, BACKUP_DIR=folder, **GOOD)
        assert done.stdout.strip() == answer, done.stderr


def test_production_gunicorn_configuration_is_sound(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "--check-config"],
        cwd=settings.BASE_DIR,
        env={name: os.environ[name] for name in KEPT if name in os.environ} | {"VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["board", "catalogue", "plants", "account_login"])
def test_page_carries_a_strict_policy_and_nothing_inline(client, page):
    answer = client.get(reverse(page))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    for door in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*"):
        assert door not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    page = answer.content.decode()
    assert "<style" not in page
    assert ' style="' not in page
    assert "<script>" not in page
    assert " onclick=" not in page


@pytest.mark.django_db
def test_cookies_are_closed_to_scripts_and_to_other_sites(client):
    client.get(reverse("account_login"))
    cookie = client.cookies[settings.CSRF_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
