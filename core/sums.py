"""Exact sums of figures kept as decimal strings in JSON documents, on both databases.

PostgreSQL sums `numeric`. SQLite has only floats, so an aggregate in Python stands in for it there.
"""

from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

from django.db import models
from django.db.models import Aggregate, Count, Q
from django.db.models.fields.json import KeyTextTransform

# The usual context keeps 28 digits only, PostgreSQL's `numeric` keeps them all.
EXACT = Context(prec=200)


class DecimalSum:
    """SQLite aggregate `decimal_sum`: the exact sum of decimal strings; NULLs are passed over, none at all is NULL."""

    def __init__(self) -> None:
        self.total: Decimal | None = None

    def step(self, value: str | None) -> None:
        if value is not None:
            self.total = EXACT.add(Decimal(value), self.total or Decimal(0))

    def finalize(self) -> str | None:
        return None if self.total is None else format(self.total, "f")


def install_on_sqlite(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Make `decimal_sum` known to a new SQLite connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_aggregate("decimal_sum", 1, DecimalSum)


class SumOf(Aggregate):
    """Exact sum of the figures of one measure in the JSON field `field`, as Decimal; None where there is no figure."""

    function = "SUM"
    template = "%(function)s((%(expressions)s)::numeric)"
    output_field = models.TextField()

    def __init__(self, code: str, field: str = "figures", filter: Q | None = None) -> None:
        super().__init__(KeyTextTransform(code, field), filter=filter)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        clone = self.copy()
        clone.function, clone.template = "decimal_sum", "%(function)s(%(expressions)s)"
        return clone.as_sql(compiler, connection, **extra)

    def get_db_converters(self, connection: Any) -> list[Callable[..., Decimal | None]]:
        """PostgreSQL gives Decimals as they are."""
        return [] if connection.vendor == "postgresql" else [_read]


class SumText(SumOf):
    """The same as text, for whoever has to write it down as well."""

    template = f"({SumOf.template})::text"

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


class PlainCount(Count):
    """A count as the database gives it; Django would make an integer of the integer, row by row."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


def _read(value: str | None, expression: Any, connection: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
