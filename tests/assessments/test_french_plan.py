"""A plan in French, on the page and on paper: the same lines, and what has to be said of it."""

import json
from datetime import timedelta

import pytest
import typst
from django.db import IntegrityError, transaction
from django.utils import translation

from assessments import actions, translation_store
from assessments.actions.planning import NewDose
from assessments.library.translating import Foreign
from assessments.library.translations import shipped_translations
from assessments.models import Translation, TranslationSet
from assessments.pdf import paper_of, plan_pdf, template_source
from assessments.plan_history import changed_since
from assessments.sheet import sheet_of
from assessments.translation_store import digest_of, memory_at, memory_for
from clinic import practice, roles
from tests.assessments.case_files import all_cases
from tests.assessments.factories import NOW, make_issued, make_practice
from tests.assessments.library_drafts import staff

pytestmark = pytest.mark.django_db
WITH_A_PLAN = [case["case"] for case in all_cases() if case["expected"]["plan"]]
FRENCH = shipped_translations("fr")
NOTE = "Traduction non révisée cliniquement."


@pytest.fixture(autouse=True)
def _nothing_kept():
    translation_store.forget()
    yield
    translation_store.forget()


def in_french(plan):
    with translation.override("fr"):
        return sheet_of(plan)


def write(text, said, *, reviewed_by="", number=1, at=NOW):
    return Translation.objects.create(
        language="fr", digest=digest_of(text), number=number, source=text, text=said,
        reviewed_by=reviewed_by, written_at=at,
        written_by=staff(roles.CLINICAL_LEAD),
    )  # fmt: skip


def every_text(sheet):
    """Everything the page and the paper read of a sheet."""
    for line in sheet.lines:
        yield from (line.name, line.dose, line.instruction, line.precaution, line.equipment)
        yield from (line.pain_limit, line.why)
    phrases = (
        sheet.notice, *sheet.education, *sheet.pain, sheet.running, *sheet.advice, sheet.expect,
        *sheet.expect.get("notes", ()), sheet.flare, *sheet.emergency,
        *(sheet.walk_jog or {}).get("checks", ()),
    )  # fmt: skip
    for phrase in phrases:
        yield from (phrase.get("title", ""), phrase.get("text", ""), phrase.get("why", ""))
        yield from phrase.get("items", ())
    yield from (sheet.phase, sheet.unreviewed)


@pytest.mark.parametrize("number", WITH_A_PLAN)
def test_nothing_of_a_plan_stays_in_english(number):
    plan = make_issued(number)

    sheet, english = in_french(plan), sheet_of(plan)

    assert sheet.translation == (NOTE,)
    texts, before = list(every_text(sheet)), list(every_text(english))
    assert len(texts) == len(before) > 50
    for said, was in zip(texts, before, strict=True):
        assert not isinstance(said, Foreign), said
        if any(each.isalpha() for each in was) and was != FRENCH.get(was):
            assert said != was


def test_the_plan_itself_is_kept_as_it_was_issued():
    plan = make_issued()
    line = plan.lines.first()

    in_french(plan)

    assert sheet_of(plan).translation == ()
    assert (sheet_of(plan).lines[0].name, line.name) == (line.name,) * 2


def test_a_line_is_the_french_of_what_was_issued():
    plan = make_issued()

    for shown, line in zip(in_french(plan).lines, plan.lines.all(), strict=True):
        assert shown.name == FRENCH[line.name]
        assert shown.instruction == FRENCH[line.instruction]
        assert shown.why == FRENCH[line.why]


@pytest.mark.parametrize("number", WITH_A_PLAN)
def test_paper_in_french_says_what_the_page_says(number):
    make_practice()
    practice.forget()
    plan = make_issued(number)
    with translation.override("fr"):
        sheet = sheet_of(plan)
        data = json.dumps(paper_of(sheet, plan.episode.patient, practice.current()))
        lines = [*sheet.exercises, *sheet.others]

    def printed(label):
        found = typst.query(template_source(), f"<{label}>", sys_inputs={"data": data})
        return [element["text"] for element in json.loads(found)]

    assert printed("translation") == [NOTE]
    assert printed("name") == [line.name for line in lines]
    assert printed("dose") == [line.dose for line in lines]
    assert printed("instruction") == [line.instruction for line in lines]


