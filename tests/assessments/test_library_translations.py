"""The pages of translations in the admin: who reads, who writes, and what a review ends."""

import pytest
from django.core.exceptions import PermissionDenied

from assessments import library_actions as library
from assessments import translation_store
from assessments.library.translations import shipped_translations
from assessments.library_store import library_of
from assessments.models import LibraryVersion, Translation
from assessments.translation_actions import (
    NoSuchText,
    StaleTranslation,
    TranslationRefused,
    review_translations,
    seal_of,
    write_translation,
)
from assessments.translation_store import digest_of, memory_for
from clinic import roles
from tests.assessments.factories import NOW, make_practice, make_user
from tests.assessments.library_drafts import change, events, staff

pytestmark = pytest.mark.django_db
BASE = "/admin/assessments/libraryversion/translations/fr/"
QUAD, LIMIT = "Quad set", "At most {limit} out of 10."
FRENCH = shipped_translations("fr")
ONE = f"{BASE}{digest_of(QUAD)}/"


@pytest.fixture(autouse=True)
def _nothing_kept():
    library_of.cache_clear()
    translation_store.forget()
    yield
    library_of.cache_clear()
    translation_store.forget()


@pytest.fixture
def lead(client):
    make_practice()
    user = staff(roles.CLINICAL_LEAD)
    client.force_login(user)
    return user


def tick(*texts, said=FRENCH):
    return [f"{digest_of(text)}:{seal_of(said[text])}" for text in texts]


def posted(text=FRENCH[QUAD], base=FRENCH[QUAD], **more):
    return {"text": text, "base": seal_of(base), **more}


# --- who ---------------------------------------------------------------------------------------


def test_a_manager_reads_and_writes_nothing(client, lead):
    client.force_login(staff(roles.MANAGER))

    page = client.get(BASE)

    assert page.status_code == 200
    assert FRENCH[QUAD] in page.text
    assert 'type="checkbox"' not in page.text
    assert client.get(ONE).status_code == 404
    assert client.post(ONE, posted("x")).status_code == 404
    assert client.post(BASE, {"text": tick(QUAD), "reviewed_by": "Ada"}).status_code == 404
    assert not Translation.objects.exists()


@pytest.mark.parametrize("role", [roles.FRONT_DESK, roles.PHYSIO, roles.STUDENT, roles.COACH])
@pytest.mark.parametrize("address", [BASE, ONE])
def test_for_anybody_else_there_is_nothing_here(client, lead, role, address):
    client.force_login(staff(role))

    assert client.get(address).status_code in (302, 403, 404)
    assert client.post(address, posted("x")).status_code in (302, 403, 404)
    assert not Translation.objects.exists()


@pytest.mark.parametrize("role", [roles.MANAGER, roles.PHYSIO])
def test_the_actions_refuse_whoever_is_no_lead(lead, role):
    by = {"by": make_user(role), "now": NOW}

    with pytest.raises(PermissionDenied):
        write_translation("fr", QUAD, "x", base=seal_of(FRENCH[QUAD]), **by)
    with pytest.raises(PermissionDenied):
        review_translations("fr", {}, reviewed_by="Ada", **by)


@pytest.mark.parametrize("tail", ["de/", f"fr/{'0' * 64}/", "fr/x/"])
def test_another_language_or_text_is_not_there(client, lead, tail):
    assert client.get(BASE.replace("fr/", tail)).status_code == 404


# --- reading -----------------------------------------------------------------------------------


def test_every_text_stands_beside_its_french(client, lead):
    page = client.get(f"{BASE}?part=exercises&state=all&q=quad set")

    assert f'<p lang="en">{QUAD}</p>' in page.text
    assert f'<p lang="fr">{FRENCH[QUAD]}</p>' in page.text
    total = len(FRENCH)
    assert f"0 of {total} reviewed." in page.text


def test_the_list_is_found_by_state_part_and_words_and_has_pages(client, lead):
    def found(query):
        return [row.source for row in client.get(f"{BASE}?{query}").context["rows"]]

    assert QUAD in found("")
    assert len(found("")) == 50
    assert found("state=reviewed") == []
    assert set(found("part=prognosis")) <= set(FRENCH)
    assert len(found("part=prognosis")) == 4
    assert found("q=Contraction du quad") == [QUAD, "Quad set only"]
    assert client.get(f"{BASE}?page=2").context["rows"].number == 2
    assert client.get(f"{BASE}?part=nonsense&state=nonsense&page=x").status_code == 200


def test_a_text_of_the_draft_that_nobody_translated_stands_as_missing(client, lead):
    draft = library.begin_draft(LibraryVersion.objects.get(number=1), by=lead, now=NOW)
    change(draft, "exercise/EX01", lead, precaution="Stop if it swells")

    page = client.get(f"{BASE}?state=missing")

    assert [row.source for row in page.context["rows"]] == ["Stop if it swells"]
    write_translation(
        "fr", "Stop if it swells", "Arrêtez si le genou enfle", base="", by=lead, now=NOW
    )
    assert client.get(f"{BASE}?state=missing").context["rows"].object_list == []


