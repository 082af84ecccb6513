"""The drawings where an exercise is shown: the patient's page, the review, the paper."""

import gzip
import json
import re
from xml.etree import ElementTree

import pytest
import typst
from django.template.loader import render_to_string
from django.utils import translation

from assessments import library_actions as library
from assessments.drawn import drawn
from assessments.figures import drawing, words
from assessments.library import Library, shipped
from assessments.library_store import library_of
from assessments.models import LibraryVersion, PlanLine
from assessments.pdf import paper_of, template_source
from assessments.sheet import sheet_of
from clinic import practice, roles
from tests.assessments.factories import NOW, grant, make_issued, make_practice, make_user
from tests.assessments.library_drafts import force

pytestmark = pytest.mark.django_db
DRAWN = {figure.exercise for figure in shipped().figures}
PICTURE = re.compile(r'<svg [^>]*class="fig".*?</svg>', re.DOTALL)
LIGHT = 60 * 1024  # bytes a repeat visit may transfer


@pytest.fixture(autouse=True)
def _no_kept_versions():
    """A version read in one test is another one in the next."""
    library_of.cache_clear()
    yield
    library_of.cache_clear()


def page_of(client, plan, *, by=None, **options):
    client.force_login(by or grant(plan.episode.patient))
    return client.get(f"/me/{plan.episode.patient.pk}/plan/", **options)


def titles(html):
    return re.findall(r'<title id="[^"]*">([^<]*)</title>', html)


def expected(plan):
    kept = plan.lines.exclude(change=PlanLine.Change.REMOVED).order_by("position")
    return [line.name for line in kept if line.exercise in DRAWN]


@pytest.mark.parametrize("number", [1, 5])
def test_every_exercise_on_the_patients_page_has_its_drawing(client, number):
    plan = make_issued(number)

    html = page_of(client, plan).text

    assert len(expected(plan)) > 2
    assert sorted(titles(html)) == sorted(expected(plan))
    assert len(PICTURE.findall(html)) == len(expected(plan))
    assert "assessments/figures.css" in html
    assert re.search(r'<script src="[^"]*assessments/figures.js" defer', html)


@pytest.mark.parametrize("number", [1, 5])
def test_every_line_of_the_review_and_of_the_preview_has_its_drawing(client, number):
    plan = make_issued(number)
    client.force_login(plan.assessment.author.user)

    for address in ("plan/", "plan/preview/"):
        html = client.get(f"/chart/assessments/{plan.assessment.pk}/{address}").text
        assert sorted(titles(html)) == sorted(expected(plan)), address
        assert "assessments/figures.css" in html


@pytest.mark.parametrize("number", [1, 5])
def test_no_two_drawings_on_a_page_share_an_id(client, number):
    html = page_of(client, make_issued(number)).text
    ids = re.findall(r'\bid="(fig-[^"]+)"', html)

    assert len(ids) == len(set(ids)) > 4


def test_the_drawing_says_in_words_what_it_shows(client):
    plan = make_issued(1)
    line = next(each for each in sheet_of(plan).lines if each.drawing)

    assert line.drawing.words.startswith("Seen from the ")
    assert f"{line.drawing.words}</desc>" in page_of(client, plan).text


def test_the_paper_holds_every_drawing_with_its_words():
    plan = make_issued(5)
    sheet = sheet_of(plan)
    paper = paper_of(sheet, plan.episode.patient, practice.current())

    found = typst.query(template_source(), "<figure>", sys_inputs={"data": json.dumps(paper)})

    assert len(sheet.exercises) > 3
    assert [each["alt"] for each in json.loads(found)] == [
        line.drawing.words for line in sheet.exercises
    ]


def test_a_repeat_visit_to_the_plan_stays_light_for_a_phone(client):
    response = page_of(client, make_issued(5), headers={"Accept-Encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < LIGHT
    assert PICTURE.search(gzip.decompress(response.content).decode())


def rendered(picture):
    return render_to_string("assessments/_figure.html", {"drawing": picture})


def test_a_name_in_a_drawing_is_text_and_never_markup():
    html = rendered(drawn(shipped(), "EX04", "<script>", 1))

    assert "<script>" not in html
    assert "&lt;script&gt;</title>" in html


def test_the_page_writes_the_same_drawing_as_the_contact_sheet():
    """What was looked at and approved on the sheet is what patients see."""
    for figure in shipped().figures:
        page = ElementTree.fromstring(rendered(drawn(shipped(), figure.exercise, "Name", 1)))
        sheet = ElementTree.fromstring(drawing(figure, title="Name", words=words(figure)))

        assert parts(page) == parts(sheet), figure.exercise


def parts(root):
    """Frame, lines and numbers of a drawing, whichever wrote it."""
    svg = root if root.get("viewBox") else root.find("svg")
    frame = (svg.get("viewBox"), svg.get("width"), svg.get("height"))
    drawn_in_it = [
        (sorted(each.attrib.items() - {("data-part", each.get("data-part"))}), each.text or "")
        for each in svg.iter()
        if each.tag.rpartition("}")[2] in ("path", "text")
    ]
    return frame, drawn_in_it


def test_what_has_no_drawing_has_none():
    assert drawn(shipped(), "EX64", "Education", 1) is None
    assert drawn(shipped(), "EX99", "Nothing", 1) is None


def test_the_words_are_in_the_readers_language():
    picture = drawn(shipped(), "EX04", "Straight-leg raise", 1)

    with translation.override("en"):
        assert "lying on the back" in picture.words


# --- versions ----------------------------------------------------------------------------------


def publish(data):
    """Publish version 2 with this content."""
    lead = make_user(roles.CLINICAL_LEAD)
    draft = library.begin_draft(LibraryVersion.objects.get(number=1), by=lead, now=NOW)
    force(draft, {**data, "meta": {"version": 2, "language": "en"}})
    return library.publish(draft, by=lead, now=NOW)


def test_a_plan_keeps_the_drawings_of_the_version_it_was_made_with(client):
    make_practice()
    old = make_issued(1)
    reader = grant(old.episode.patient)
    before = PICTURE.findall(page_of(client, old, by=reader).text)
    data = shipped().as_data()
    turned = [{**figure, "yaw": figure.get("yaw", 0) + 10} for figure in data["figures"]]

    publish({**data, "figures": turned})
    library_of.cache_clear()  # as in another process
    new = make_issued(1)

    assert new.library_id == 2
    assert PICTURE.findall(page_of(client, old, by=reader).text) == before
    assert PICTURE.findall(page_of(client, new).text) != before


def test_a_plan_of_a_version_without_drawings_is_shown_without(client):
    make_practice()
    data = shipped().as_data()
    del data["figures"]
    exercise, *rest = data["exercises"]
    publish({**data, "exercises": [{**exercise, "target": "Quadriceps"}, *rest]})
    plan = make_issued(1)
    paper = paper_of(sheet_of(plan), plan.episode.patient, practice.current())

    assert Library.from_data(LibraryVersion.objects.get(number=2).data).figures == ()
    assert PICTURE.findall(page_of(client, plan).text) == []
    assert {line["figure"] for line in paper["lines"]} == {""}
    assert typst.compile(
        template_source(), format="pdf", sys_inputs={"data": json.dumps(paper)}
    ).startswith(b"%PDF-")
