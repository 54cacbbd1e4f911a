"""What every test needs: the catalogue in the database, the clock at rest, the real programs where there are any."""

import os
import shutil
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.cache import cache

from core import clock
from indicators.models import Measure
from indicators.services import catalogue_load

# Most tests are told at this moment: October is reported, November has begun.
NOW = datetime(2026, 11, 4, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)


def pytest_configure():
    """Pages are tested without collecting static files first, limits within one process."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # What one test's sign-ins used up of a limit must not keep out those of another.
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


def pytest_collection_modifyitems(items):
    """Browser tests say by name that they were skipped where there is no Chromium; CI demands one."""
    if CHROMIUM or os.environ.get("REQUIRE_BROWSER"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(autouse=True)
def _limits_unused():
    """Every test begins with all its tries."""
    cache.clear()


@pytest.fixture(autouse=True)
def _catalogue(request):
    """Every test with a database has the built-in catalogue in it; a flushed database gets it again."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
        if not Measure.objects.exists():
            catalogue_load()


@pytest.fixture
def now():
    """The clock stands at NOW."""
    with clock.at(NOW):
        yield NOW
