"""The public page about a sore kneecap: library content, honest, and it keeps nothing."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.library import Library, fingerprint, shipped
from assessments.library.knee_page import answer, knee_page
from assessments.library.patient_words import banned_in
from assessments.library_store import library_of
from assessments.models import LibraryVersion
from clinic import practice
from tests.clinic.test_structured import told
from tests.conftest import NOW
from tests.factories import LocationFactory, PracticeFactory

LIBRARY = shipped()
PAGE = knee_page(LIBRARY, emergency_number="911")


@pytest.fixture(autouse=True)
def _no_kept_versions():
    """A version read in one test is another one in the next."""
    library_of.cache_clear()
    yield
    library_of.cache_clear()


@pytest.fixture
def _clinic(db):
    PracticeFactory()
    LocationFactory(emergency_number="911")


def words(response) -> str:
    """The text of the page as people read it."""
    main = response.text[response.text.index("<main") : response.text.index("</main")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.mark.usefixtures("_clinic")
def test_the_page_says_everything_the_library_has_for_it(client):
    text = words(client.get("/knee/"))

    assert [each for each in PAGE.texts() if " ".join(each.split()) not in text] == []
    assert (len(PAGE.checks), len(PAGE.causes), len(PAGE.questions)) == (4, 5, 10)
    assert [band.weeks for band in PAGE.bands] == [(4, 6), (6, 12), (12, 24), (24, 52)]
    assert "about 4 in 10 in trials were not satisfied" in text
    assert "Library not yet clinically reviewed" in text


@pytest.mark.usefixtures("_clinic")
@pytest.mark.parametrize("ticks", ["", "tick=1", "tick=1&tick=2&tick=3&tick=4"])
def test_banned_words_never_appear(client, ticks):
    text = words(client.get(f"/knee/?check=1&{ticks}"))

    assert banned_in(text, LIBRARY.banned) == ()
    assert banned_in(text + " It is wear and tear.", LIBRARY.banned) == ("wear and tear",)


def test_every_question_is_answered_in_the_wording_of_the_register():
    for question in LIBRARY.phrases("knee_faq"):
        assert question.values, question.id
    for said in PAGE.questions:
        assert any(conflict.wording in said.text for conflict in LIBRARY.conflicts), said.id


@pytest.mark.parametrize(
    ("ticked", "name"),
    [
        ([], "none"),
        (["1"], "some"),
        (["1", "1", "1"], "some"),
        (["2", "4"], "some"),
        (["1", "2", "3"], "most"),
        (["1", "2", "3", "4"], "most"),
        (["0", "5", "x", ""], "none"),
    ],
)
def test_the_self_check_answers_what_was_ticked_and_never_diagnoses(ticked, name):
    said = answer(LIBRARY, ticked)

    assert said.id == f"knee_answer.{name}"
    assert not re.search(r"you (probably )?have|suffer", f"{said.title} {said.text}".lower())


@pytest.mark.usefixtures("_clinic")
def test_the_self_check_works_without_script_and_keeps_what_was_ticked_on_the_page(client):
    page = client.get("/knee/?tick=1&tick=3&tick=4&check=1").text

    assert page.count(" checked>") == 3
    assert LIBRARY.phrase_by_id["knee_answer.most"].title in page
    assert "no diagnosis" in page


@pytest.mark.usefixtures("_clinic")
def test_the_self_check_stores_nothing(client):
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/knee/?tick=1&tick=3&check=1")

    assert all(query["sql"].startswith("SELECT") for query in asked)
    assert "sessionid" not in client.cookies
    assert client.post("/knee/", {"tick": "1"}).status_code == 405
    form = response.text[response.text.index('<form method="get"') :]
    sent = set(re.findall(r'name="(\w+)" value="(\w+)"', form[: form.index("</form>")]))
    assert sent == {*(("tick", str(n)) for n in range(1, 5)), ("check", "1")}  # no words at all


@pytest.mark.usefixtures("_clinic")
def test_emergencies_come_first_with_the_number_of_the_place(client):
    page = client.get("/knee/").text

    assert page.index("Call 911 now") < page.index('id="what"') < page.index('id="come"')


@pytest.mark.django_db
def test_without_a_place_the_page_still_says_whom_to_call(client):
    assert "Call the emergency number now" in client.get("/knee/").text


def publish(data: dict) -> LibraryVersion:
    return LibraryVersion.objects.create(
        number=2,
        state="published",
        data=data,
        fingerprint=fingerprint(Library.from_data(data)),
        created_at=NOW,
        published_at=NOW,
        reviewed_by="Dr. Test",
    )


@pytest.mark.usefixtures("_clinic")
def test_the_newest_published_version_is_shown_and_a_draft_is_not(client):
    data = {**LIBRARY.as_data(), "meta": {"version": 2, "language": "en"}}
    for phrase in data["wording"]:
        if phrase["id"] == "knee_faq.01":
            phrase["text"] = "{K06} {K07} As of version two."
    publish(data)
    LibraryVersion.objects.create(number=3, data={}, created_at=NOW)

    text = words(client.get("/knee/"))

    assert "Sore is not the same as damaged. As of version two." in text
    assert "Texts: library version 2. Library reviewed by Dr. Test." in text


@pytest.mark.usefixtures("_clinic")
def test_a_version_from_before_the_page_lends_the_shipped_texts(client):
    data = {**LIBRARY.as_data(), "meta": {"version": 2, "language": "en"}}
    data["wording"] = [each for each in data["wording"] if not each["id"].startswith("knee_")]
    publish(data)

    assert client.get("/knee/").status_code == 200


@pytest.mark.usefixtures("_clinic")
def test_search_engines_read_the_ten_questions(client):
    [page] = told(client.get("/knee/"))

    assert page["@type"] == "FAQPage"
    assert [each["name"] for each in page["mainEntity"]] == [q.title for q in PAGE.questions]
    assert page["mainEntity"][2]["acceptedAnswer"]["text"] == PAGE.questions[2].text


@pytest.mark.usefixtures("_clinic")
def test_the_page_costs_few_queries(client, django_assert_num_queries):
    client.get("/knee/")
    practice.forget()
    with django_assert_num_queries(3):  # practice, newest version, emergency number
        client.get("/knee/")
