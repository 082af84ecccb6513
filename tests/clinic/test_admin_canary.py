"""Nothing clinical is readable in the admin: not on a page, by search, by filter, by guessing."""

import re
from collections import deque
from html import unescape

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from assessments import actions
from assessments.library_store import load_shipped_library
from assessments.models import (
    Assessment,
    ChartPreset,
    EpisodeOfCare,
    ExerciseLink,
    Finding,
    HandOver,
    Intake,
    IntakeAlert,
    IntakeAnswer,
    IntakeCorrection,
    Letter,
    LetterSending,
    LibraryVersion,
    Note,
    Plan,
    PlanLine,
    Referral,
    Remark,
    Snippet,
)
from bookings.models import VisitReason
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import (
    make_draft,
    make_patient,
    make_practitioner,
    make_signed,
    make_visit,
)
from tests.conftest import NOW
from tests.factories import CallbackRequestFactory, PracticeFactory, UserFactory
from tests.worlds import world_of

pytestmark = pytest.mark.django_db

CANARY = "Zaunkoenig"
MOST = 400  # pages a crawl opens


def a_patient():
    """Somebody with a visit and its reason, findings, a goal and a plan that name the canary."""
    PracticeFactory()
    load_shipped_library()
    physio, patient = make_practitioner(), make_patient(first_name="Pat", last_name="Sample")
    visit = make_visit(physio, patient, NOW)
    VisitReason.objects.create(appointment=visit, text=CANARY, written_at=NOW)
    plan = make_draft(practitioner=physio, patient=patient)
    Plan.objects.filter(pk=plan.pk).update(note=CANARY)
    PlanLine.objects.filter(plan=plan).update(instruction=CANARY)
    EpisodeOfCare.objects.update(goal=CANARY)
    passed_on(plan, physio)
    unsigned = Assessment.objects.create(
        episode=plan.episode,
        author=physio,
        library=LibraryVersion.objects.get(),
        started_at=NOW,
    )
    Finding.objects.create(assessment=unsigned, item="pain_worst", text=CANARY, recorded_at=NOW)
    said_before(visit)
    Remark.objects.create(assessment=unsigned, name="note.history", text=CANARY)
    note = Note.objects.create(patient=patient, author=physio, kind="phone", started_at=NOW)
    note.lines.create(name="complaint", text=CANARY)
    Snippet.objects.create(practitioner=physio, word="canary", text=CANARY)
    CallbackRequestFactory(created_at=NOW)
    return patient


patient = world_of(a_patient)


def passed_on(plan, physio):
    """A letter that was given on, a referral and a hand-over of the patient, and their words."""
    by = {"by": physio.user, "now": NOW}
    letter = actions.draft_letter(plan.assessment, "gp", **by)
    Letter.objects.update(
        subject=CANARY, to_name=CANARY, sections=[{"heading": "", "text": CANARY}]
    )
    letter.refresh_from_db()
    actions.finish_letter(letter, physio, **by)
    LetterSending.objects.create(
        letter=letter, how="faxed", to=CANARY, sent_at=NOW, sent_by=physio.user, written_at=NOW
    )
    hot = make_signed(6, practitioner=physio)
    actions.write_answer(hot.referral, CANARY, **by)
    issued = actions.issue_plan(make_draft(practitioner=physio), **by)
    HandOver.objects.create(
        episode=issued.episode, plan=issued, sender=physio, receiver=make_practitioner(),
        goals=CANARY, limits=CANARY, phase="P1", sent_at=NOW,
    )  # fmt: skip
    assert Referral.objects.exists()


def said_before(visit):
    """An intake that was sent, corrected, and made somebody ask for a call."""
    intake = Intake.objects.create(appointment=visit, part="first", begun_at=NOW, saved_at=NOW)
    IntakeAnswer.objects.create(intake=intake, item="goals", text=CANARY, answered_at=NOW)
    Intake.objects.update(sent_at=NOW)
    IntakeCorrection.objects.create(intake=intake, item="goals", text=CANARY, added_at=NOW)
    IntakeAlert.objects.create(
        appointment=visit, level="REFER", flags=[CANARY], fields=[CANARY], raised_at=NOW
    )


