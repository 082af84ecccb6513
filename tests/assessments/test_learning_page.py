"""The learning page: groups of people, never one of them, whatever one subtracts from what."""

import itertools
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.learning import hidden
from assessments.learning.counting import Course, Issued
from assessments.learning.reading import Kept, Rule, Signed
from assessments.learning.report import report
from assessments.library import shipped
from bookings.reports.tables import as_csv
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import NOW, make_issued
from tests.assessments.library_drafts import staff

FEW = "under 5"
PAGE = "/admin/learning/"


class TestHidden:
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
    def test_no_part_that_few_make_up_can_be_worked_out_from_the_whole(self, counts):
        shown = hidden.parts(counts)
        gone = [people for people, part in zip(counts, shown, strict=True) if part is None]

        assert not [part for part in shown if part is not None and 0 < part < 5]
        assert all(part in {None, people} for people, part in zip(counts, shown, strict=True))
        if gone and sum(counts) - sum(gone):  # unless everything is hidden
            assert len(gone) > 1
            assert sum(gone) >= 5
        if gone and not any(shown):  # an empty part would say in which others the few are
            assert set(shown) == {None}
        if not any(0 < people < 5 for people in counts):
            assert shown == counts

    @given(st.integers(0, 60), st.integers(0, 60))
    def test_a_share_tells_neither_a_few_nor_all_but_a_few(self, part, rest):
        share = hidden.share(part, part + rest)

        if 0 < part < 5 or 0 < rest < 5 or part + rest < 5:
            assert share is None
        else:
            assert share == part / (part + rest)

    def test_a_median_wants_five_people_not_five_charts(self):
        assert hidden.middle([("a", 3)] * 5) is None
        assert hidden.middle((name, 3) for name in "abcde") == 3


def reading(people, *, removed=0, worse=0):
    """A clinic in which every figure is made up by this many people."""
    names = [f"person {n}" for n in range(people)]
    return SimpleNamespace(
        now=NOW,
        today=NOW.date(),
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        rules=[Rule("D4-HIP_STR", people, removed, 0)] if people else [],
        added=[("EX51", people)] if people else [],
        versions=[
            Issued(name, name, "P1", NOW - timedelta(weeks=9 if late else 1), None)
            for name, late in zip(names, itertools.cycle([True, False]), strict=False)
        ],
        signed=[Signed(name, "initial", date(2026, 3, 1), 100 + n) for n, name in enumerate(names)],
        courses={
            "akps": [
                Course(name, ("HIGH", "MUSCLE"), 60, 40 if n < worse else 75)
                for n, name in enumerate(names)
            ],
            "nprs": [],
            "psfs": [],
        },
        kept=[Kept(name, 4, 60) for name in names],
    )


def told(people, **more):
    return report(reading(people, **more), shipped())


def table(found, start):
    (one,) = (each for each in found.tables if each.title.startswith(start))
    return one


class TestReport:
    @pytest.mark.parametrize("people", [1, 4])
    def test_says_nothing_of_a_few(self, people):
        found = told(people, removed=1)

        written = as_csv(found).decode()
        assert "person" not in written
        for each in found.tables:
            for row in each.rows:
                _label, *values = row
                numbers = [value for value in values if isinstance(value, int | float) and value]
                usual = [each.at_most_weeks for each in shipped().phases if each.at_most_weeks]
                usual += [each.weeks[1] for each in shipped().phases if each.weeks]
                assert not [value for value in numbers if value not in usual], (each.title, row)
        assert dict(found.headline)["People with a plan now"] == FEW

    def test_names_the_rule_its_share_and_the_phase_that_holds_people_up(self):
        found = told(20, removed=8)

        assert table(found, "What rules drafted").rows == [
            ("Hip-targeted strength (D4-HIP_STR)", 20, 0.4, 0.0)
        ]
        first = table(found, "Phases").rows[0]
        assert first[2:5] == (20, 0.5, 35.0)
        assert table(found, "What physios put in").rows[0][1] == 20

    def test_one_who_got_worse_is_not_found_by_subtraction(self):
        rows = table(told(20, worse=1), "AKPS").rows
        (high, muscle) = rows

        assert high[:2] == ("irritability: high", 20)
        assert high[2:5] == (None, None, None)  # nor the others, without whom it is known
        assert muscle[2:5] == high[2:5]

    def test_outcomes_of_a_group(self):
        rows = table(told(20, worse=5), "AKPS").rows

        assert rows[0] == ("irritability: high", 20, 0.75, 0.0, 0.25, "+15.0")

    def test_an_empty_clinic_is_not_an_error(self):
        found = told(0)

        assert dict(found.headline)["People with a plan now"] == "0"
        assert dict(found.headline)["Median time to sign"] == "–"

    def test_months_stand_in_turn(self):
        months = table(told(20), "Median active").rows

        assert [row[0] for row in months] == [f"2026-{month:02}" for month in range(1, 13)]
        assert months[2][1:] == (20, 110)


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def lead(self, client):
        client.force_login(staff(roles.CLINICAL_LEAD))
        return client

    def test_is_for_leads_and_managers(self, client):
        for role, status in (
            (roles.CLINICAL_LEAD, 200),
            (roles.MANAGER, 200),
            (roles.FRONT_DESK, 404),
            (roles.PHYSIO, 404),
        ):
            client.force_login(staff(role))
            assert client.get(PAGE).status_code == status, role
            assert client.get(f"{PAGE}csv").status_code == status, role

    def test_names_nobody(self, lead):
        plan = make_issued(1)
        patient = plan.episode.patient
        type(patient).objects.filter(pk=patient.pk).update(last_name="Findable")

        page = lead.get(PAGE).content.decode()

        assert "Findable" not in page
        assert str(patient.pk) not in page
        assert "no-store" in lead.get(PAGE)["Cache-Control"]

    def test_a_file_is_in_the_trail_and_another_kind_is_none(self, lead):
        assert lead.get(f"{PAGE}xlsx").status_code == 200
        assert AuditEvent.objects.filter(action="report.export").count() == 1
        assert lead.get(f"{PAGE}pdf").status_code == 404
