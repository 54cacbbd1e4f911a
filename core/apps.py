from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules

from core import search, sums


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        connection_created.connect(sums.install_on_sqlite)
        connection_created.connect(search.install_on_sqlite)
        # Every app registers its rules, panels and so on by being imported.
        autodiscover_modules("permissions", "panels", "health", "search", "notices", "invitations")
