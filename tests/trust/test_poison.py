"""What a browser may send beside a form: other verbs, other hosts, somewhere else to go on to."""

import re
from itertools import cycle

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from tests.trust import attack
from tests.trust.walking import READS, outcome

ELSEWHERE = "evil.example"
GO_ON = cycle([
    f"https://{ELSEWHERE}/", f"//{ELSEWHERE}/", f"/\\{ELSEWHERE}", f"https:/{ELSEWHERE}",
    f"javascript://{ELSEWHERE}/%0aalert(1)", f"\t//{ELSEWHERE}", f"https://testserver@{ELSEWHERE}/",
])  # fmt: skip
NAMES = ("next", "url", "back", "return_to", "redirect_to", "continue", "to")
OUTWARD = re.compile(r"(?i)^\s*(?:[a-z]+:|[/\\]{2})")
HEARD = {"X-Forwarded-Host": ELSEWHERE, "Forwarded": f"host={ELSEWHERE}", "X-Host": ELSEWHERE}
OTHER_VERBS = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "POST"}
ABOUT_SOMEBODY = re.compile(
    r"/(chart|me|admin|visit|intake|waitlist|messages|unsubscribe|book/details)/"
)
WORDS_OF_THE_ADMIN = {"/admin/jsi18n/"}  # "January", "Choose": the same for everybody


def test_to_look_changes_nothing_is_not_kept_and_repeats_no_name_a_proxy_heard(pages):
    """Whatever headers say: nothing changes but the session and the trail."""
    before = attack.state(beside=attack.TRAIL)
    kept, repeated = set(), []
    for browser, address, query in pages:
        answer = browser.ask("get", address + query, undo=False, headers=HEARD | OTHER_VERBS)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if ELSEWHERE.encode() in body or ELSEWHERE in str(answer.headers):
            repeated.append(address)
        if "no-store" not in answer.headers.get("Cache-Control", "") and outcome(answer) == READS:
            kept.add(address)

    assert attack.changed(before) == []
    assert repeated == []
    assert {each for each in kept if ABOUT_SOMEBODY.match(each)} - WORDS_OF_THE_ADMIN == set()


@pytest.mark.parametrize("verb", ["put", "patch", "delete", "trace", "propfind"])
def test_verbs_no_page_knows_are_refused(pages, verb):
    taken = []
    for browser, address, _query in pages:
        status = browser.client.generic(verb.upper(), address).status_code
        if status != 405:
            taken.append(f"{address}: {status}")

    assert taken == []


def test_nothing_leads_to_another_site(pages):
    led = []
    for browser, address, _query in pages:
        there = next(GO_ON)
        typed, come_from = dict.fromkeys(NAMES, there), {"Referer": f"https://{ELSEWHERE}/"}
        for method in ("get", "post"):
            answer = browser.ask(method, address, typed, headers=come_from)
            to = answer.headers.get("Location", "")
            if OUTWARD.match(to) or ELSEWHERE in to.partition("?")[0]:
                led.append(f"{method} {address} with {there}: {to}")

    assert "\n".join(led) == ""


def test_a_name_that_is_not_the_clinics_is_refused(pages, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    served = []
    for browser, address, query in pages:
        answer = browser.ask("get", address + query, headers={"Host": ELSEWHERE})
        if answer.status_code != 400:
            served.append(f"{address}: {answer.status_code}")

    assert served == []


def test_who_signs_in_leaves_the_session_that_somebody_may_have_planted(clinic, client):
    user = clinic[0]["physio"]
    user.set_password("a long enough sentence")
    user.save()
    client.get("/book/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key

    client.post("/accounts/login/", {"login": user.email, "password": "a long enough sentence"})

    assert client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()
