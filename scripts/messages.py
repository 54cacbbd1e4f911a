#!/usr/bin/env python
"""The translation catalogue, kept without the gettext programs: messages.py extract|check|missing|compile

extract   brings the catalogue up to date with the sources: new texts come in empty, kept ones keep their
          translation, gone ones are deleted. Sorted, no dates, no line numbers: differences stay small.
check     fails where the catalogue lacks a text, has one too many, an untranslated or fuzzy one, or where the
          placeholders of a translation are not those of its text.
missing   lists what is not translated yet.
compile   writes the .mo beside the .po where it is older.

The source texts are English and need no catalogue of their own.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
PO = ROOT / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
# Folders at the top that hold no texts of the site.
NOT_SOURCES = {"tests", "scripts", "locale", "static", "docs", "requirements", "bench", "var"}

HEADER = """\
# Simplified Chinese texts of the inter-factory competition platform.
# Written by scripts/messages.py; translations are kept, everything else here is made anew.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""

# What each function is given first, up to the text and its plural.
FORMS: dict[str, tuple[str, ...]] = {
    "gettext": ("text",),
    "ngettext": ("text", "plural"),
    "pgettext": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
}
FUNCTIONS = {"_": FORMS["gettext"]} | {
    f"{name}{suffix}": form for name, form in FORMS.items() for suffix in ("", "_lazy", "_noop")
}

# %(name)s, %s, %d and {name}; a doubled sign is a plain one.
PLACEHOLDER = re.compile(r"%%|\{\{|\}\}|(%\(\w+\)[a-z]|%[sdrf]|\{\w*[^{}]*\})")


def sources(root: Path) -> Iterator[Path]:
    """Every Python file and template whose texts people see, in a fixed order."""
    for top in sorted(root.iterdir()):
        if top.is_dir() and not top.name.startswith(".") and top.name not in NOT_SOURCES:
            for path in sorted(top.rglob("*")):
                is_text = path.suffix in {".py", ".html", ".txt"} and path.is_file()
                if is_text and "migrations" not in path.relative_to(root).parts:
                    yield path


class Found(NamedTuple):
    """One text in a source."""

    text: str | tuple[str, ...]
    context: str | None
    comments: list[str]


def in_python(code: str, name: str) -> Iterator[Found]:
    """The texts of a Python file, also those inside f-strings, which Babel does not see on every Python."""
    for node in ast.walk(ast.parse(code, name)):
        if not isinstance(node, ast.Call):
            continue
        called = str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))
        form = FUNCTIONS.get(called, ())
        heads = [arg.value for arg in node.args[: len(form)] if isinstance(arg, ast.Constant)]
        given = [head for head in heads if isinstance(head, str)]
        if form and len(given) == len(form):
            said = dict(zip(form, given, strict=True))
            text = (said["text"], said["plural"]) if "plural" in said else said["text"]
            yield Found(text, said.get("context"), [])


def in_template(html: str, name: str) -> Iterator[Found]:
    """The texts of a template, read from the calls of gettext that Django makes of it."""
    # The brackets keep the template's indentation from being read as Python's.
    code = BytesIO(f"(\n{templatize(html, origin=name)}\n)".encode())
    options = {"encoding": "utf-8"}
    for _line, text, comments, context in extract("python", code, DEFAULT_KEYWORDS, ("Translators:",), options):
        yield Found(text, context, comments)


def extracted(root: Path = ROOT) -> Catalog:
    """A catalogue of all texts in the sources, untranslated; each knows the files it stands in."""
    catalog = Catalog(locale=LOCALE)
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        read = in_python if path.suffix == ".py" else in_template
        for found in read(path.read_text(encoding="utf-8"), name):
            catalog.add(found.text, None, [(name, 0)], auto_comments=found.comments, context=found.context)
    return catalog


def stored(path: Path = PO) -> Catalog:
    """The catalogue as it stands in the repository; empty where there is none yet."""
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, ignore_obsolete=True)


