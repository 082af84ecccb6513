"""A draft is checked, published and reviewed; after that nobody changes it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from assessments import library_actions as library
from assessments.library import Library
from assessments.library_store import library_of, newest_version
from assessments.models import LibraryVersion
from clinic import roles
from tests.assessments.factories import NOW, make_practice, make_user
from tests.assessments.library_drafts import change, entry, events, force, kept


@pytest.fixture(autouse=True)
def _no_kept_versions():
    """A version read in one test is another one in the next."""
    library_of.cache_clear()
    yield
    library_of.cache_clear()


@pytest.fixture
def lead(db):
    make_practice()
    return make_user(roles.CLINICAL_LEAD)


@pytest.fixture
def first(lead):
    return LibraryVersion.objects.get(number=1)


@pytest.fixture
def draft(first, lead):
    return library.begin_draft(first, by=lead, now=NOW, note="Softer start")


# --- checking and publishing -------------------------------------------------------------------


def _outside(data):
    entry(data["thresholds"], "pain_limit_running")["value"] = "9"


def _two_doors(data):
    entry(data["blocks"]["blocks"], "FOOTWEAR")["always"] = True


def _no_such_contributor(data):
    entry(data["blocks"]["blocks"], "FOOTWEAR")["contributors"] = ["SHOES_RED"]


def _no_such_exercise(data):
    entry(data["blocks"]["blocks"], "KNEE_STR")["exercises"]["P2"] = ["EX72"]


def _exercise_gone(data):
    data["exercises"].remove(entry(data["exercises"], "EX70"))


def _no_such_finding(data):
    entry(data["blocks"]["blocks"], "TAPE")["contraindications"] = ["skin_of_teeth"]


def _dose_out_of_reach(data):
    entry(data["exercises"], "EX05")["dose"]["sets"] = 9


def _banned_word(data):
    entry(data["exercises"], "EX05")["instruction"] = "Calm the inflammation down."


def _unknown_source(data):
    entry(data["exercises"], "EX05")["sources"] = ["NOBODY99 [V]"]


def _other_tag(data):
    entry(data["sources"], "NEAL24")["tags"] = ["R"]


def _phrase_gone(data):
    data["wording"].remove(entry(data["wording"], "notice.plan"))


def _brace_open(data):
    entry(data["wording"], "notice.plan")["text"] = "Signed by {name"


def _differs_from_threshold(data):
    data["running"]["after_run"]["pain_limit"] = 4


def _no_plan_any_more(data):
    # Only past the actions: within its limits no threshold can do this.
    entry(data["thresholds"], "clot_score_from").update(value="0", low="0")


def _another_shape(data):
    entry(data["exercises"], "EX05")["dose"]["sets"] = "three"


BREAKS = [
    (_outside, "thresholds", "pain_limit_running", "9 is outside 0 to 4"),
    (_two_doors, "blocks", "FOOTWEAR", "exactly one of"),
    (_no_such_contributor, "blocks", "FOOTWEAR", "SHOES_RED"),
    (_no_such_exercise, "blocks", "KNEE_STR", "EX72"),
    (_exercise_gone, "exercises", "EX70", "is missing"),
    (_no_such_finding, "blocks", "TAPE", "skin_of_teeth"),
    (_dose_out_of_reach, "exercises", "EX05", "sets is outside 1 to 6"),
    (_banned_word, "exercises", "EX05", "inflam"),
    (_unknown_source, "exercises", "EX05", "NOBODY99"),
    (_other_tag, "blocks", "KNEE_STR", "NEAL24 [V] was not checked that way"),
    (_phrase_gone, "wording", "notice.plan", "is missing"),
    (_brace_open, "wording", "notice.plan", "brace"),
    (_differs_from_threshold, "running", "after_run.pain_limit", "pain_limit_running"),
    (_no_plan_any_more, "drafting cases", "case 1", "gives no plan any more"),
    (_another_shape, "library", "-", "exercises[EX05].dose.sets"),
]


@pytest.mark.parametrize(
    ("spoil", "file", "where", "says"), BREAKS, ids=lambda x: getattr(x, "__name__", None)
)
def test_a_draft_that_breaks_a_check_is_not_published_and_says_where(
    draft, lead, spoil, file, where, says
):
    data = draft.data
    spoil(data)
    force(draft, data)

    with pytest.raises(library.CannotPublish) as refused:
        library.publish(draft, by=lead, now=NOW)

    found = [fault for fault in refused.value.faults if (fault.file, fault.where) == (file, where)]
    assert any(says in fault.message for fault in found), refused.value.faults
    assert LibraryVersion.objects.get(pk=2).state == "draft"
    assert newest_version().number == 1
    assert events("library.published") == []


def test_a_draft_that_says_the_same_is_not_published(draft, lead):
    with pytest.raises(library.NothingChanged):
        library.publish(draft, by=lead, now=NOW)


def test_nobody_publishes_what_they_did_not_see(draft, lead):
    seen = library.seal(draft)
    change(draft, "exercise/EX05", make_user(roles.CLINICAL_LEAD), sets=2)

    with pytest.raises(library.StaleDraft):
        library.publish(draft, by=lead, now=NOW, base=seen)

    assert newest_version().number == 1


@pytest.fixture
def published(draft, lead):
    change(draft, "exercise/EX05", lead, sets=4)
    return library.publish(draft, by=lead, now=NOW)


def test_a_published_version_is_the_newest_and_complete(published, lead):
    assert newest_version() == published
    assert (published.published_at, published.published_by) == (NOW, lead)
    made = library_of(2)
    assert made.exercise_by_id["EX05"].dose.sets == 4
    assert (made.version, made.is_reviewed) == (2, False)
    assert len(published.fingerprint) == 64
    [event] = events("library.published")
    assert event.data == {"version": 2, "fingerprint": published.fingerprint}


def test_the_next_draft_goes_on_from_the_newest(published, lead):
    third = library.begin_draft(published, by=lead, now=NOW)

    assert third.number == 3
    assert Library.from_data(third.data).exercise_by_id["EX05"].dose.sets == 4


def test_actions_leave_a_published_version_alone(published, lead):
    for action in (
        lambda: change(published, "exercise/EX05", lead, sets=3),
        lambda: library.note_draft(published, "other", by=lead, now=NOW),
        lambda: library.discard_draft(published, by=lead, now=NOW),
        lambda: library.publish(published, by=lead, now=NOW),
    ):
        with pytest.raises(library.NotADraft):
            action()


def test_the_database_leaves_a_published_version_alone(published):
    rows = LibraryVersion.objects.filter(pk=2)
    before = rows.values().get()
    table = LibraryVersion._meta.db_table

    def by_sql(statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    for attack in (
        lambda: rows.update(note="other"),
        lambda: rows.update(data={}),
        lambda: rows.update(state="draft", published_at=None),
        rows.delete,
        lambda: LibraryVersion(**(before | {"note": "other"})).save(),
        lambda: by_sql(f"UPDATE {table} SET fingerprint = 'f' WHERE number = 2"),
        lambda: by_sql(f"DELETE FROM {table} WHERE number = 2"),
    ):
        with (
            pytest.raises(IntegrityError, match="library_published_is_final"),
            transaction.atomic(),
        ):
            attack()

    assert rows.values().get() == before


# --- review ------------------------------------------------------------------------------------


def review(version, by, **values):
    said = {
        "reviewed_by": "Robin Example",
        "registration": "PT 00123",
        "on": date(2027, 1, 9),
        "remarks": "Read in full.",
    } | values
    return library.record_review(version, **said, by=by, now=NOW)


def test_a_review_is_recorded_and_changes_nothing_else(published, lead):
    before = LibraryVersion.objects.filter(pk=2).values("data", "fingerprint", "note").get()

    review(published, lead)

    held = LibraryVersion.objects.get(pk=2)
    assert (held.reviewed_by, held.reviewer_registration) == ("Robin Example", "PT 00123")
    assert (held.reviewed_on, held.review_remarks) == (date(2027, 1, 9), "Read in full.")
    assert LibraryVersion.objects.filter(pk=2).values(*before).get() == before
    assert [event.data for event in events("library.reviewed")] == [{"version": 2}]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"reviewed_by": "  "}, "reviewed_by"),
        ({"registration": ""}, "registration"),
        ({"registration": "1" * 41}, "registration"),
        ({"on": None}, "on"),
        ({"on": NOW.date() + timedelta(days=1)}, "on"),
    ],
)
def test_a_review_needs_a_name_a_registration_and_a_day_gone_by(published, lead, values, name):
    with pytest.raises(library.ValuesRefused) as refused:
        review(published, lead, **values)

    assert list(refused.value.errors) == [name]
    assert LibraryVersion.objects.get(pk=2).reviewed_by == ""


def test_a_draft_cannot_be_reviewed(draft, lead):
    with pytest.raises(library.NotPublished):
        review(draft, lead)


# --- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [r for r in roles.ROLES if r != roles.CLINICAL_LEAD])
def test_nobody_but_the_clinical_lead_changes_the_library(draft, first, role):
    by = make_user(role)
    before = draft.data

    for action in (
        lambda: library.begin_draft(first, by=by, now=NOW),
        lambda: change(draft, "exercise/EX05", by, sets=2),
        lambda: library.note_draft(draft, "mine", by=by, now=NOW),
        lambda: library.discard_draft(draft, by=by, now=NOW),
        lambda: library.publish(draft, by=by, now=NOW),
        lambda: review(first, by),
    ):
        with pytest.raises(PermissionDenied):
            action()

    assert kept(draft) == before
    assert LibraryVersion.objects.get(pk=1).reviewed_by == ""
