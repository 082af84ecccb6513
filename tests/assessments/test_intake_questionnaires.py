"""A questionnaire is asked once the clinic has put wording it may use into the library."""

from dataclasses import replace

import pytest

from assessments import actions
from assessments.intake.prefill import prefill_for
from assessments.intake.storage import intakes_of, told_altogether
from assessments.library import shipped
from assessments.library.questionnaires import INSTRUMENTS, questionnaires
from assessments.scoring.instruments import AKPS_POINTS
from tests.assessments.intakes import MINE, fill, link_to, open_visit, send
from tests.assessments.thumb import Phone

AKPS = tuple(
    f"Question {n} | {' | '.join(f'answer {code}' for code in 'abcde'[: len(points)])}"
    for n, points in enumerate(AKPS_POINTS.values(), start=1)
)


def with_lines(name, lines):
    library = shipped()
    wording = tuple(
        replace(each, items=tuple(lines)) if each.id == f"questionnaire.{name}" else each
        for each in library.wording
    )
    return replace(library, wording=wording)


def test_none_ships():
    assert questionnaires(shipped()) == {}
    for name in INSTRUMENTS:
        assert shipped().phrase_by_id[f"questionnaire.{name}"].items == ("–",)


def test_a_whole_one_is_asked_with_its_codes():
    (found,) = questionnaires(with_lines("akps", AKPS)).values()
    assert len(found.questions) == 13
    assert found.questions[0].part == "limp"
    assert found.questions[0].answers == (("a", "answer a"), ("b", "answer b"), ("c", "answer c"))


@pytest.mark.parametrize(
    ("name", "answers"), [("koos_pf_items", 5), ("lefs_items", 5), ("tsk11_items", 4)]
)
def test_numbered_ones_too(name, answers):
    count = {"koos_pf_items": 11, "lefs_items": 20, "tsk11_items": 11}[name]
    line = " | ".join(["Q", *(f"answer {n}" for n in range(answers))])
    (found,) = questionnaires(with_lines(name, [line] * count)).values()
    assert len(found.questions) == count
    first, last = found.questions[0].answers[0][0], found.questions[0].answers[-1][0]
    assert (first, last) == (("1", "4") if name == "tsk11_items" else ("0", "4"))


@pytest.mark.parametrize(
    "lines",
    [
        AKPS[:12],
        (*AKPS, "one more | a | b"),
        ("Question 1 | answer a | answer b", *AKPS[1:]),
        ("Question 1 | answer a |  | answer c", *AKPS[1:]),
        (" | answer a | answer b | answer c", *AKPS[1:]),
    ],
)
def test_what_is_not_whole_is_not_asked(lines):
    assert questionnaires(with_lines("akps", lines)) == {}


@pytest.mark.django_db
class TestAsked:
    @pytest.fixture
    def visit(self):
        visit = open_visit()
        fill(visit)
        send(visit)
        return visit

    @pytest.fixture
    def phone(self, visit, monkeypatch):
        monkeypatch.setattr("assessments.actions.Device.may_go_on", lambda self, intake: True)
        return Phone()

    def test_not_without_wording(self, visit, phone):
        phone.open(link_to(visit) + "intake/")
        assert "Questionnaires" not in phone.page
        phone.open(link_to(visit) + "intake/health/")
        phone.press()
        assert phone.at.endswith("/papers/")

    def test_with_it_answers_are_kept_as_letters_and_reach_the_chart(
        self, visit, phone, monkeypatch
    ):
        library = with_lines("akps", AKPS)
        monkeypatch.setattr("assessments.intake.page.library_of", lambda number: library)
        phone.open(link_to(visit) + "intake/health/")
        phone.press()
        assert phone.at.endswith("/forms/")
        for part in AKPS_POINTS:
            phone.tap(f"akps.{part}", "b")
        assert phone.press() == 303
        held = told_altogether(intakes_of(visit.pk).values()).value("akps")
        assert set(held.values()) == {"b"}
        assert len(held) == 13
        phone.open(link_to(visit) + "intake/forms/")
        assert ("akps.limp", "b") in phone.controls.sent
        send(visit, "more", device=MINE)

        by = visit.practitioner.user
        chart = actions.start_assessment(visit, visit.practitioner, by=by, now=visit.starts_at)
        assert "akps" in {said.field for said in prefill_for(chart).answers}
        actions.confirm_reported(chart, 0, ["akps"], by=by, now=visit.starts_at)
        assert chart.findings.filter(item__startswith="akps.", origin="patient").count() == 13
        browser = phone.client
        browser.force_login(by)
        page = browser.get(f"/chart/visits/{visit.pk}/intake/").text
        assert "Limp" in page
