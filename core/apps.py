from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules

from core.sums import install_on_sqlite


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        connection_created.connect(install_on_sqlite)
        # Every app registers its rules, panels and lines of health by being imported.
        autodiscover_modules("permissions", "panels", "health")
