"""Writing many rows of one table at once, without the cost of an object for each."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def rows_insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`, each with a value for every attribute in `names` (a foreign key: `entry_id`), in this transaction.

    COPY on PostgreSQL, many values of one prepared statement on SQLite. Every column without a database default must
    be named; nothing is validated but what the database checks. Values: None, numbers, Decimals, booleans, text.
    """
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = io.StringIO("".join("\t".join(map(_copy_text, row)) + "\n" for row in rows))
            cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", text)
        else:
            values = ", ".join(["%s"] * len(fields))
            prepared = [
                [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                for row in rows
            ]
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", prepared)


def _copy_text(value: Any) -> str:
    """A value in PostgreSQL's text format of COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")
