"""A version stored before the code came to read one more limit or to show one more sentence."""

import pytest

from assessments import library_actions as library
from assessments.library.later import completed
from assessments.library_store import library_of
from assessments.models import LibraryVersion
from clinic import roles
from tests.assessments.factories import NOW, make_practice, make_signed, make_user
from tests.assessments.library_drafts import change
from tests.unguarded import force

GONE = {"thresholds": "refer_within_days", "wording": "notice.draft"}


@pytest.fixture(autouse=True)
def _no_kept_versions():
    library_of.cache_clear()
    yield
    library_of.cache_clear()


def without(data, name):
    return [entry for entry in data[name] if entry["id"] != GONE[name]]


@pytest.fixture
def older(db):
    """The first version as it was published before the limit and the phrase existed."""
    make_practice()
    first = LibraryVersion.objects.get(number=1)
    data = first.data | {name: without(first.data, name) for name in GONE}
    force(LibraryVersion.objects.filter(pk=first.pk), data=data)
    first.refresh_from_db()
    return first


def test_it_answers_with_what_the_project_ships(older):
    read = library_of(1)

    assert read.rulebook.limit("refer_within_days") == 14
    assert read.phrase_by_id["notice.draft"].text


def test_a_red_flag_opens_its_referral_under_it(older):
    assert make_signed(6).referral.due_on is not None


def test_a_draft_of_it_is_complete_and_can_be_published(older):
    lead = make_user(roles.CLINICAL_LEAD)

    draft = library.begin_draft(older, by=lead, now=NOW)
    change(draft, "thresholds/limits", lead, pain_limit_moderate=3)

    assert library.publish(draft, by=lead, now=NOW).number == 2


def test_a_draft_begun_before_can_be_published_after(older):
    lead = make_user(roles.CLINICAL_LEAD)
    draft = library.begin_draft(older, by=lead, now=NOW)
    change(draft, "thresholds/limits", lead, pain_limit_moderate=3)
    draft.refresh_from_db()
    draft.data = draft.data | {name: without(draft.data, name) for name in GONE}
    draft.save()

    done = library.publish(draft, by=lead, now=NOW)

    assert "refer_within_days" in {entry["id"] for entry in done.data["thresholds"]}


def test_what_a_version_says_itself_stays(older):
    said = [entry | {"value": "9"} for entry in older.data["thresholds"]]

    grown = completed({"thresholds": said, "wording": "not a list"})

    assert grown["thresholds"][: len(said)] == said
    assert [entry["id"] for entry in grown["thresholds"][len(said) :]] == ["refer_within_days"]
    assert grown["wording"] == "not a list"
