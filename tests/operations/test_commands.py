"""What the containers run is what `make run` and CI run: no engine starts the containers here."""

import re
import shlex
import tomllib

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
# What may differ: where to listen, how many at once, where the notebook lies, how long a stop may take.
OWN = {"--bind", "--workers", "--concurrency", "--schedule", "--graceful-timeout"}


def options_of(words):
    """The words of a command without what may differ."""
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in OWN:
            skip = True
        else:
            kept.append(word)
    return kept


@pytest.fixture(scope="module")
def native():
    """The programs of the Procfile, as `make run` starts them and CI's tests drive them."""
    found = {}
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, command = line.split(":", 1)
        words = shlex.split(command)
        start = next(number for number, word in enumerate(words) if word in ("gunicorn", "celery"))
        found[name] = options_of(words[start:])
    return found


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_container_of_the_web_runs_what_the_procfile_runs(native, services):
    [command] = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert options_of(yaml.safe_load(command)) == native["web"]
    assert "command" not in services["web"]


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_container_runs_what_the_procfile_runs(native, services, name):
    assert options_of(services[name]["command"]) == native[name]


def test_container_of_the_migration_runs_the_steps_of_make_run(services):
    script = (ROOT / "scripts/run.sh").read_text()
    steps = [part.strip() for part in services["migrate"]["command"][-1].split("&&")]
    assert len(steps) == 2
    for step in steps:
        assert f"step {step}" in script


def test_containers_may_write_into_their_volumes_and_tmp_alone(services):
    for name in ("migrate", "web", "worker", "beat"):
        assert services[name]["read_only"] is True
        assert services[name]["tmpfs"] == ["/tmp"]
        assert {volume.split(":")[1] for volume in services[name]["volumes"]} == {
            "/app/var/media",
            "/app/var/beat",
            "/app/var/backups",
        }


def test_version_is_one_in_settings_package_and_image(services):
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert package == settings.CODE_VERSION
    assert services["web"]["image"] == f"inter-factory-competition:{package}"