def entries(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    """The texts by context and (singular) text, without the header."""
    return {(m.context, texts(m.id)[0]): m for m in catalog if m.id}


def texts(value: str | Iterable[str] | None) -> tuple[str, ...]:
    """One text, or the forms of a plural, as a tuple."""
    if not value:
        return ("",)
    return (value,) if isinstance(value, str) else tuple(value)


def translated(message: Message) -> bool:
    """Whether every form has a translation."""
    return all(texts(message.string))


def placeholders(text: str) -> list[str]:
    """The placeholders in a text, sorted; each as often as it stands there."""
    return sorted(found for found in PLACEHOLDER.findall(text) if found)


def shown(message: Message) -> str:
    """A text as one line of a report."""
    context = f"[{message.context}] " if message.context else ""
    return context + " / ".join(repr(text) for text in texts(message.id))


def problems(found: Catalog, kept: Catalog) -> Iterator[str]:
    """What keeps the stored catalogue from being a full and right translation of the extracted one."""
    wanted, have = entries(found), entries(kept)
    for key, message in wanted.items():
        if key not in have or texts(have[key].id) != texts(message.id):
            yield f"not in the catalogue: {shown(message)} ({message.locations[0][0]})"
    for key, message in have.items():
        if key not in wanted:
            yield f"no longer used: {shown(message)}"
            continue
        if message.fuzzy:
            yield f"fuzzy: {shown(message)}"
        if not translated(message):
            yield f"not translated: {shown(message)}"
            continue
        # A Chinese text has one form and stands for the plural; the singular may leave its number out.
        expected = placeholders(texts(message.id)[-1])
        for text in texts(message.string):
            if placeholders(text) != expected:
                yield f"placeholders differ: {shown(message)} and {text!r}"


def merged(found: Catalog, kept: Catalog) -> Catalog:
    """The extracted texts with the stored translations; a text whose plural forms changed starts anew."""
    have = entries(kept)
    for key, message in entries(found).items():
        old = have.get(key)
        if old is None or texts(old.id) != texts(message.id):
            continue
        message.string = old.string
        message.user_comments = old.user_comments
        if old.fuzzy:
            message.flags.add("fuzzy")
    return found


def po_text(catalog: Catalog) -> str:
    """The catalogue as it is stored: the same texts always make the same file."""
    for message in catalog:
        message.locations = [(name, 0) for name in sorted({name for name, _ in message.locations})]
    out = BytesIO()
    write_po(out, catalog, width=0, omit_header=True, sort_output=True, include_lineno=False)
    return f"{HEADER}\n{out.getvalue().decode().strip()}\n"


def run_extract() -> int:
    """Write the catalogue anew."""
    before = len(entries(stored()))
    catalog = merged(extracted(), stored())
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text(po_text(catalog), encoding="utf-8")
    left = sum(not translated(message) for message in entries(catalog).values())
    print(f"{len(entries(catalog))} texts (before: {before}), {left} of them not translated.")
    return 0


def run_check() -> int:
    """Report every problem; status 1 where there is one."""
    found = list(problems(extracted(), stored()))
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        print(
            f"{len(found)} to mend in {PO.relative_to(ROOT)}; `make messages` collects the texts.",
            file=sys.stderr,
        )
    return 1 if found else 0


def run_missing() -> int:
    """List the texts without a translation."""
    have = entries(stored())
    for key, message in entries(extracted()).items():
        if key not in have or not translated(have[key]):
            print(f"{shown(message)} ({message.locations[0][0]})")
    return 0


def run_compile() -> int:
    """Write every .mo that is older than its .po."""
    for po in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        # Written aside and moved, so that a running site never reads half a file.
        aside = mo.with_suffix(".mo.new")
        with aside.open("wb") as file:
            write_mo(file, stored(po))
        aside.replace(mo)
    return 0


RUNS = {"extract": run_extract, "check": run_check, "missing": run_missing, "compile": run_compile}


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("act", choices=RUNS)
    return RUNS[parser.parse_args().act]()


if __name__ == "__main__":
    sys.exit(main())
