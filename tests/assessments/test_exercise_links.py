"""A photo or film elsewhere: only plain https on a host the clinic allows, and gone at once."""

import pytest
from django.db import IntegrityError, transaction

from assessments import pdf
from assessments.models import ExerciseLink
from assessments.outside import outside
from assessments.sheet import sheet_of
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import grant, make_issued, make_practice
from tests.assessments.test_library_desk import staff

HOSTS = ["films.example.org", "example.com"]
FILM = "https://films.example.org/step-down?t=3"
ADMIN = "/admin/assessments/exerciselink/"
FORM = {"exercise": "EX05", "shows": "film", "url": FILM}


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.EXERCISE_LINK_HOSTS = HOSTS


@pytest.mark.parametrize("url", [FILM, "https://example.com", "https://EXAMPLE.com/a%20b#c"])
def test_what_may_be_named(url):
    assert outside(url, HOSTS).url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.com/",
        "HTTPS://example.com/",
        "javascript:alert(1)//https://example.com",
        "//example.com/",
        "https:example.com",
        "https:///example.com",
        "https://www.example.com/",
        "https://example.com.evil.test/",
        "https://evilexample.com/",
        "https://evil.test/https://example.com/",
        "https://evil.test#example.com",
        "https://evil.test?example.com",
        "https://example.com@evil.test/",
        "https://me:secret@example.com/",
        "https://example.com:8443/",
        "https://example.com:443/",
        "https://example.com:/",
        "https://example.com\\@evil.test/",
        "https://evil.test\\.example.com/",
        "https://example.com./",
        "https://exаmple.com/",  # a letter that only looks like an a
        "https://example.com/ x",
        "https://example.com/\n",
        "https://example.com/\t",
        'https://example.com/"onclick=',
        "https://example.com/<b>",
        "https://[::1]/",
        "https://[example.com",
        "https://example.com/" + "a" * 300,
    ],
)
def test_what_may_not(url):
    assert outside(url, HOSTS) is None


@pytest.fixture
def lead(client, db):
    make_practice()
    client.force_login(staff(roles.CLINICAL_LEAD))
    return client


@pytest.mark.django_db
class TestTheAdmin:
    def test_the_clinical_lead_adds_and_takes_out(self, lead):
        assert lead.post(f"{ADMIN}add/", FORM).status_code == 302
        link = ExerciseLink.objects.get()
        assert (link.exercise, link.url) == ("EX05", FILM)
        assert "Seated knee extension" in lead.get(ADMIN).text
        assert lead.post(f"{ADMIN}{link.pk}/delete/", {"post": "yes"}).status_code == 302
        assert not ExerciseLink.objects.exists()
        names = AuditEvent.objects.filter(action__startswith="exerciselink").values_list("action")
        assert sorted(name for (name,) in names) == ["exerciselink_added", "exerciselink_removed"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"url": "https://evil.test/"},
            {"url": "http://example.com/"},
            {"url": "https://example.com@evil.test/"},
            {"exercise": "EX99"},
            {"shows": "page"},
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, lead, wrong):
        answer = lead.post(f"{ADMIN}add/", FORM | wrong)
        assert answer.status_code in (200, 422)
        assert next(iter(wrong)) in answer.context["adminform"].form.errors
        assert not ExerciseLink.objects.exists()

    def test_without_a_host_there_is_no_link(self, lead, settings):
        settings.EXERCISE_LINK_HOSTS = []
        assert "EXERCISE_LINK_HOSTS" in lead.post(f"{ADMIN}add/", FORM).text
        assert not ExerciseLink.objects.exists()

    @pytest.mark.parametrize("role", [roles.MANAGER, roles.FRONT_DESK, roles.PHYSIO])
    def test_nobody_else_does(self, client, db, role):
        make_practice()
        client.force_login(staff(role))
        assert client.get(ADMIN).status_code == 404
        assert client.post(f"{ADMIN}add/", FORM).status_code == 404
        assert not ExerciseLink.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["http://example.com/", "javascript:alert(1)", ""])
def test_the_database_keeps_https_alone(url):
    with pytest.raises(IntegrityError, match="exercise_link_is_https"), transaction.atomic():
        ExerciseLink.objects.create(exercise="EX05", shows="film", url=url)


@pytest.mark.django_db
class TestThePlan:
    @pytest.fixture
    def plan(self):
        make_practice()
        ExerciseLink.objects.create(exercise="EX05", shows="film", url=FILM)
        return make_issued()

    @pytest.fixture
    def page(self, client, plan):
        client.force_login(grant(plan.episode.patient))
        return lambda: client.get(f"/me/{plan.episode.patient_id}/plan/")

    def test_page_and_paper_say_where_it_leads(self, page, plan):
        text = page().text
        link = f'<a href="{FILM}" target="_blank" rel="noopener noreferrer">'
        assert text.count(link) == 1
        assert "See a film of it on films.example.org</a>" in text
        assert "<iframe" not in text
        assert "films.example.org" not in page()["Content-Security-Policy"]
        paper = pdf.paper_of(sheet_of(plan), plan.episode.patient, make_practice())
        said = {line["link"] for line in paper["lines"]}
        assert "See a film of it on films.example.org: films.example.org/step-down?t=3" in said

    def test_what_is_taken_out_or_no_longer_allowed_is_gone_at_once(self, page, settings):
        settings.EXERCISE_LINK_HOSTS = ["example.com"]
        assert FILM not in page().text
        settings.EXERCISE_LINK_HOSTS = HOSTS
        assert FILM in page().text
        ExerciseLink.objects.all().delete()
        assert FILM not in page().text

    def test_what_was_written_past_the_form_is_not_shown(self, page):
        ExerciseLink.objects.update(url="https://example.com@evil.test/")
        assert "evil.test" not in page().text