def signed_in(role):
    user = UserFactory(is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    browser = Client()
    browser.force_login(user)
    return browser


def links(page, base):
    """The admin addresses a page leads to."""
    for href in re.findall(r'(?:href|action)="([^"#]+)', page):
        href = unescape(href)
        if href.startswith("?"):
            href = base.partition("?")[0] + href
        elif not href.startswith("/"):
            continue
        if href.startswith("/admin/") and "/logout/" not in href and "jsi18n" not in href:
            yield href


def crawl(browser, start):
    """Yield (address, text) of every page that can be reached, and of those one could type."""
    waiting, seen = deque(start), set(start)
    while waiting and len(seen) < MOST:
        address = waiting.popleft()
        answer = browser.get(address)
        page = answer.content.decode()
        assert answer.status_code < 500, address
        yield address, page
        for found in links(page, address):
            if found not in seen:
                seen.add(found)
                waiting.append(found)


def typed_addresses():
    """Addresses no page links to: history, delete and change of rows whose id one knows."""
    for model in admin.site._registry:
        name = model._meta.label_lower.replace(".", "_")
        yield reverse(f"admin:{name}_changelist")
        yield reverse(f"admin:{name}_changelist") + f"?q={CANARY}"
        for row in model._default_manager.all()[:3]:
            for verb in ("change", "history", "delete"):
                yield reverse(f"admin:{name}_{verb}", args=[row.pk])


@pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.MANAGER, roles.CLINICAL_LEAD])
def test_no_page_of_the_admin_shows_the_canary(patient, role):
    browser = signed_in(role)
    pages = dict(crawl(browser, ["/admin/", *typed_addresses()]))
    assert len(pages) > 20
    shown = "".join(pages.values())
    if role != roles.CLINICAL_LEAD:
        assert "Pat Sample" in shown  # the crawl did reach the patient's pages
    for address, page in pages.items():
        # A search box and its links repeat what was typed; nothing else may say it.
        assert CANARY not in re.sub(rf'(value="|\bq=|q%3D){CANARY}', "", page), address


@pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.MANAGER])
@pytest.mark.parametrize(
    "probe",
    [
        "bookings/appointment/?visit_reason__text__startswith=Z",
        "bookings/appointment/?visit_reason__isnull=0",
        "bookings/appointment/?patient__appointments__visit_reason__text__regex=Z.*",
        "bookings/appointment/?patient__episodes__goal__startswith=Z",
        "bookings/appointment/?assessment__findings__text__contains=Z",
        "bookings/appointment/?intakes__answers__text__contains=Z",
        "bookings/appointment/?intakes__isnull=0",
        "bookings/appointment/?intake_alerts__level__startswith=Z",
        "clinic/patient/?episodes__goal__startswith=Z",
        "clinic/patient/?appointments__visit_reason__text__startswith=Z",
        "clinic/patient/?episodes__assessments__findings__text__contains=Z",
        "clinic/practitioner/?appointments__visit_reason__text__startswith=Z",
        "clinic/message/?payload__contains=Z",
    ],
)
def test_no_list_answers_a_question_about_a_clinical_table(patient, role, probe):
    browser = signed_in(role)
    for letters in (probe, probe.replace("=Z", "=Q")):
        assert browser.get(f"/admin/{letters}").status_code in {302, 400}


@pytest.mark.parametrize("order", ["visit_reason__text", "-patient__episodes__goal", "99"])
def test_no_list_is_sorted_by_what_it_does_not_show(patient, order):
    browser = signed_in(roles.FRONT_DESK)
    address = "/admin/bookings/appointment/?when=all"
    plain, sorted_ = browser.get(address), browser.get(f"{address}&o={order}")
    ids = [[row.pk for row in page.context["cl"].result_list] for page in (plain, sorted_)]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    "asked",
    [
        "app_label=bookings&model_name=appointment&field_name=patient",
        "app_label=bookings&model_name=visitreason&field_name=appointment",
        "app_label=assessments&model_name=episodeofcare&field_name=patient",
        "app_label=assessments&model_name=plan&field_name=assessment",
    ],
)
def test_the_admins_own_search_while_typing_is_closed(patient, asked):
    """It takes names in its address; the desk's search posts."""
    browser = signed_in(roles.FRONT_DESK)
    for term in ("", "Pat", CANARY):
        answer = browser.get(f"/admin/autocomplete/?{asked}&term={term}")
        assert answer.status_code == 404
        assert "Sample" not in answer.text


def test_no_clinical_model_is_registered():
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert {label for label in registered if label.startswith("assessments.")} == {
        LibraryVersion._meta.label_lower,
        ExerciseLink._meta.label_lower,  # where an exercise is shown, to nobody in particular
        ChartPreset._meta.label_lower,  # which findings are asked, of nobody in particular
    }
    assert not registered & {"bookings.visitreason", "bookings.visitlink", "clinic.patientgrant"}


def test_no_clinical_row_says_anything_about_itself(patient):
    for model in [VisitReason, *apps.get_app_config("assessments").get_models()]:
        for row in model._default_manager.all()[:5]:
            assert CANARY not in str(row)


def test_the_trail_of_it_all_holds_no_canary(patient):
    assert AuditEvent.objects.exists()
    for event in AuditEvent.objects.all():
        assert CANARY not in f"{event.reason}{event.data}"
