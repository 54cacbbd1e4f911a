#!/usr/bin/env python
"""Pictures of every page of a running demonstration: look.py [--site ADDRESS] [--only PART] FOLDER

Signs in as the people of `manage.py demo`, follows the links, and takes every page once, by the first of them who
comes to it: in both languages, light and dark, on a desk and on a phone. --only takes what has the part in its name,
such as `en`, `dark`, `390` or `rankings`; may be given more than once, and then all must be in it.
"""

import argparse
import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page, sync_playwright

PEOPLE = (
    "reporter@daye.example",
    "director@daye.example",
    "organizer@example.org",
    "evaluator@example.org",
    "admin@example.org",
    "",
)
PASSWORD = "demo-steel"
# Downloads, parts of pages, and what signs out.
NO_PAGES = {"rankings_export", "rankings_progress", "account_logout", "mfa_download_recovery_codes"}
# The board, and what no link leads to.
STARTS = ("/", "/search/?q=daye", "/start/", "/health/", "/docs/ui/")
LANGUAGES, THEMES, WIDTHS = ("en", "zh-hans"), ("light", "dark"), (1280, 390)


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/sign-in/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/sign-in/" not in url)


def pages_from(page: Page, seen: set[str]) -> Iterator[tuple[str, str]]:
    """(name, address) of the pages that links lead to, one for every URL pattern not seen before; the board always."""
    waiting = [(resolve(urlsplit(address).path).view_name, address) for address in STARTS]
    tried = {name for name, _address in waiting}
    while waiting:
        name, address = waiting.pop(0)
        answer = page.goto(address)
        here = urlsplit(page.url)
        if answer is None or not answer.ok or here.path != urlsplit(address).path:
            continue
        if name not in seen:
            yield name.replace(":", "-"), address
        if name != "board":
            seen.add(name)
        for link in page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)"):
            parts = urlsplit(link)
            if parts.netloc != here.netloc:
                continue
            try:
                name = resolve(parts.path).view_name
            except Resolver404:
                continue
            if name not in tried | NO_PAGES:
                tried.add(name)
                waiting.append((name, parts.path + (f"?{parts.query}" if parts.query else "")))


def take(browser: Browser, site: str, folder: Path, only: list[str]) -> int:
    """Write the pictures; answers how many."""
    seen: set[str] = set()
    taken = 0
    for email in PEOPLE:
        context = browser.new_context(base_url=site)
        page = context.new_page()
        if email:
            sign_in(page, email)
        person = email.partition("@")[0] or "nobody"
        found = list(pages_from(page, seen))
        for language, theme, width in itertools.product(LANGUAGES, THEMES, WIDTHS):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            choose(page, language)
            for name, address in found:
                picture = f"{name}-{person}-{language}-{theme}-{width}"
                if all(f"-{part}-" in f"-{picture}-" for part in only):
                    page.goto(address)
                    page.screenshot(path=folder / f"{picture}.png", full_page=True)
                    taken += 1
        choose(page, "en")
        context.close()
    return taken


def choose(page: Page, language: str) -> None:
    """Change the language by its button, as it may be kept with the account."""
    page.goto("/")
    if page.get_attribute("html", "lang") != language:
        with page.expect_navigation():
            page.eval_on_selector(f".language button[value={language}]", "button => button.click()")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("folder", type=Path)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("There is no Chromium on this machine.", file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        print(f"{take(browser, wanted.site, wanted.folder, wanted.only)} pictures in {wanted.folder}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
