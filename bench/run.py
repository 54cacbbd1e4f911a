"""Benchmarks: `make bench` with DATABASE_URL on PostgreSQL; `make bench ARGS=standings` for one subject.

Prints one table of figures, each timed beside what it is compared with in the same run. PLANTS (default 2000, five
furnaces each) sets the size, MONTHS (default 36) how far back figures go.

A subject is a module of this package whose `main()` answers its `Line`s (`bench.measure`), with a `Line.goal` where the
project has set itself one; it fills a database of its own (`scratch_database`, `bench.data.populate`) and names itself
in the first line of its docstring. To add one, write `bench/<subject>.py` and put its name into SUBJECTS.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

import django

SUBJECTS = ("standings", "layouts", "pages", "writes")


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    connection = import_module("django.db").connection
    if connection.vendor != "postgresql":
        sys.exit('The benchmarks need PostgreSQL: eval "$(scripts/services.sh start)"; make bench')
    wanted = sys.argv[1:] or SUBJECTS
    if unknown := set(wanted) - set(SUBJECTS):
        sys.exit(f"There is no subject {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}.")
    failed = False
    for subject in wanted:
        module = import_module(f"bench.{subject}")
        print(f"\n{(module.__doc__ or subject).splitlines()[0]}", flush=True)
        for line in module.main():
            verdict = f"goal {line.goal}: {'holds' if line.holds else 'MISSED'}" if line.goal else ""
            print(f"  {line.what:<68} {line.figure:>12}  {verdict}".rstrip(), flush=True)
            failed = failed or not line.holds
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