def test_paper_in_french_is_a_tagged_pdf():
    plan = make_issued()

    with translation.override("fr"):
        paper = plan_pdf(sheet_of(plan), plan.episode.patient, practice.current())

    assert paper.startswith(b"%PDF-")
    assert b"(fr)" in paper


def test_a_plan_of_a_library_that_says_it_otherwise_stays_in_english_there():
    plan = make_issued()
    plan.texts["phase"] = "Settling down"

    sheet = in_french(plan)

    assert sheet.phase == "Settling down"
    assert isinstance(sheet.phase, Foreign)
    assert len(sheet.translation) == 2


def test_reading_in_english_costs_nothing_and_in_french_one_look(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert memory_for("en") is None
        assert memory_for("en-ca") is None
    memory_for("fr")
    with django_assert_num_queries(1):
        memory_for("fr-ca")


def test_a_language_nobody_translated_shows_the_text_as_it_is_written():
    with translation.override("de"):
        said = translation_store.speaker()

    assert said.say("Quad set") == "Quad set"
    assert said.missing


# --- written by the clinic -------------------------------------------------------------------


def test_what_the_clinic_wrote_counts_and_ends_the_note_once_all_is_reviewed():
    plan = make_issued()
    name = plan.lines.first().name
    write(name, "Serrer la cuisse")

    assert in_french(plan).lines[0].name == "Serrer la cuisse"
    assert in_french(plan).translation == (NOTE,)

    for text, said in FRENCH.items():
        write(text, said, reviewed_by="Ada Roy, PT", number=2)
    assert in_french(plan).translation == ()
    assert in_french(plan).lines[0].name == FRENCH[name]


def test_what_somebody_read_on_a_day_can_be_told_later():
    write("Quad set", "Serrer la cuisse", at=NOW)
    write("Quad set", "Contracter la cuisse", number=2, at=NOW + timedelta(days=2))
    TranslationSet.objects.create(
        language="fr", fingerprint="x", texts={"Calf": "Le mollet"},
        loaded_at=NOW + timedelta(days=5),
    )  # fmt: skip

    def read(days):
        memory = memory_at("fr", at=NOW + timedelta(days=days))
        return [memory.find(text) and memory.find(text).text for text in ("Quad set", "Calf")]

    assert read(1) == ["Serrer la cuisse", "Mollet"]
    assert read(3) == ["Contracter la cuisse", "Mollet"]
    assert read(6) == ["Contracter la cuisse", "Le mollet"]


def test_shipped_translations_are_put_in_place_once_and_again_when_they_differ():
    assert TranslationSet.objects.count() == 1
    assert translation_store.load_shipped_translations() == 0

    TranslationSet.objects.create(language="fr", fingerprint="old", texts={}, loaded_at=NOW)
    assert translation_store.load_shipped_translations() == 1
    assert TranslationSet.objects.latest("pk").texts == dict(FRENCH)


@pytest.mark.parametrize("model", [Translation, TranslationSet])
def test_the_database_lets_no_translation_change_or_go(model):
    write("Quad set", "Serrer la cuisse")
    row = model.objects.latest("pk")

    for change in (
        lambda: model.objects.filter(pk=row.pk).update(language="xx"),
        lambda: model.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_two_cannot_write_the_same_number():
    write("Quad set", "Serrer la cuisse")

    with pytest.raises(IntegrityError), transaction.atomic():
        write("Quad set", "Contracter la cuisse")


def test_what_changed_since_the_last_plan_names_its_lines_in_french():
    plan = make_issued()
    by = {"by": plan.assessment.author.user, "now": NOW}
    newer = actions.revise_plan(plan, **by)
    line = newer.lines.get(exercise="EX05")
    actions.edit_line(line, NewDose(sets=2, reps=8, per_week=2), **by)
    actions.issue_plan(newer, **by)

    with translation.override("fr"):
        (change,) = changed_since(newer, [newer, plan]).changes

    assert change.what == FRENCH[line.name]
