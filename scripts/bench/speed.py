"""The measurements: ratios of CPU time to the bare view, interleaved in one run."""

import json
import re
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote, urlencode

from scripts.bench.server import Site

SERVICE, PLACE = "initial-knee-assessment", "riverside"
DAYS = 14
PAGE = f"/book/{SERVICE}/?location={PLACE}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: what was measured, the bar, the figure and what it is made of."""

    work: str
    bar: str
    figure: float
    held: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Used:
    """CPU and wall seconds of one operation."""

    cpu: float
    wall: float


def addresses(site: Site) -> dict[str, str]:
    """Return what is asked for, by name: the work and its baselines."""
    first = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = (first + timedelta(days=_weekday_ahead(first))).date()
    slots = f"/api/v1/slots/?service={SERVICE}&location={PLACE}"
    ((who, slug),) = site.rows(
        "SELECT id, slug FROM clinic_practitioner WHERE slug = 'stand-in-03'"
    )
    last = first.date() + timedelta(days=DAYS - 1)

    def bare(start: datetime, days: int, **more: str) -> str:
        end = start + timedelta(days=days)
        return f"/bare/?{urlencode({'first': start.isoformat(), 'last': end.isoformat(), **more})}"

    at_day = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {
        "bare": bare(first, DAYS),
        "bare day": bare(at_day, 1, who=str(who)),
        "page": PAGE,
        "json": f"{slots}&from={first.date()}&to={last}",
        "day": f"{slots}&practitioner={slug}&from={day}&to={day}",
    }


def _weekday_ahead(first: datetime) -> int:
    return next(n for n in range(2, 9) if (first + timedelta(days=n)).weekday() < 5)


