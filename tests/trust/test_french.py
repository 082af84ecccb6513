"""Every page a patient can open, with all texts marked: no words stand there without a mark.

What people typed, the library's own texts and names are left out. A text that fails here is not
given to gettext, or its file is not named in ``locale/patients.txt``.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import translation

from assessments import actions, pdf
from assessments.actions.planning import NewDose
from assessments.models import Plan
from assessments.plan_history import changed_since, issued_before
from assessments.sheet import sheet_of
from bookings import ics
from bookings.models import Appointment, Receipt
from bookings.money import papers
from bookings.schedule.kept import Kept
from clinic import languages, letters, practice, texts
from clinic.models import Patient
from clinic.texts.wording import shipped
from tests.assessments.factories import NOW
from tests.trust import addresses
from tests.trust.walking import Browser
from tests.trust.wrapped import Known, Said, outside, wrapped

ASKING = {"headers": {"accept-language": "fr"}}


@pytest.fixture
def marked(tmp_path, settings):
    """French is the marked language, and the record of everybody says so."""
    settings.LOCALE_PATHS = [wrapped(tmp_path)]
    Kept.forget()
    yield
    Kept.forget()


@pytest.fixture
def revised(clinic):
    """A second version of the patient's plan, with every kind of change of its lines."""
    people, ids = clinic
    first = Plan.objects.filter(
        episode__patient=ids["patient"], issued_at__isnull=False, replaced_at__isnull=True
    ).get()
    by = {"by": people["physio"], "now": NOW + timedelta(hours=1)}
    plan = actions.revise_plan(first, **by)
    dosed, gone = plan.lines.filter(home=True, sets__isnull=False)[:2]
    dose = NewDose(
        sets=dosed.sets + 1, reps=dosed.reps, hold_seconds=dosed.hold_seconds, per_week=2
    )
    actions.edit_line(dosed, dose, **by)
    actions.remove_line(gone, "Too much", **by)
    actions.add_line(plan, "EX51", "Asked for", **by)
    return actions.issue_plan(plan, **by)


def pages(clinic):
    """Yield (who, name, address, answer) of every page a patient, a guest or a link opens."""
    people, ids = clinic
    browsers = {"patient": Browser(people["patient"]), "link": Browser(with_link=True)}
    for route, name in addresses.routes():
        address = addresses.filled(route, name, ids)
        if languages.is_for_all(route) or languages.is_of_staff(route):
            continue
        for who, browser in browsers.items():
            query = addresses.QUERIES.get(name, "")
            for method in ("get", "post"):
                yield who, name, f"{method} {route}", browser.ask(method, address + query, **ASKING)


def test_no_page_of_a_patient_says_anything_else(clinic, revised, marked):
    Patient.objects.update(language="fr")
    known = Known()
    faults, seen = {}, 0
    for who, name, where, answer in pages(clinic):
        if answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        if name == "knee" and answer.context:  # its texts are the library's, some of them filled in
            known.learn([answer.context["page"], answer.context["answer"]])
        html = answer.content.decode()
        seen += "⟦" in html
        for text in Said(html).found:
            if left := known.left_of(text):
                faults.setdefault(left, f"{who}: {where}")

    assert seen > 60
    assert "\n".join(f"{where}: {left}" for left, where in faults.items()) == ""


def test_no_message_to_a_patient_says_anything_else(clinic, marked):
    known, faults = Known(["Anna Example", "Sam", settings.SITE_URL]), []
    with translation.override("fr"):
        for topic in texts.topics():
            if topic.to_staff:
                continue
            letter = letters.compose(topic, shipped(topic), topic.sample())
            said = Said(letter.html or "").found
            said += [outside(each)[0] for each in (letter.subject, letter.text)]
            faults += [f"{topic.key}: {left}" for each in said if (left := known.left_of(each))]

    assert "\n".join(faults) == ""


def test_no_paper_says_anything_else(clinic, revised, marked):
    _people, ids = clinic
    known, faults = Known(["example.org/film"]), []  # where a link of the world leads
    visit = Appointment.objects.with_people().get(pk=ids["ahead"])
    with translation.override("fr"):
        said = [
            *words_of(pdf.paper_of(sheet_of(revised), revised.episode.patient, practice.current())),
            *words_of(pdf.changed_words(changed_since(revised, issued_before(revised)))),
            *words_of(papers.paper_of(Receipt.objects.get(pk=ids["receipt"]))),
            *re.findall(r"^(?:DESCRIPTION|SUMMARY):(.*)", unfolded(visit), re.MULTILINE),
        ]
        faults = [left for each in said if (left := known.left_of(outside(each)[0]))]

    assert len(said) > 60
    assert "\n".join(faults) == ""


def words_of(paper) -> list[str]:
    """Every text that is handed to the paper, pictures and pages' own addresses apart."""
    if isinstance(paper, str):
        return [] if paper.startswith(("<svg", "http")) else [paper]
    if isinstance(paper, dict):
        return [
            text for name, each in paper.items() if name not in CODES for text in words_of(each)
        ]
    return [text for each in paper for text in words_of(each)] if is_list(paper) else []


CODES = {"lang", "paper", "figure", "shows"}


def is_list(value) -> bool:
    return isinstance(value, list | tuple)


def unfolded(visit) -> str:
    """A visit's calendar file, its long lines put together."""
    return ics.calendar(visit, now=NOW).decode().replace("\r\n ", "").replace("\r\n", "\n")
