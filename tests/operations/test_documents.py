"""The documents of operation say what the code does."""

import ast
import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
OPERATIONS = (ROOT / "docs/operations.md").read_text()
THREATS = (ROOT / "docs/threat-model.md").read_text()


def documented():
    """Name and default of every row of the table of settings."""
    section = OPERATIONS.split("\n## Settings\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `([A-Z0-9_]+)` \| ([^|]+?) \|", section, re.MULTILINE))


def read_in_settings():
    """Name and default, None where it is no constant, of every variable that settings read."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / "config/settings.py").read_text())):
        is_read = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_read and isinstance(node.func.value, ast.Name) and node.func.value.id == "env" and node.args:
            defaults = [each.value for each in node.keywords if each.arg == "default"]
            try:
                default = ast.literal_eval(defaults[0]) if defaults else ""
            except ValueError:
                default = None
            # The first reading of a name tells its default.
            found.setdefault(node.args[0].value, default)
    return found


def written(default):
    """How the table writes a default."""
    if default in ("", []):
        return "none"
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, float):
        return f"{default:g}"
    return ",".join(default) if isinstance(default, list) else str(default)


def test_every_setting_stands_in_the_table_and_no_other():
    assert set(documented()) == set(read_in_settings())


def test_defaults_are_those_of_the_code():
    table = documented()
    constants = {name: written(default) for name, default in read_in_settings().items() if default is not None}
    constants["SECRET_KEY"] = "none"
    assert {name: table[name] for name in constants} == constants


def test_variables_of_compose_are_documented():
    compose = (ROOT / "docker-compose.yml").read_text()
    names = set(re.findall(r"\$\{([A-Z_]+)", compose))
    assert names <= set(documented()) | {"POSTGRES_PASSWORD", "WEB_BIND", "WEB_PORT", "WORKER_CONCURRENCY"}
    for name in names:
        assert f"`{name}`" in OPERATIONS


@pytest.mark.parametrize("text", [OPERATIONS, THREATS], ids=["operations", "threat-model"])
def test_files_that_are_named_are_there(text):
    """A mitigation that was moved away must not stay in the document."""
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_0-9*]+\.(?:py|md|html|sh))`", text)
    assert [name for name in named if not list(ROOT.glob(name))] == []
    linked = re.findall(r"\]\(([^#)]+\.md)", text)
    assert [name for name in linked if not (ROOT / "docs" / name).exists()] == []
