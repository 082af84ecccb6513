"""Pages of a patient who reads French: the library's texts on them, and what is said of them."""

import html
import io
import re
from dataclasses import replace
from uuid import uuid4

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assessments import actions, translation_store
from assessments.findings.reported import ASKED_IN
from assessments.intake.page import asked_questionnaires, translated_in
from assessments.intake.prefill import prefill_for
from assessments.intake.steps import STEP_BY_NAME
from assessments.intake.storage import intakes_of, told_altogether
from assessments.library import shipped
from assessments.library.translations import shipped_translations
from assessments.models import Translation
from assessments.scoring.instruments import AKPS_POINTS
from assessments.translation_store import digest_of
from clinic import roles
from tests.assessments.factories import (
    NOW,
    grant,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
)
from tests.assessments.intakes import MINE, fill, link_to, open_visit, send
from tests.assessments.library_drafts import staff
from tests.assessments.test_intake_questionnaires import AKPS, with_lines
from tests.assessments.thumb import Phone

pytestmark = pytest.mark.django_db
FRENCH = shipped_translations("fr")
NOTE = "Traduction non révisée cliniquement."


@pytest.fixture(autouse=True)
def _french(settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French")]
    translation_store.forget()
    yield
    translation_store.forget()


def words(page):
    """The text of a page, on one line."""
    text = re.sub(r"<[^>]+>", " ", page.split("<main")[1])
    return re.sub(r"\s+", " ", html.unescape(text))


def plain(text):
    return re.sub(r"\s+", " ", text)


def open_as(plan, tail="plan/"):
    patient = plan.episode.patient
    browser = Client()
    browser.force_login(grant(patient))
    return browser.get(f"/me/{patient.pk}/{tail}")


def issued(number=1):
    return make_issued(number, patient=make_patient(language="fr"))


@pytest.mark.parametrize("number", [1, 3, 5, 9])
def test_every_line_of_the_plan_is_there_in_french(number):
    plan = issued(number)

    page = open_as(plan)

    said = words(page.text)
    assert page["Content-Language"] == "fr"
    for line in plan.lines.all():
        for text in (line.name, line.instruction, line.why):
            assert plain(FRENCH[text]) in said
            assert plain(text) not in said
    assert said.count(NOTE) == 1
    assert '<span lang="en">' not in page.text


def test_what_is_not_translated_is_marked_and_said_once():
    plan = issued()
    with_english = {en: fr for en, fr in FRENCH.items() if en != plan.lines.first().name}
    translation_store.TranslationSet.objects.create(
        language="fr", fingerprint="x", texts=with_english, loaded_at=NOW
    )

    page = open_as(plan)

    assert f'<span lang="en">{html.escape(plan.lines.first().name)}</span>' in page.text
    assert words(page.text).count("ne sont pas encore traduites") == 1
    assert not re.search(r'="[^"]*<span', page.text)  # no mark inside an attribute


def test_the_same_plan_in_english_says_nothing_of_it():
    plan = make_issued()

    page = open_as(plan)

    assert plan.lines.first().name in page.text
    assert "sd-translation" not in page.text


def test_paper_is_in_french_too():
    paper = open_as(issued(), "plan/plan.pdf")

    assert paper["Content-Type"] == "application/pdf"
    assert b"(fr)" in paper.content


def test_progress_names_phase_criteria_and_exercises_in_french():
    plan = issued()

    said = words(open_as(plan, "progress/").text)

    phase = shipped().phase_by_id[plan.start_phase]
    for text in (phase.name, phase.aim, *(each.label for each in phase.leave)):
        assert plain(FRENCH[text]) in said
    assert said.count(NOTE) == 1


def test_the_preview_is_what_the_patient_reads(client):
    plan = issued()
    client.force_login(plan.assessment.author.user)

    page = client.get(f"/chart/assessments/{plan.assessment_id}/plan/preview/").text

    assert plain(FRENCH[plan.lines.first().instruction]) in words(page)
    assert NOTE in words(page)


def test_after_a_red_flag_answer_the_advice_is_french():
    make_practice()
    plan = issued()
    patient = plan.episode.patient
    flare = actions.report_flare(
        patient, plan, client_id=uuid4(), yes=["rf_chest_symptoms"], by=grant(patient), now=NOW
    )
    browser = Client()
    browser.force_login(patient.grants.get().user)

    said = words(browser.get(reverse("me-plan-asked", args=[patient.pk, flare.pk])).text)

    assert "Appelez le 911 maintenant" in said
    assert NOTE in said


def test_the_sheet_after_a_red_flag_is_in_the_patients_language(client):
    make_practice()
    physio = make_practitioner()
    hot = make_signed(6, practitioner=physio, patient=make_patient(language="fr"))
    client.force_login(physio.user)

    answer = client.get(f"/chart/referrals/{hot.referral.pk}/advice.pdf")

    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "Appelez le 911 ou allez à l’urgence maintenant" in said
    assert "Votre genou est peut-être infecté." in said
    assert "811" in said
    assert NOTE in said


def test_the_test_before_the_first_run_is_french():
    plan = issued(5)

    said = words(open_as(plan).text)

    for criterion in shipped().running.test:
        assert plain(FRENCH[criterion.label]) in said


def test_the_page_about_a_sore_kneecap_is_french_for_a_french_browser(client):
    make_practice()

    page = client.get("/knee/?tick=1&check=1", headers={"accept-language": "fr-CA"})

    said = words(page.text)
    for phrase in shipped().phrases("knee_faq"):
        assert plain(FRENCH[phrase.title]) in said
    assert said.count(NOTE) == 1
    assert '<span lang="en">' not in page.text
    assert "{" not in said


# --- questionnaires ----------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch):
    """A clinic that put the wording of the AKPS into its library, and French beside it."""
    library = with_lines("akps", AKPS)
    monkeypatch.setattr("assessments.intake.page.library_of", lambda number: library)
    by = staff(roles.CLINICAL_LEAD)
    for line in AKPS:
        said = line.replace("Question", "Énoncé").replace("answer", "réponse")
        Translation.objects.create(
            language="fr", digest=digest_of(line), number=1, source=line, text=said,
            reviewed_by="Ada", written_at=NOW, written_by=by,
        )  # fmt: skip
    return library


def test_a_translated_questionnaire_says_it_is_no_validated_version(asked, monkeypatch):
    visit = open_visit()
    fill(visit)
    send(visit)
    visit.patient.language = "fr"
    monkeypatch.setattr("assessments.actions.Device.may_go_on", lambda self, intake: True)
    phone = Phone()
    phone.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"
    phone.open(link_to(visit) + "intake/forms/")
    assert "Énoncé 1" in phone.page
    assert "non une version validée en français" in html.unescape(phone.page)
    for part in AKPS_POINTS:
        phone.tap(f"akps.{part}", "b")
    assert phone.press() == 303
    assert told_altogether(intakes_of(visit.pk).values()).value(ASKED_IN) == "fr"
    send(visit, "more", device=MINE)

    by = visit.practitioner.user
    chart = actions.start_assessment(visit, visit.practitioner, by=by, now=visit.starts_at)
    assert prefill_for(chart).words[ASKED_IN] == "fr"
    actions.confirm_reported(chart, 0, ["akps"], by=by, now=visit.starts_at)
    note = chart.remarks.get(name="note.instruments").text
    assert note == "Questionnaires asked in our own translation, not a validated version: fr"


def test_asked_in_english_nothing_is_kept_of_a_language(asked):
    step = STEP_BY_NAME["forms"]

    assert translated_in(step, {"akps": {"limp": "a"}}) == {ASKED_IN: None}
    assert translated_in(step, {"akps": None}) == {}
    assert translated_in(STEP_BY_NAME["pain"], {"nprs_now": 3}) == {}
    with translation.override("fr"):
        assert translated_in(step, {"akps": {"limp": "a"}}) == {ASKED_IN: "fr"}


def test_a_questionnaire_translated_in_part_is_asked_as_it_is_written(asked, monkeypatch):
    longer = replace(
        asked,
        wording=tuple(
            replace(each, text="Think of the last week.")
            if each.id == "questionnaire.akps"
            else each
            for each in asked.wording
        ),
    )
    monkeypatch.setattr("assessments.intake.page.library_of", lambda number: longer)
    with translation.override("fr"):
        found = asked_questionnaires()["akps"]

    assert found.translated == ""
    assert found.questions[0].question == "Question 1"
    assert found.lead == "Think of the last week."
