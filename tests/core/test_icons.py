"""A name lucide does not know would end in a 500; every name in templates and Python code is one it knows."""

import re
from zipfile import ZipFile

import lucide
import pytest
from django.conf import settings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
# {% lucide "pencil" %}, and {% include "partials/empty.html" with icon="flame" %}.
NAMES = re.compile(r"""\{%\s*lucide\s+["']([\w-]+)["']|\bicon=["']([\w-]+)["']""")


@pytest.fixture(scope="module")
def known():
    with lucide.open_binary("lucide", "lucide.zip") as file, ZipFile(file) as archive:
        return {name.removesuffix(".svg") for name in archive.namelist()}


def used():
    for path in TEMPLATES:
        for match in NAMES.finditer(path.read_text(encoding="utf-8")):
            yield match[1] or match[2], str(path.relative_to(settings.BASE_DIR))


def test_icons_are_found_at_all():
    assert {"pencil", "flame"} <= {name for name, _path in used()}


def test_every_icon_exists(known):
    assert {(name, path) for name, path in used() if name not in known} == set()


def test_icon_named_by_a_variable_is_named_where_the_partial_is_included():
    """Only these partials take the name of their icon from outside."""
    by_variable = {
        path.name for path in TEMPLATES if re.search(r"\{%\s*lucide\s+[a-z]", path.read_text(encoding="utf-8"))
    }
    assert by_variable == {"empty.html", "note.html", "search.html", "told.html"}
