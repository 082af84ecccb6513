"""Which language a page, a letter or a paper is in, and who decides it."""

from datetime import date

import polib
import pytest
from django import forms
from django.conf import settings as project
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from clinic import catalogues, languages, practice, zones
from clinic.models import AuditEvent, PatientGrant
from tests.assessments.factories import NOW, make_patient, make_user
from tests.factories import LocationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in():
    """(browser, patient): somebody whose own record says French."""
    user = make_user(email="sam@example.com")
    patient = make_patient(email="sam@example.com", language="fr")
    PatientGrant.objects.create(user=user, patient=patient, granted_at=NOW)
    browser = Client()
    browser.force_login(user)
    return browser, patient


def language_of(answer) -> str:
    """The language a page says it is in, which is the same as its header."""
    found = answer.content.decode().partition('<html lang="')[2].partition('"')[0]
    assert answer["Content-Language"] == found
    return found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("", "en", id="nothing"),
        pytest.param("fr", "fr", id="french"),
        pytest.param("fr-CA,fr;q=0.9,en;q=0.8", "fr", id="canadian french"),
        pytest.param("de,fr;q=0.5", "fr", id="the second of two"),
        pytest.param("de,*", "en", id="one that is not offered"),
        pytest.param("x" * 5000, "en", id="nonsense"),
    ],
)
def test_a_browser_says_what_its_owner_reads(client, asked, found):
    answer = client.get("/team/", headers={"accept-language": asked})

    assert language_of(answer) == found
    assert {"Cookie", "Accept-Language"} <= {each.strip() for each in answer["Vary"].split(",")}


def test_what_somebody_chose_goes_before_what_the_browser_says(client):
    answer = client.post("/language/", {"language": "fr", "next": "/team/?x=1"})

    assert (answer.status_code, answer["Location"]) == (303, "/team/?x=1")
    assert language_of(client.get("/team/", headers={"accept-language": "en"})) == "fr"


def test_looking_at_a_page_chooses_nothing(client):
    assert client.get("/language/?language=fr").status_code == 405
    client.get("/team/?language=fr", headers={"accept-language": "fr"})

    assert languages.COOKIE not in client.cookies
    assert language_of(client.get("/team/")) == "en"


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example", "", "me"])
def test_the_way_back_never_leads_elsewhere(client, where):
    assert client.post("/language/", {"language": "fr", "next": where})["Location"] == "/"


def test_a_language_nobody_offers_is_not_chosen(client):
    client.post("/language/", {"language": "tlh", "next": "/"})

    assert languages.COOKIE not in client.cookies


def test_a_page_offers_the_other_language_by_its_own_name(client):
    english = client.get("/team/").content.decode()
    french = client.get("/team/", headers={"accept-language": "fr"}).content.decode()

    assert 'value="fr" lang="fr">Français</button>' in english
    assert 'value="en" lang="en">English</button>' in french


def test_without_a_second_language_no_page_offers_one(client, settings):
    settings.LANGUAGES = [("en", "English")]

    assert "/language/" not in client.get("/team/").content.decode()


def test_a_patients_own_record_says_it_for_them(signed_in):
    browser, _patient = signed_in
    browser.cookies[languages.COOKIE] = "en"

    assert language_of(browser.get("/me/", headers={"accept-language": "en"})) == "fr"


def test_a_merged_record_speaks_by_the_one_that_stands(signed_in):
    browser, patient = signed_in
    patient.merged_into = make_patient(email="sam@example.com", language="en")
    patient.save()

    assert language_of(browser.get("/team/")) == "en"


def test_who_follows_along_reads_their_browsers_language(signed_in):
    _browser, patient = signed_in
    partner = make_user(email="partner@example.com")
    PatientGrant.objects.create(user=partner, patient=patient, granted_at=NOW)
    browser = Client()
    browser.force_login(partner)

    assert language_of(browser.get("/me/")) == "en"
    browser.post("/language/", {"language": "en", "next": "/me/"})
    patient.refresh_from_db()
    assert patient.language == "fr"