def interleaved(work: dict[str, Callable[[], Used]], rounds: int, warm: int = 4) -> dict[str, Used]:
    """Return the median of each, taken in turn, so that all see the same machine."""
    for _ in range(warm):
        for function in work.values():
            function()
    taken: dict[str, list[Used]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, function in work.items():
            taken[name].append(function())
    return {
        name: Used(
            statistics.median(one.cpu for one in used), statistics.median(one.wall for one in used)
        )
        for name, used in taken.items()
    }


def asking(site: Site, path: str, times: int = 8) -> Callable[[], Used]:
    """Return what asks for an address some times and says what one answer used."""

    def run() -> Used:
        cpu, wall = site.cpu(), time.perf_counter()
        for _ in range(times):
            status, _, _ = site.ask("GET", path)
            assert status == 200, (status, path)
        wall = time.perf_counter() - wall
        return Used((site.cpu() - cpu) / times, wall / times)

    return run


def reading(site: Site, rounds: int) -> list[Line]:
    """Page, JSON and one day against the bare view; nothing reads the whole table."""
    paths = addresses(site)
    count = len(json.loads(site.ask("GET", paths["bare"])[2]))
    scans = site.scans()
    used = interleaved({name: asking(site, path) for name, path in paths.items()}, rounds)
    scanned = site.scans() - scans
    lines = [
        _ratio(f"page, 10 practitioners × 14 days ({count} visits)", used, "page", "bare", 1.3),
        _ratio("JSON of the same", used, "json", "bare", 0.7),
        _ratio("one practitioner, one day (JSON)", used, "day", "bare day", 2.0),
    ]
    lines.append(Line("sequential scans of appointments", "0", scanned, scanned == 0))
    return lines


def _ratio(work: str, used: dict[str, Used], name: str, base: str, bar: float) -> Line:
    cpu, wall = (getattr(used[name], one) / getattr(used[base], one) for one in ("cpu", "wall"))
    detail = (
        f"{used[name].cpu * 1000:.1f} of {used[base].cpu * 1000:.1f} ms CPU,"
        f" {wall:.2f} × wall ({used[name].wall * 1000:.1f} ms)"
    )
    return Line(work, f"≤ {bar} × bare", cpu, cpu <= bar, detail)


def growth(small: Site, large: Site, rounds: int) -> list[Line]:
    """The same fortnight in a small and in a large database."""
    work = {"small": asking(small, PAGE), "large": asking(large, PAGE)}
    used = interleaved(work, rounds)
    ratio = used["large"].cpu / used["small"].cpu
    counts = [
        site.rows("SELECT count(*) FROM bookings_appointment")[0][0] for site in (small, large)
    ]
    title = f"growth, {counts[0]:,} → {counts[1]:,} appointments"
    return [Line(title, "≤ 1.15 ×", ratio, ratio <= 1.15)]


def crowd(site: Site, clients: int, bar: float, requests: int = 400) -> Line:
    """How far the slow answers lie from the usual one when many ask at once."""
    paths = addresses(site)

    def spread(path: str) -> float:
        def one(_: int) -> float:
            start = time.perf_counter()
            assert site.ask("GET", path)[0] == 200
            return time.perf_counter() - start

        with ThreadPoolExecutor(clients) as pool:
            taken = sorted(pool.map(one, range(requests)))[clients // 2 :]
        return taken[int(len(taken) * 0.95)] / statistics.median(taken)

    bare, page = spread(paths["bare"]), spread(paths["page"])
    held = page <= max(bar, 1.3 * bare)
    words = f"≤ {bar} or 1.3 × bare's"
    return Line(f"p95/p50, {clients} clients", words, page, held, f"bare {bare:.2f}")


def booking(site: Site, bookings: int) -> Line:
    """One booking POST (the details) against one bare view of a day, one after the other."""
    bare = asking(site, addresses(site)["bare day"], times=1)
    posts, base = [], []
    for number, slot in enumerate(_slots(site)[: bookings + 2]):
        path, cookies, form = _held(site, slot)
        cpu, wall = site.cpu(), time.perf_counter()
        status, _, content = site.ask("POST", path, _typed(form, number), cookies)
        used = Used(site.cpu() - cpu, time.perf_counter() - wall)
        assert status == 303, (status, content[:300])
        if number >= 2:  # the first ones warm up
            posts.append(used)
            base.append(bare())
    cpu, baseline = (statistics.median(one.cpu for one in many) for many in (posts, base))
    wall = statistics.median(one.wall for one in posts)
    detail = f"{cpu * 1000:.1f} of {baseline * 1000:.1f} ms CPU, {wall * 1000:.1f} ms wall"
    ratio = cpu / baseline
    return Line("booking POST", "≤ 2.5 × bare day", ratio, ratio <= 2.5, detail)


def _slots(site: Site) -> list[dict[str, str]]:
    """Return free times that do not overlap each other, three to five weeks ahead."""
    first = datetime.now(UTC).date() + timedelta(days=21)
    query = f"service={SERVICE}&location={PLACE}&from={first}&to={first + timedelta(days=20)}"
    slots = json.loads(site.ask("GET", f"/api/v1/slots/?{query}")[2])["slots"]
    seen: dict[str, str] = {}
    found = []
    for slot in slots:
        if slot["starts_at"] >= seen.get(slot["practitioner"], ""):
            found.append(slot)
            ends = datetime.fromisoformat(slot["ends_at"]) + timedelta(minutes=30)
            seen[slot["practitioner"]] = ends.isoformat()
    return found


def _held(site: Site, slot: dict[str, str]) -> tuple[str, str, str]:
    """Hold a time as a new browser; return the details' address, its cookies and its token."""
    _, headers, content = site.ask("GET", PAGE)
    cookies = _cookies(headers)
    body = urlencode({**slot, "csrfmiddlewaretoken": _token(content)})
    status, headers, content = site.ask("POST", f"/book/{SERVICE}/hold/", body, cookies)
    assert status == 303, (status, content[:300])
    cookies = f"{cookies}; {_cookies(headers)}"
    path = headers["Location"]
    return path, cookies, site.ask("GET", path, cookies=cookies)[2].decode()


def _cookies(headers) -> str:
    return "; ".join(value.partition(";")[0] for value in headers.get_all("Set-Cookie") or [])


def _token(content: bytes) -> str:
    return re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', content)[1].decode()


def _typed(form: str, number: int) -> str:
    """Fill the form as a guest does; what it hides is sent back as it stands."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    typed = {
        **{name: unescape(value) for name, value in hidden},
        "first_name": "Load",
        "last_name": f"Guest {number}",
        "email": f"guest{number}@example.com",
        "date_of_birth": "1990-05-04",
        "phone": "+14035550123",
        "reason": "A knee that hurts on stairs",
        "consent": "on",
    }
    return urlencode(typed, quote_via=quote)


def memory(site: Site, requests: int) -> Line:
    """How much a web worker grows while it answers many requests."""
    paths = [addresses(site)[name] for name in ("page", "json", "day")]

    def one(number: int) -> None:
        assert site.ask("GET", paths[number % len(paths)])[0] == 200

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(500)))
        before = site.memory()
        list(pool.map(one, range(requests)))
    grown = site.memory() / before - 1
    title = f"memory of the web workers after {requests:,} requests"
    return Line(
        title, "≤ 5 % growth", grown * 100, grown <= 0.05, f"{before / 2**20:.0f} MB before"
    )
