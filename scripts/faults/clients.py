"""Guests who book, a physio who signs and issues, phones that log; and what each was answered.

A client does one thing after the other. What was answered as done has to be there afterwards; of
what was not answered, all of it or nothing.
"""

import io
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from uuid import uuid4
from zoneinfo import ZoneInfo

import requests
from PIL import Image

from scripts import storm_clinic

TOKEN = "t" * 32  # a browser's own secret: what the form sends has to fit its cookie
PATIENCE = 30  # seconds a client waits for an answer
ZONE = ZoneInfo("America/Edmonton")
FIRST_DAY = timedelta(days=8)
HOURS = range(6, 21, 1)
NO_ANSWER = 0
KEPT = 20  # charts and plans that are not signed and issued at random
DOORS = {"sign": "sign", "issue": "plan/issue"}


def today() -> date:
    return datetime.now(ZONE).date()


@dataclass
class Deed:
    """Something a client wanted: of what kind, about which row, and what it was answered."""

    kind: str
    key: str
    status: int = NO_ANSWER
    done: bool = False
    more: dict = field(default_factory=dict)


class Crowd:
    """All clients of one clinic. The ledger keeps what they did since it was last taken."""

    def __init__(self, base: str, stock: dict) -> None:
        self.base = base
        self.stock = stock
        self.ledger: list[Deed] = []
        self.seen: Counter = Counter()
        self._lock = threading.Lock()
        self._times = count()
        self.kinds = [self.book, self.book, self.sign, self.issue, self.log, self.log]

    # What they do -----------------------------------------------------------------------------

    def book(self) -> Deed:
        """Hold a time nobody else wants and send the details."""
        deed = self.note(Deed("book", f"guest-{uuid4().hex[:12]}@example.com"))
        guest = self._browser()
        path, sent = self._next_time()
        held = self._post(guest, path, data=sent)
        if held.status_code == 303:
            details = {
                "first_name": "Storm", "last_name": "Guest", "email": deed.key, "consent": "on",
            }  # fmt: skip
            deed.more = {"path": held.headers["Location"], "details": details}
            self._answered(deed, self._post(guest, deed.more["path"], data=details), {303})
        else:
            self._answered(deed, held, ())
        return deed

    def sign(self) -> Deed:
        return self.again(self.to_do("sign"))

    def issue(self) -> Deed:
        return self.again(self.to_do("issue"))

    def log(self) -> Deed:
        phone = random.choice(self.stock["phones"])
        return self.again(self.to_log(phone, random.choice(phone["lines"])))

    def to_log(self, phone: dict, line: str) -> Deed:
        """Note what a phone is about to log."""
        entry = {
            "client_id": str(uuid4()), "line": line, "on": str(today()), "done": "done",
            "pain": 2, "effort": None, "plan_version": 1,
        }  # fmt: skip
        deed = self.note(Deed("log", entry["client_id"]))
        deed.more = {"phone": phone, "entry": entry}
        return deed

    def to_do(self, kind: str) -> Deed:
        """Note something that nobody has begun yet."""
        if kind == "log":
            phone = random.choice(self.stock["phones"])
            return self.to_log(phone, random.choice(phone["lines"]))
        return self.note(Deed(kind, self._take({"sign": "charts", "issue": "plans"}[kind])))

    def photograph(self) -> Deed:
        """Put a photograph on a chart that nobody has signed."""
        deed = self.note(Deed("photograph", uuid4().hex))
        chart = self.stock["charts"][0]
        picture = io.BytesIO()
        size = (700, 700)
        Image.frombytes("RGB", size, random.randbytes(3 * 700 * 700)).save(picture, "JPEG")
        deed.more = {"chart": chart}
        sent = {
            "view": "run_side", "note": deed.key, "agreed": "on",
            "given_on": str(today()), "how": "aloud",
        }  # fmt: skip
        answer = self._post(
            self.physio(),
            f"/chart/assessments/{chart}/stills/",
            data=sent,
            files={"file": ("knee.jpg", picture.getvalue(), "image/jpeg")},
        )
        return self._answered(deed, answer, {303})

    def again(self, deed: Deed) -> Deed:
        """Do it once more, as somebody does who got no answer, or an outbox that tries again."""
        if deed.kind == "log":
            return self._log(deed)
        if deed.kind == "book":
            if not deed.more:
                return deed  # there was no time held that could be booked
            sent = self._post(self._browser(), deed.more["path"], data=deed.more["details"])
            return self._answered(deed, sent, {303})
        if deed.kind in DOORS:
            path = f"/chart/assessments/{deed.key}/{DOORS[deed.kind]}/"
            answer = self._post(self.physio(), path)
            sent_on = answer.headers.get("Location", "").startswith("/chart/")  # not to sign in
            return self._answered(deed, answer, {302, 303} if sent_on else ())
        return deed

    def _log(self, deed: Deed) -> Deed:
        phone, entry = deed.more["phone"], deed.more["entry"]
        path = f"/me/{phone['patient']}/plan/log/"
        answer = self._post(self._browser(phone["session"]), path, json=[entry])
        kept = answer.status_code == 200 and answer.json()[0]["status"] in ("saved", "known")
        return self._answered(deed, answer, {200} if kept else ())

    # How they do it ----------------------------------------------------------------------------

    def work(self, seconds: float, *, hands: int = 6) -> None:
        """Let everybody work at random for a while."""
        until = time.monotonic() + seconds

        def hand(_: int) -> None:
            while time.monotonic() < until:
                deed = random.choice(self.kinds)
                stock = {self.sign: "charts", self.issue: "plans"}.get(deed)
                plenty = stock is None or len(self.stock[stock]) > KEPT
                (deed if plenty else self.book)()

        with ThreadPoolExecutor(hands) as pool:
            list(pool.map(hand, range(hands)))

    def take_ledger(self) -> list[Deed]:
        with self._lock:
            taken, self.ledger = self.ledger, []
        return taken

    def answers(self) -> bool:
        """Say whether the clinic answers a page that asks the database."""
        try:
            return requests.get(f"{self.base}/callback/", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def physio(self) -> requests.Session:
        return self._browser(self.stock["physio"])

    def _browser(self, session: str = "") -> requests.Session:
        browser = requests.Session()
        browser.trust_env = False
        browser.headers["Connection"] = "close"
        browser.cookies.set("csrftoken", TOKEN)
        browser.headers["X-CSRFToken"] = TOKEN
        if session:
            browser.cookies.set("sessionid", session)
        return browser

    def _post(self, browser: requests.Session, path: str, **sent) -> requests.Response:
        try:
            answer = browser.post(
                self.base + path.removeprefix(self.base), allow_redirects=False,
                timeout=PATIENCE, **sent,
            )  # fmt: skip
            answer.content  # noqa: B018  # all of it, or it does not count
        except requests.RequestException:
            answer = requests.Response()
            answer.status_code = NO_ANSWER
        if answer.status_code in (NO_ANSWER, 500, 503):
            time.sleep(0.1)
        return answer

    def _next_time(self) -> tuple[str, dict[str, str]]:
        """Return a time that nobody was told of yet, as its button sends it."""
        number = next(self._times)
        number, person = divmod(number, len(storm_clinic.PRACTITIONERS))
        days, hour = divmod(number, len(HOURS))
        day = today() + FIRST_DAY + timedelta(days=days)
        starts = datetime(day.year, day.month, day.day, HOURS[hour], tzinfo=ZONE)
        sent = {
            "practitioner": storm_clinic.PRACTITIONERS[person],
            "location": storm_clinic.PLACE,
            "starts_at": starts.isoformat(),
        }
        return "/book/storm-hour/hold/", sent

    def _take(self, what: str) -> str:
        with self._lock:
            return self.stock[what].pop()

    def note(self, deed: Deed) -> Deed:
        with self._lock:
            self.ledger.append(deed)
        return deed

    def _answered(self, deed: Deed, answer: requests.Response, good) -> Deed:
        deed.status = answer.status_code
        deed.done = deed.done or answer.status_code in good
        with self._lock:
            self.seen[answer.status_code] += 1
        return deed


def as_json(ledger: list[Deed]) -> str:
    return json.dumps([[d.kind, d.key, d.done, d.more.get("chart", "")] for d in ledger])