@pytest.mark.parametrize("reviewed", [1, 30])
def test_the_list_costs_the_same_for_one_and_many(
    client, lead, reviewed, django_assert_max_num_queries
):
    chosen = dict(each.split(":") for each in tick(*list(FRENCH)[:reviewed]))
    review_translations("fr", chosen, reviewed_by="Ada", by=lead, now=NOW)
    client.get(BASE)

    with django_assert_max_num_queries(10):
        client.get(f"{BASE}?state=all")


# --- writing -----------------------------------------------------------------------------------


def test_what_the_lead_writes_is_shown_from_then_on_and_is_not_reviewed(client, lead):
    answer = client.post(ONE, posted("Serrer la cuisse"))

    assert answer.status_code == 302
    row = Translation.objects.get()
    assert (row.source, row.text, row.reviewed_by, row.number) == (QUAD, "Serrer la cuisse", "", 1)
    found = memory_for("fr").find(QUAD)
    assert (found.text, found.reviewed) == ("Serrer la cuisse", False)
    assert "Serrer la cuisse" in client.get(ONE).text


def test_the_trail_names_the_text_by_its_digest_only(client, lead):
    client.post(ONE, posted("Serrer la cuisse"))
    client.post(BASE, {"text": tick(LIMIT), "reviewed_by": "Ada Roy, PT"})

    (written,), (reviewed,) = events("library.translated"), events("library.translation_reviewed")
    assert written.data == {"language": "fr", "digest": digest_of(QUAD), "number": 1}
    assert reviewed.data == {"language": "fr", "digest": digest_of(LIMIT), "number": 1}


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("   ", 422), ("x" * 1201, 422), ("Serrer {la}", 422)]
)
def test_what_does_not_fit_is_refused_and_kept_on_the_page(client, lead, text, status):
    answer = client.post(ONE, posted(text))

    assert answer.status_code == status
    assert not Translation.objects.exists()
    if text.strip():
        assert text in answer.context["form"]["text"].value()


def test_the_values_of_a_text_may_not_be_lost(lead):
    by = {"base": seal_of(FRENCH[LIMIT]), "by": lead, "now": NOW}

    with pytest.raises(TranslationRefused) as refused:
        write_translation("fr", LIMIT, "Au plus 4 sur 10.", **by)
    assert refused.value.errors == {"text": "This does not hold the same values as the text."}
    with pytest.raises(NoSuchText):
        write_translation("fr", "No such words", "Rien", **by)


def test_somebody_elses_words_are_not_overwritten_unread(client, lead):
    client.post(ONE, posted("Serrer la cuisse"))

    answer = client.post(ONE, posted("Contracter la cuisse"))

    assert answer.status_code == 409
    assert "Stored now: Serrer la cuisse" in answer.text
    assert Translation.objects.count() == 1
    again = answer.context["form"]
    sent = {"text": again["text"].value(), "base": again["base"].value()}
    assert client.post(ONE, sent).status_code == 302
    assert memory_for("fr").find(QUAD).text == "Contracter la cuisse"
    with pytest.raises(StaleTranslation):
        write_translation("fr", QUAD, "x", base="", by=lead, now=NOW)


# --- reviewing ---------------------------------------------------------------------------------


def test_what_is_ticked_is_reviewed_in_that_name(client, lead):
    answer = client.post(f"{BASE}?part=exercises", {"text": tick(QUAD), "reviewed_by": "Ada, PT"})

    assert answer.status_code == 302
    assert answer["Location"] == f"{BASE}?part=exercises&state=open"
    assert memory_for("fr").find(QUAD).reviewed
    assert not memory_for("fr").find(LIMIT).reviewed
    page = client.get(f"{BASE}?state=reviewed").text
    assert "Ada, PT" in page
    assert f"1 of {len(FRENCH)} reviewed." in page


def test_without_a_name_nobody_reviewed_it(client, lead):
    answer = client.post(BASE, {"text": tick(QUAD), "reviewed_by": " "})

    assert answer.status_code == 422
    assert not Translation.objects.exists()


def test_nobody_stands_for_what_changed_since_they_read_it(client, lead):
    read = tick(QUAD, LIMIT)
    client.post(ONE, posted("Serrer la cuisse"))

    client.post(BASE, {"text": [*read, "nonsense", "x:y"], "reviewed_by": "Ada"})

    assert not memory_for("fr").find(QUAD).reviewed
    assert memory_for("fr").find(LIMIT).reviewed


def test_a_change_after_the_review_has_to_be_reviewed_anew(client, lead):
    client.post(BASE, {"text": tick(QUAD), "reviewed_by": "Ada"})
    client.post(ONE, posted("Serrer la cuisse"))
    assert not memory_for("fr").find(QUAD).reviewed

    client.post(ONE, posted("Serrer la cuisse", "Serrer la cuisse", reviewed_by="Ada"))

    assert memory_for("fr").find(QUAD).reviewed
    assert [row.number for row in Translation.objects.filter(source=QUAD)] == [1, 2, 3]
