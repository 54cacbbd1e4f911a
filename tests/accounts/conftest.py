import pytest


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """The real hash takes a third of a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