def test_choosing_while_signed_in_is_written_into_the_record(signed_in):
    browser, patient = signed_in
    browser.post("/language/", {"language": "en", "next": "/me/"})

    patient.refresh_from_db()
    assert patient.language == "en"
    event = AuditEvent.objects.get(action="patient_language")
    assert (event.patient_id, event.data) == (patient.pk, {"language": "en"})
    assert language_of(browser.get("/me/")) == "en"
    browser.post("/language/", {"language": "en", "next": "/me/"})
    assert AuditEvent.objects.filter(action="patient_language").count() == 1


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/", "/admin/", "/chart/"])
def test_pages_of_staff_stay_english(admin_client, path):
    answer = admin_client.get(path, headers={"accept-language": "fr"})

    assert answer["Content-Language"] == "en"
    assert "Accept-Language" not in answer.get("Vary", "")


@pytest.mark.parametrize("path", ["/accounts/login/code/", "/accounts/login/"])
def test_where_patients_sign_in_is_theirs(client, path):
    assert language_of(client.get(path, headers={"accept-language": "fr"})) == "fr"


@pytest.mark.parametrize(
    "path", ["/manifest.webmanifest", "/sw.js", "/brand.css", "/api/v1/slots/"]
)
def test_what_is_the_same_for_everybody_depends_on_nobody(client, path):
    one = client.get(path, headers={"accept-language": "fr"})

    assert {"Cookie", "Accept-Language"}.isdisjoint(one.get("Vary", "").split(", "))
    assert one.content == client.get(path).content


def test_a_code_from_another_system_reads_the_nearest_that_is_offered():
    assert [languages.known(code) for code in ("fr-CA", "fr", "de", "", "?")] == [
        "fr", "fr", "en", "en", "en",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "country", "words"),
    [
        ("en", "CA", ["09:05", "14:00"]),
        ("fr", "CA", ["9 h 05", "14 h"]),
        ("fr", "FR", ["09:05", "14:00"]),
    ],
)
def test_the_time_of_day_is_written_as_the_country_does(language, country, words):
    LocationFactory(country=country)
    practice.forget()
    with translation.override(language):
        assert [zones.hour_words(9, 5), zones.hour_words(14, 0)] == [
            each.replace(" ", "\N{NO-BREAK SPACE}") for each in words
        ]


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("fr", date(2026, 12, 1), "mardi 1er décembre 2026"),
        ("fr", date(2026, 12, 11), "vendredi 11 décembre 2026"),
        ("en", date(2026, 12, 1), "Tuesday 1 December 2026"),
    ],
)
def test_the_first_of_a_month_is_written_as_the_language_does(language, day, words):
    with translation.override(language):
        assert zones.date_words(day, "l j F Y") == words


def test_days_are_written_in_words_and_filled_in_as_browsers_take_them():
    day = date(2027, 1, 11)
    with translation.override("fr"):
        assert Template("{{ day }}").render(Context({"day": day})) == "11 janvier 2027"
        assert forms.DateInput().format_value(day) == "2027-01-11"
        assert forms.DateField().clean("2027-01-11") == day


def test_the_catalogues_in_use_say_what_the_texts_say():
    texts = list((project.BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po"))
    (place,) = project.LOCALE_PATHS

    assert texts
    for text in texts:
        made = (place / text.relative_to(project.BASE_DIR / "locale")).with_suffix(".mo")
        said = {(one.msgctxt, one.msgid): one for one in polib.mofile(str(made)) if one.msgid}
        for one in polib.pofile(str(text)).translated_entries():
            compiled = said.pop((one.msgctxt, one.msgid))
            assert (compiled.msgstr, compiled.msgstr_plural) == (one.msgstr, one.msgstr_plural)
        assert said == {}


def test_a_changed_text_gets_a_catalogue_of_its_own(tmp_path, settings):
    text = tmp_path / "texts/fr/LC_MESSAGES/django.po"
    text.parent.mkdir(parents=True)

    def in_use(words: str):
        text.write_text(
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            f'msgid "Skip to the content"\nmsgstr "{words}"\n'
        )
        place = catalogues.compiled(tmp_path / "texts", tmp_path / "made")
        settings.LOCALE_PATHS = [place]
        with translation.override("fr"):
            return place, gettext("Skip to the content")

    first, said = in_use("Un")
    assert said == "Un"
    second, said = in_use("Deux")
    assert said == "Deux"
    assert first != second
    assert first.is_dir()
    assert in_use("Un") == (first, "Un")
