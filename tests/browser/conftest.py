"""A real Chromium on the live server, as different people."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests import factories as make
from tests.conftest import CHROMIUM


@pytest.fixture(scope="session")
def chromium():
    # Playwright runs an event loop in this thread; Django would take it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(chromium, live_server):
    """`visit(user)` signs a person in by the form and answers their page; errors in its console fail the test."""
    contexts, faults = [], []

    def listen(message):
        if message.type == "error":
            faults.append(f"{message.text} {message.location}")

    def as_person(user=None, **options):
        context = chromium.new_context(**{"base_url": live_server.url} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", listen)
        if user is not None:
            user.set_password(make.PASSWORD)
            user.save()
            page.goto("/account/sign-in/")
            page.fill("[name=login]", user.email)
            page.fill("[name=password]", make.PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/account/sign-in/" not in url)
        return page

    yield as_person
    for context in contexts:
        context.close()
    assert not faults
