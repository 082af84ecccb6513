"""The library's pages in the admin: who sees them, what a form keeps, and the way to publishing."""

import re

import pytest

from assessments import library_actions as library
from assessments.library_desk.contents import SECTIONS, part_named
from assessments.library_desk.parts import seal_of
from assessments.library_store import library_of
from assessments.models import LibraryVersion
from clinic import roles
from tests.assessments.factories import NOW, make_practice, make_user
from tests.assessments.library_drafts import as_posted, staff, typed, version, words

pytestmark = pytest.mark.django_db
BASE = "/admin/assessments/libraryversion/"
EX05 = f"{BASE}2/part/exercise/EX05/"
LIMITS = f"{BASE}2/part/thresholds/limits/"


@pytest.fixture(autouse=True)
def _no_kept_versions():
    """A version read in one test is another one in the next."""
    library_of.cache_clear()
    yield
    library_of.cache_clear()


@pytest.fixture
def lead(client):
    """A clinical lead, signed in as ``client``."""
    make_practice()
    user = staff(roles.CLINICAL_LEAD)
    client.force_login(user)
    return user


@pytest.fixture
def draft(lead):
    first = LibraryVersion.objects.get(number=1)
    return library.begin_draft(first, by=lead, now=NOW)


# --- who ---------------------------------------------------------------------------------------

READING = ["1/change/", *(f"1/section/{name}/" for name in SECTIONS)]
CHANGING = ["add/", "2/part/exercise/EX05/", "2/check/", "2/discard/", "1/review/"]
POSTING = ["add/", "2/part/exercise/EX05/", "2/publish/", "2/note/", "2/discard/", "1/review/"]


@pytest.mark.parametrize("address", READING + [each for each in CHANGING if each != "add/"])
def test_the_clinical_lead_opens_every_page(client, draft, address):
    assert client.get(BASE + address).status_code == 200


@pytest.mark.parametrize("address", READING)
def test_a_manager_reads(client, draft, address):
    client.force_login(staff(roles.MANAGER))

    response = client.get(BASE + address)

    assert response.status_code == 200
    assert "/part/" not in response.text
    assert "/review/" not in response.text


@pytest.mark.parametrize("address", POSTING)
def test_a_manager_changes_nothing(client, draft, address):
    client.force_login(staff(roles.MANAGER))
    before = version().data

    assert client.post(BASE + address, {"note": "mine", "sets": 6}).status_code == 404

    assert (version().data, version().note, version().state) == (before, "", "draft")
    assert version(1).reviewed_by == ""


@pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.PHYSIO, roles.STUDENT, roles.COACH])
@pytest.mark.parametrize("address", ["", *READING, *CHANGING])
def test_nobody_else_finds_anything(client, draft, role, address):
    client.force_login(staff(role))

    response = client.get(BASE + address)

    assert response.status_code == 404
    assert "EX05" not in response.text


@pytest.mark.parametrize("address", ["", *READING, *CHANGING])
def test_strangers_and_patients_are_sent_to_sign_in(client, draft, address):
    client.logout()
    assert client.get(BASE + address).status_code == 302

    client.force_login(make_user(email="pat@example.com"))
    assert client.get(BASE + address).status_code in (302, 404)


@pytest.mark.parametrize("address", ["9/change/", "1/section/nothing/", "2/part/exercise/EX99/",
                                     "1/part/exercise/EX05/", "1/check/", "1/discard/",
                                     "2/review/"])  # fmt: skip
def test_what_is_not_there_is_404(client, draft, address):
    assert client.get(BASE + address).status_code == 404


def test_reading_changes_nothing_and_posting_pages_want_a_post(client, draft):
    before = version().data
    for address in ("2/publish/", "2/note/"):
        assert client.get(BASE + address).status_code == 405
    for address in ("2/change/", "2/check/", "2/section/blocks/"):
        assert client.post(BASE + address).status_code == 405

    assert version().data == before


# --- reading -----------------------------------------------------------------------------------


def test_the_list_says_state_note_and_reviewer(client, draft, lead):
    library.note_draft(draft, "Softer start", by=lead, now=NOW)

    said = words(client.get(BASE))

    assert "Softer start" in said
    assert "As shipped" in said
    assert "draft" in said


@pytest.mark.parametrize("versions", [1, 3])
def test_list_query_count(client, lead, versions, django_assert_num_queries):
    for number in range(2, versions + 1):
        begun = library.begin_draft(version(number - 1), by=lead, now=NOW)
        library.change_draft(begun, "exercise/EX05", {"reps": 15 + number}, by=lead, now=NOW)
        library.publish(begun, by=lead, now=NOW)

    # session, user, groups, permissions, and the list with its count
    client.get(BASE)
    with django_assert_num_queries(7):
        response = client.get(BASE)

    assert response.context["cl"].result_count == versions


def test_a_threshold_is_shown_with_unit_range_and_sources(client, lead):
    said = words(client.get(f"{BASE}1/section/thresholds/"))

    assert "Pain limit running pain allowed while running 2 0 to 4 out of 10 ESC18 [R]" in said


# --- beginning and changing --------------------------------------------------------------------


def test_a_draft_begins_with_a_note(client, lead):
    response = client.post(f"{BASE}add/", {"note": "Softer start"})

    assert response.headers["Location"] == f"{BASE}2/change/"
    assert (version().state, version().note) == ("draft", "Softer start")


