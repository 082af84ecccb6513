"""The library's pages in the admin: the way from a draft to a published, reviewed version."""

import re

import pytest
from django.db import IntegrityError

from assessments import library_actions as library
from assessments.library_store import library_of, newest_version
from assessments.models import LibraryVersion
from clinic import roles
from tests.assessments.factories import NOW, make_practice
from tests.assessments.library_drafts import as_posted, staff, typed, version, words

pytestmark = pytest.mark.django_db
BASE = "/admin/assessments/libraryversion/"
EX05 = f"{BASE}2/part/exercise/EX05/"


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


# --- checking, publishing, reviewing -----------------------------------------------------------


def test_a_check_leads_to_the_form_where_it_is_put_right(client, draft):
    client.post(EX05, typed(client, EX05, sets="2"))

    response = client.get(f"{BASE}2/check/")

    assert "One check fails" in words(response)
    assert f'href="{EX05}"' in response.text
    assert "/publish/" not in response.text


def test_a_broken_draft_is_not_published_by_post_either(client, draft):
    client.post(EX05, typed(client, EX05, sets="2"))
    seal = library.seal(version())

    response = client.post(f"{BASE}2/publish/", {"base": seal})

    assert response.status_code == 422
    assert f'href="{EX05}"' in response.text
    assert newest_version().number == 1


def test_a_sound_draft_is_published_from_its_check(client, draft, lead):
    client.post(EX05, typed(client, EX05, reps="15"))
    check = client.get(f"{BASE}2/check/")
    assert "All checks pass" in words(check)

    response = client.post(f"{BASE}2/publish/", as_posted(check.context["form"]), follow=True)

    assert "Version 2 is published" in words(response)
    assert (newest_version().number, version().published_by) == (2, lead)
    assert "/part/" not in client.get(f"{BASE}2/section/exercises/").text
    assert client.get(EX05).status_code == 404


def test_a_draft_changed_after_its_check_is_not_published(client, draft):
    client.post(EX05, typed(client, EX05, reps="15"))
    seen = as_posted(client.get(f"{BASE}2/check/").context["form"])
    client.post(EX05, typed(client, EX05, reps="16"))

    response = client.post(f"{BASE}2/publish/", seen, follow=True)

    assert "Somebody else changed this" in words(response)
    assert newest_version().number == 1


def test_a_review_is_recorded_once_it_is_complete(client, lead):
    said = {"reviewed_by": "Robin Example", "registration": "PT 00123", "on": "2027-01-09"}
    address = f"{BASE}1/review/"

    for wrong in ({"registration": ""}, {"on": "2027-01-11"}, {"on": "soon"}):
        response = client.post(address, said | wrong)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == list(wrong)
    assert version(1).reviewed_by == ""

    response = client.post(address, said | {"remarks": "Read in full."}, follow=True)

    assert "Robin Example" in words(response)
    assert version(1).reviewer_registration == "PT 00123"
    assert "not yet clinically reviewed" not in words(client.get(f"{BASE}1/change/"))


def test_djangos_own_forms_reach_no_version(client, draft):
    before = LibraryVersion.objects.order_by("number").values()
    held = list(before)
    sent = {"number": 1, "state": "draft", "data": "{}", "note": "mine", "_save": "Save"}
    for address in ("1/change/", "2/change/", "1/delete/", "2/delete/", " 1/change/", "01/change/"):
        assert client.post(BASE + address, sent).status_code in (302, 403, 404, 405)
    client.post(BASE, {"action": "delete_selected", "_selected_action": ["1", "2"], "post": "yes"})

    assert list(before.all()) == held


def test_texts_are_shown_as_they_are_typed_and_never_run(client, draft):
    evil = "Sit <script>alert(1)</script> & rest"
    client.post(EX05, typed(client, EX05, instruction=evil, name="EX <b>bold</b>"))

    for address in (EX05, f"{BASE}2/section/exercises/", f"{BASE}2/change/"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<b>bold" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_pages_hold_no_inline_style_script_or_handler(client, draft):
    for address in ("2/change/", "2/section/blocks/", "2/part/block/TAPE/", "2/check/"):
        page = client.get(BASE + address).text
        main = page[page.index('id="content-main"') : page.index('id="footer"')]
        assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=", main)


def test_a_published_version_refuses_a_plain_update(lead):
    with pytest.raises(IntegrityError, match="library_published_is_final"):
        LibraryVersion.objects.filter(number=1).update(note="mine")
