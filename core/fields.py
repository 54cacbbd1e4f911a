"""Decimals that stay exact on every database."""

from decimal import Decimal
from typing import Any

from django.db import models


class ExactDecimalField(models.Field[Any, Any]):
    """A Decimal of any size: `numeric` on PostgreSQL, text on SQLite, whose own numbers are floats.

    Sort and compare in Python: SQLite would do so by text.
    """

    description = "Exact decimal"

    def db_type(self, connection: Any) -> str:
        return "numeric" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value)

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> Decimal | None:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return value if value is None or connection.vendor == "postgresql" else format(value, "f")
