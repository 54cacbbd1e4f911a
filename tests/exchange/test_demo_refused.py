"""When the demonstration does not fit into a site."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from competitions.models import Competition
from exchange.demonstration.load import demonstration_load
from exchange.demonstration.people import administrator_create
from plants.models import Plant

pytestmark = pytest.mark.django_db


def test_demo_address_taken_loads_nothing():
    administrator_create()
    with pytest.raises(ValidationError, match=r"admin@example\.org"):
        demonstration_load()
    assert not Plant.objects.exists()
    assert not Competition.objects.exists()


def test_demo_command_address_taken_says_so():
    administrator_create()
    with pytest.raises(CommandError, match="not loaded"):
        call_command("demo", stdout=StringIO())


def test_demo_command_production_with_people_refuses(settings):
    settings.PRODUCTION = True
    administrator_create()
    with pytest.raises(CommandError, match="people already"):
        call_command("demo", stdout=StringIO())
