"""One demo clinic and one Chromium per worker; a page that complains fails its test."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import demo_site
from tests.browser.demo_site import DemoSite

HERE = Path(__file__).parent
PATIENCE = 15_000  # milliseconds: the machine may be busy with the rest of the suite
SIZES = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 900}}
TABLET = {820: {"width": 820, "height": 1180}}  # held upright
# The browser reports every answer of 400 and more; a test that asks for one says so first.
ANSWERED = "Failed to load resource: the server responded with a status of "


def pytest_collection_modifyitems(items):
    """Everything here drives a browser, on a machine that is busy with the rest of the suite.

    A walk that fails is walked once more, in a clinic where it has not been, and the summary says
    what happened the first time; what fails twice is broken.
    """
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """The system's Chromium; nothing is downloaded."""
    where = demo_site.chromium()
    if where is None:
        pytest.skip("Chromium is not installed")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    return {"executable_path": where, "args": demo_site.CHROMIUM}


@pytest.fixture(scope="session")
def site(browser_type_launch_args, tmp_path_factory):
    """The running demo clinic."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    with demo_site.running(tmp_path_factory.mktemp("site") / "clinic", server) as clinic:
        yield clinic


@pytest.fixture(scope="session")
def base_url(site: DemoSite) -> str:
    """Where addresses without a host lead to."""
    return site.address


@pytest.fixture(autouse=True)
def _walked_once(request, site: DemoSite):
    """The second walk would meet the patient, the visit, the mail that the first has made.

    Walks that share what their module made stay where it is.
    """
    again = getattr(request.node, "execution_count", 1) > 1
    if again and "made" not in request.fixturenames:
        site.afresh()


@dataclass
class Watch:
    """What pages complained about: console errors (content policy too) and lost requests."""

    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def follow(self, context, address: str) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("requestfailed", self._lost)
        context.on("request", lambda request: self._asked(request.url, address))

    def _console(self, message) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = message.text.removeprefix(ANSWERED)[:3]
        if message.text.startswith(ANSWERED) and int(status) in self.expected:
            return
        self.complaints.append(f"{message.type}: {message.text} ({message.location})")

    def _lost(self, request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a download, or a page left while it loads
            self.complaints.append(f"lost: {request.url} {request.failure}")

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.complaints.append(f"elsewhere: {url}")


@pytest.fixture
def watch():
    """Fails the test at its end when any page of it complained."""
    watched = Watch()
    yield watched
    assert watched.complaints == []


@pytest.fixture
def open_page(site: DemoSite, watch: Watch, new_context) -> Callable:
    """Return a function that opens a fresh browser: ``open_page(width, script=True)``."""

    def opened(
        width: int = 1280, *, script: bool = True, scheme: str = "light", touch: bool = False
    ):
        context = new_context(
            viewport=(SIZES | TABLET)[width],
            java_script_enabled=script,
            color_scheme=scheme,
            has_touch=touch,
            reduced_motion="reduce",
            locale="en-CA",
            timezone_id="America/Edmonton",
        )
        context.set_default_timeout(PATIENCE)
        watch.follow(context, site.address)
        return context.new_page()

    return opened


WAYS = [
    pytest.param(width, script, id=f"{width}px-{'script' if script else 'plain'}")
    for width in SIZES
    for script in (True, False)
]


def pytest_terminal_summary(terminalreporter):
    """A walk that went well the second time still says where the first one stopped."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.write_sep("_", f"first try of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext[-4000:])


def pytest_generate_tests(metafunc):
    """A test that takes ``width`` and ``script`` is walked all four ways."""
    if {"width", "script"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("width", "script"), WAYS)
