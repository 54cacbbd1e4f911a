"""The floors as the database and the files show them; imports are held by import-linter."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOORS = ("core", "accounts", "indicators", "plants", "competitions", "exchange")
DJANGOS_OWN = {"auth", "contenttypes"}
MAX_LINES = 450
# What every app may consist of, so that a newcomer can guess any path; besides these come pure modules by their noun.
USUAL = {
    "apps",
    "choices",
    "querysets",
    "models",
    "permissions",
    "selectors",
    "services",
    "tasks",
    "forms",
    "filters",
    "views",
    "api",
    "admin",
    "urls",
    "panels",
    "search",
    "notices",
    "invitations",
    "wording",
    "migrations",
    "management",
    "templatetags",
}
OWN = {
    "core": {
        "beat",
        "broker",
        "charts",
        "clock",
        "components",
        "fields",
        "health",
        "leases",
        "ledger",
        "logs",
        "middleware",
        "outage",
        "packing",
        "periods",
        "rules",
        "sums",
        "views_search",
        "wake",
    },
    "accounts": {
        "adapter",
        "letters",
        "mailing",
        "views_notices",
        "views_people",
        "views_sign_in",
        "views_welcome",
        "welcome",
    },
    "indicators": {"arithmetic", "catalogue", "definitions", "formula", "help", "units"},
    "plants": {"capacity", "checks", "findings", "history", "numbers", "sheets", "trends"},
    "competitions": {
        "board",
        "exports",
        "forms_start",
        "health",
        "inputs",
        "matrix",
        "pages",
        "proposals",
        "ranking",
        "rulesets",
        "standings",
        "start",
        "tables",
    },
    "exchange": {"archives", "backup", "demonstration", "engines"},
}
MODULES = sorted(
    path for floor in (*FLOORS, "config") for path in (ROOT / floor).rglob("*.py") if "__pycache__" not in path.parts
)
MIGRATIONS = [path for path in MODULES if "migrations" in path.parts and path.stem != "__init__"]


def relative(path):
    return str(path.relative_to(ROOT))


def relations():
    """Every foreign key and many-to-many of our models, with the app it points to."""
    for floor in FLOORS:
        for model in apps.get_app_config(floor).get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model is not None:
                    yield floor, f"{model.__name__}.{field.name}", field.related_model._meta.app_label


def imported(path):
    """The modules that a file imports, and how many dots stand before them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", node.level, alias.name) for alias in node.names)


def test_floors_are_the_installed_apps_of_ours():
    ours = [name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()]
    assert tuple(ours) == FLOORS


def test_relations_of_models_point_to_the_same_floor_or_a_lower_one():
    upward = [
        f"{name} -> {target}"
        for floor, name, target in relations()
        if target not in DJANGOS_OWN and FLOORS.index(target) > FLOORS.index(floor)
    ]
    assert upward == []


def test_relations_of_models_are_found_at_all():
    found = {(name, target) for _floor, name, target in relations()}
    assert {("Entry.equipment", "plants"), ("ReturnVersion.editors", "accounts")} <= found


def test_modules_are_short_enough_to_be_read_at_once():
    lines = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


def test_modules_name_what_they_import_and_from_where():
    vague = [
        f"{relative(path)}: {module}.{name}"
        for path in MODULES
        for module, level, name in imported(path)
        if level or name == "*"
    ]
    assert vague == []


def test_modules_use_no_model_signals():
    assert [
        relative(path) for path in MODULES if "django.db.models.signals" in {each[0] for each in imported(path)}
    ] == []


def test_migrations_import_no_app_code_but_the_fields_and_validators_they_name():
    """A migration must still run when the code has moved on."""
    allowed = {"core.fields", *(f"{floor}.models" for floor in FLOORS)}
    ours = {module for path in MIGRATIONS for module, _level, _name in imported(path) if module.split(".")[0] in FLOORS}
    assert ours - allowed == set()


@pytest.mark.parametrize("floor", FLOORS)
def test_app_consists_of_files_with_the_agreed_names(floor):
    found = {
        path.stem
        for path in (ROOT / floor).iterdir()
        if path.name not in ("__init__.py", "__pycache__") and (path.suffix == ".py" or path.is_dir())
    }
    assert found - USUAL - OWN[floor] == set()
