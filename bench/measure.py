"""What every subject measures with: a database of its own, times of several works in turn, and lines of the result."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection


class Line(NamedTuple):
    """A line of the result: what was measured, its figure, and the goal with whether it holds, if there is one."""

    what: str
    figure: str
    goal: str = ""
    holds: bool = True


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty database in place of the configured one, gone afterwards."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    # One core each: neither side of a comparison gets a second one, and none spends its time compiling.
    execute("SET max_parallel_workers_per_gather = 0")
    execute("SET jit = off")
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def fastest(works: Mapping[str, tuple[Callable[[], object], Callable[[], object]]], times: int = 5) -> dict[str, float]:
    """Seconds of the fastest of so many times of each work, done in turn so that all meet the same weather.

    A work is what is timed and what, untimed, prepares it.
    """
    found: dict[str, float] = {}
    for _ in range(times):
        for name, (work, prepare) in works.items():
            prepare()
            started = time.perf_counter()
            work()
            found[name] = min(found.get(name, float("inf")), time.perf_counter() - started)
    return found


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