def test_asked_again_the_open_draft_is_shown(client, draft):
    response = client.post(f"{BASE}add/", {"note": "another"}, follow=True)

    assert response.redirect_chain == [(f"{BASE}2/change/", 302)]
    assert "Version 2 is open as a draft" in words(response)
    assert LibraryVersion.objects.count() == 2


@pytest.mark.parametrize(
    "key",
    ["exercise/EX05", "exercise/EX44", "block/GAIT_CUES", "block/ICE", "thresholds/contributors",
     "phrase/education.sore", "phase/P1", "running/walk-jog", "source/CPG19", "band/D",
     "threshold-sources/limits", "conflict/K06", "flag/RF01", "caution/CA09", "never/ACUPUNCTURE",
     "contributor/HIP_WEAK", "running/load", "phase/step-back"],
)  # fmt: skip
def test_a_form_sent_untouched_changes_nothing(client, draft, key):
    if part_named(draft.data, key) is None:
        key = next(f"phrase/{each['id']}" for each in draft.data["wording"] if each.get("items"))
    address, before = f"{BASE}2/part/{key}/", version().data

    response = client.post(address, typed(client, address))

    assert response.status_code == 302
    assert version().data == before


def test_a_saved_change_shows_in_the_section_and_among_the_differences(client, draft):
    response = client.post(EX05, typed(client, EX05, reps="15"), follow=True)

    assert response.redirect_chain == [(f"{BASE}2/section/exercises/", 302)]
    assert "Saved: EX05" in words(response)
    assert "Repetitions 12 a set 15 a set" in words(client.get(f"{BASE}2/change/"))


def test_exercises_of_a_block_keep_their_order_and_gaps_close(client, draft):
    address = f"{BASE}2/part/block/KNEE_STR/"
    order = {"p2_0": "EX06", "p2_1": "", "p2_2": "EX05", "p2_3": "EX07"}

    client.post(address, typed(client, address, **order))

    block = next(each for each in version().data["blocks"]["blocks"] if each["id"] == "KNEE_STR")
    assert block["exercises"]["P2"] == ["EX06", "EX05", "EX07"]


def test_contributors_keep_their_order_and_new_ones_follow(client, draft):
    address = f"{BASE}2/part/block/FOOTWEAR/"
    chosen = ["LOAD_ERROR", "SHOE_ISSUE", "FOOT_SUPINATED_HIGH"]

    client.post(address, typed(client, address, contributors=chosen))

    block = next(each for each in version().data["blocks"]["blocks"] if each["id"] == "FOOTWEAR")
    assert block["contributors"] == ["SHOE_ISSUE", "FOOT_SUPINATED_HIGH", "LOAD_ERROR"]


def test_a_number_has_its_unit_and_range_tied_to_it(client, draft):
    page = client.get(LIMITS).text

    [box] = re.findall(r'<input[^>]*name="review_days"[^>]*>', page)
    assert 'min="7"' in box
    assert 'max="42"' in box
    assert 'aria-describedby="id_review_days_helptext"' in box
    assert re.search(r'id="id_review_days_helptext">\s*7 to 42 days', page)


def test_an_error_stands_next_to_its_field_and_typed_values_stay(client, draft):
    before = version().data
    sent = typed(client, LIMITS, pain_limit_running="9", review_days="21")

    response = client.post(LIMITS, sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["pain_limit_running"]
    [box] = re.findall(r'<input[^>]*name="pain_limit_running"[^>]*>', response.text)
    assert 'value="9"' in box
    assert 'aria-invalid="true"' in box
    assert "id_pain_limit_running_error" in box
    assert 'value="21"' in re.findall(r'<input[^>]*name="review_days"[^>]*>', response.text)[0]
    assert "less than or equal to 4" in words(response)
    assert version().data == before


def test_a_banned_word_is_refused_by_name(client, draft):
    sent = typed(client, EX05, instruction="Press until the inflamed part is calm.")

    response = client.post(EX05, sent)

    assert response.status_code == 422
    assert "“inflam”" in response.context["form"].errors["instruction"][0]


@pytest.mark.parametrize("value", ["three", "", "1e400", "-1", "2.5", "NaN", "9" * 400, "\0"])
def test_nonsense_in_a_number_is_a_form_to_correct(client, draft, value):
    response = client.post(LIMITS, typed(client, LIMITS, review_days=value))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["review_days"]


def test_a_stale_form_overwrites_nothing_and_shows_both(client, draft):
    mine = typed(client, EX05, reps="15")
    theirs = staff(roles.CLINICAL_LEAD)
    library.change_draft(draft, "exercise/EX05", {"reps": 10}, by=theirs, now=NOW)

    response = client.post(EX05, mine)

    assert response.status_code == 409
    assert "Somebody else changed this in the meantime" in words(response)
    assert response.context["form"].errors["reps"] == ["Stored now: 10"]
    assert 'value="15"' in re.findall(r'<input[^>]*name="reps"[^>]*>', response.text)[0]
    exercise = next(each for each in version().data["exercises"] if each["id"] == "EX05")
    assert exercise["dose"]["reps"] == 10

    again = as_posted(response.context["form"])
    assert client.post(EX05, again).status_code == 302
    exercise = next(each for each in version().data["exercises"] if each["id"] == "EX05")
    assert exercise["dose"]["reps"] == 15


def test_a_form_without_its_seal_is_refused(client, draft):
    sent = typed(client, EX05, reps="15")
    del sent["base"]

    assert client.post(EX05, sent).status_code == 422
    part = part_named(draft.data, "exercise/EX05")
    assert seal_of(version().data, part) == seal_of(draft.data, part)
