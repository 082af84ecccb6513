"""Publishing a version changes no old page by a byte; what begins afterwards uses the new one."""

import json
import re
from datetime import date

import pytest

from assessments import actions
from assessments import library_actions as library
from assessments.library_store import library_of
from assessments.models import LibraryVersion
from assessments.pdf import paper_of
from assessments.sheet import sheet_of
from clinic import practice, roles
from tests.assessments.factories import NOW, grant, make_issued, make_practice, make_user

pytestmark = pytest.mark.django_db
# What is new on every answer and says nothing: tokens of forms, ids of the next log and addendum.
TOKENS = re.compile(
    r'((csrfmiddlewaretoken|client_id|key)" value=|x-csrftoken": |data-token=)"[^"]*"'
)
NEW_WORDS = "Sit tall, straighten the knee slowly, and lower it slower still."


@pytest.fixture(autouse=True)
def _no_kept_versions():
    """A version read in one test is another one in the next."""
    library_of.cache_clear()
    yield
    library_of.cache_clear()


@pytest.fixture
def lead():
    make_practice()
    return make_user(roles.CLINICAL_LEAD)


@pytest.fixture
def pages(client):
    """Everything that shows an issued plan and its assessment, as bytes by name."""

    def read(plan):
        assessment, patient = plan.assessment, plan.episode.patient
        chart = f"/chart/assessments/{assessment.pk}/"
        reader = getattr(patient, "_reader", None) or grant(patient)
        patient._reader = reader
        found = {}
        for by, addresses in (
            (assessment.author.user, (chart, f"{chart}plan/", f"{chart}plan/preview/")),
            (reader, (f"/me/{patient.pk}/plan/", f"/me/{patient.pk}/progress/")),
        ):
            client.force_login(by)
            for address in addresses:
                response = client.get(address)
                assert response.status_code == 200, address
                found[address] = TOKENS.sub("", response.text)
        paper = paper_of(sheet_of(plan), patient, practice.current())
        return found | {"paper": json.dumps(paper, default=str)}

    return read


def publish_another(lead):
    """Publish version 2: another dose, text, threshold and contributor link."""
    draft = library.begin_draft(LibraryVersion.objects.get(number=1), by=lead, now=NOW)

    def change(key, **values):
        library.change_draft(draft, key, values, by=lead, now=NOW)

    change("exercise/EX05", reps=15, instruction=NEW_WORDS)
    change("exercise/EX03", hold_s=45)
    change("thresholds/limits", pain_limit_moderate=3, pain_limit_high=2, pain_limit_low=3)
    change("block/FOOTWEAR", contributors=("SHOE_ISSUE", "LOAD_ERROR", "QUAD_WEAK"))
    change("phrase/notice.plan", text="Your physio signed this plan.")
    return library.publish(draft, by=lead, now=NOW)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_old_pages_stay_the_same_to_the_byte(pages, lead, number):
    plan = make_issued(number)
    before = pages(plan)
    assert pages(plan) == before  # nothing but the tokens differs from one answer to the next

    publish_another(lead)
    library_of.cache_clear()  # as in another process

    assert pages(plan) == before


def test_what_begins_afterwards_uses_the_new_version(lead):
    old = make_issued(1)
    publish_another(lead)

    new = make_issued(1)

    assert (old.library_id, new.library_id) == (1, 2)
    assert new.assessment.library_id == 2
    assert (old.pain_limit, new.pain_limit) == (4, 3)
    doses = {line.exercise: (line.reps, line.instruction) for line in new.lines.all()}
    assert doses["EX05"] == (15, NEW_WORDS)
    assert "EX67" in doses
    assert "EX67" not in {line.exercise for line in old.lines.all()}


def test_a_chart_begun_before_is_signed_by_the_version_it_began_with(lead):
    plan = make_issued(1)
    publish_another(lead)

    revised = actions.revise_plan(plan, by=plan.assessment.author.user, now=NOW)

    assert revised.library_id == 1
    assert {line.exercise: line.reps for line in revised.lines.all()} == {
        line.exercise: line.reps for line in plan.lines.all()
    }


def test_a_review_ends_the_notice_of_its_own_version_only(client, lead):
    old, notice = make_issued(1), "Library not yet clinically reviewed"
    second = publish_another(lead)
    new = make_issued(1)
    library.record_review(
        second,
        reviewed_by="Robin Example",
        registration="PT 00123",
        on=date(2027, 1, 9),
        by=lead,
        now=NOW,
    )

    assert sheet_of(old).unreviewed == notice
    assert sheet_of(new).unreviewed == ""
    for plan, said in ((old, True), (new, False)):
        client.force_login(grant(plan.episode.patient))
        assert (notice in client.get(f"/me/{plan.episode.patient.pk}/plan/").text) is said
        client.force_login(plan.assessment.author.user)
        page = client.get(f"/chart/assessments/{plan.assessment.pk}/plan/").text
        assert (notice in page) is said
