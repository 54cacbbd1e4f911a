"""An act is followed from the page into a real worker by one id."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests import factories as make
from tests.processes import programs

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("workers")]

ASK = """
import django; django.setup()
from django.test import Client
from accounts.models import User
client = Client()
client.force_login(User.objects.get(email="organizer@example.org"))
address = "/competitions/national/rankings/request/"
answer = client.post(address, {"period": "2026-09"}, headers={"X-Request-ID": "asked-by-a-person"})
assert answer.status_code == 302, answer.status_code
"""


def test_request_of_a_person_is_found_in_the_log_of_the_worker(now, tmp_path):
    make.competition()
    variables = {"ALLOWED_HOSTS": "testserver", "DJANGO_SETTINGS_MODULE": "config.settings"}
    with programs.worker(tmp_path):
        asked = subprocess.run(
            [sys.executable, "-c", ASK],
            cwd=settings.BASE_DIR,
            env=programs.environment(tmp_path, **variables),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert asked.returncode == 0, asked.stderr
        [line] = programs.wait_for(
            lambda: [each for each in log_of(tmp_path) if "asked-by-a-person" in each and " task " in each]
        )
    assert "request_id=asked-by-a-person" in asked.stderr
    assert "task=competitions.tasks.rank_period" in line
    assert "state=SUCCESS" in line


def log_of(var_dir):
    return (var_dir / "worker.log").read_text().splitlines()
