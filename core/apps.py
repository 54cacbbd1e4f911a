from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules

from core.sums import install_on_sqlite


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        connection_created.connect(install_on_sqlite)
        # Every app registers its rules, panels, kinds of notices and what invitations bring by being imported.
        autodiscover_modules("permissions", "panels", "notices", "invitations")
