"""A chart for the wrong patient or side: marked, struck through, its plan withdrawn, kept."""

from datetime import timedelta

import pytest

from assessments import actions, agenda
from assessments.errors import InError, NotInCare, NotTheAuthor, ReasonMissing, RightPatientMissing
from assessments.models import Assessment, EnteredInError, Finding
from assessments.storage import findings_of
from clinic import roles
from clinic.models import AuditEvent
from tests.assessments.factories import (
    NOW,
    care,
    entries_of,
    make_chart,
    make_patient,
    make_practitioner,
    make_signed,
    make_visit,
)
from tests.assessments.test_guards_final import refused, sql

pytestmark = pytest.mark.django_db

SIDE = actions.Mistake(kind="side", reason="Mixed up the sides")


def to(patient, reason="Opened the next chart"):
    return actions.Mistake(kind="patient", reason=reason, patient=patient)


def enter(chart, told, practitioner=None):
    practitioner = practitioner or chart.author
    return actions.enter_in_error(chart, told, practitioner, by=practitioner.user, now=NOW)


@pytest.fixture
def right(signed):
    """Another patient of the same physio."""
    patient = make_patient(first_name="Rightful", last_name="Person", date_of_birth=None)
    care(signed.author, patient)
    return patient


@pytest.fixture
def signed(client):
    signed = make_signed()
    client.force_login(signed.author.user)
    return signed


class TestTheMark:
    def test_nothing_of_the_chart_changes(self, signed):
        before = list(Assessment.objects.filter(pk=signed.pk).values())
        rows = list(signed.findings.order_by("pk").values())

        enter(signed, SIDE)

        assert list(Assessment.objects.filter(pk=signed.pk).values()) == before
        assert list(signed.findings.order_by("pk").values()) == rows

    def test_it_says_who_when_and_why(self, signed):
        mark = enter(signed, SIDE)
        assert (mark.kind, mark.reason) == ("side", "Mixed up the sides")
        assert (mark.marked_by, mark.marked_at) == (signed.author.user, NOW)

    def test_asked_again_it_is_the_same(self, signed):
        first = enter(signed, SIDE)
        assert enter(signed, SIDE) == first
        assert EnteredInError.objects.count() == 1
        assert Assessment.objects.count() == 2

    def test_the_trail_holds_ids_and_no_words(self, signed, right):
        enter(signed, to(right, reason="Zebrafish"))
        marked = AuditEvent.objects.get(action="chart.entered_in_error")
        copied = AuditEvent.objects.get(action="chart.copied")
        assert marked.patient_id == signed.episode.patient_id
        assert copied.patient_id == right.pk
        assert "Zebrafish" not in f"{marked.data}{marked.reason}{copied.data}{copied.reason}"

    def test_it_cannot_be_taken_back_or_changed(self, signed):
        mark = enter(signed, SIDE)
        final = "entered_in_error_is_final"
        mark.reason = "x"
        assert refused(final, mark.save)
        assert refused(final, lambda: EnteredInError.objects.update(kind="other"))
        assert refused(final, sql("DELETE FROM assessments_enteredinerror"))

    def test_every_correction_is_marked_with_it(self, signed):
        by = signed.author.user
        amendment = actions.amend(signed, "why", signed.author, by=by, now=NOW)
        actions.save_values(amendment, 0, entries_of({"nprs_worst_7d": 9}), by=by, now=NOW)
        actions.sign(amendment, by=by, now=NOW)
        amendment.refresh_from_db()

        mark = enter(amendment, SIDE)

        assert EnteredInError.objects.count() == 2
        signed.refresh_from_db()
        assert mark.right_chart == signed.mistake.right_chart
        assert findings_of(mark.right_chart).value("nprs_worst_7d") == 9

    @pytest.mark.parametrize(
        ("told", "error"),
        [
            (actions.Mistake(kind="side", reason=" "), ReasonMissing),
            (actions.Mistake(kind="patient", reason="why"), RightPatientMissing),
        ],
    )
    def test_what_is_asked_for(self, signed, told, error):
        with pytest.raises(error):
            enter(signed, told)
        assert not EnteredInError.objects.exists()

    def test_the_right_patient_is_another_of_ones_own(self, signed):
        for patient in (signed.episode.patient, make_patient()):
            with pytest.raises(RightPatientMissing):
                enter(signed, to(patient))

    def test_who_may(self, signed):
        patient = signed.episode.patient
        student, stranger, colleague = (
            make_practitioner(roles.STUDENT), make_practitioner(), make_practitioner()
        )  # fmt: skip
        care(student, patient)
        care(colleague, patient)
        with pytest.raises(NotTheAuthor):
            enter(signed, SIDE, student)
        with pytest.raises(NotInCare):
            enter(signed, SIDE, stranger)
        assert enter(signed, SIDE, colleague).name == colleague.name


class TestADraftInError:
    @pytest.fixture
    def draft(self, client):
        chart = make_chart(raw={"nprs_now": 2, "nprs_worst_7d": 4})
        client.force_login(chart.author.user)
        enter(chart, actions.Mistake(kind="other", reason="Opened by mistake"))
        return Assessment.objects.get(pk=chart.pk)

    def test_it_is_kept_and_can_neither_change_nor_be_signed(self, client, draft):
        by = draft.author.user
        with pytest.raises(InError):
            actions.save_values(draft, 1, entries_of({"nprs_now": 3}), by=by, now=NOW)
        with pytest.raises(InError):
            actions.sign(draft, by=by, now=NOW)
        row = draft.findings.first()
        row.number = 7
        assert refused("finding_in_error_is_final", row.save)
        assert refused("finding_in_error_is_final", lambda: draft.findings.all().delete())
        words = {"name": "note.history", "text": "x"}
        assert refused("remark_in_error_is_final", lambda: draft.remarks.create(**words))
        values = {
            "signed_at": NOW, "signed_by": by, "content_hash": "x", "plan_status": "DRAFT"
        }  # fmt: skip
        rows = Assessment.objects.filter(pk=draft.pk)
        assert refused("assessment_in_error_is_not_signed", lambda: rows.update(**values))

    def test_its_page_shows_it_struck_through(self, client, draft):
        page = client.get(f"/chart/assessments/{draft.pk}/")
        assert page.status_code == 200
        assert '<del class="sd-struck">' in page.text
        assert client.get(f"/chart/assessments/{draft.pk}/sign/").status_code == 303

    def test_it_waits_for_no_signature(self, draft):
        assert not agenda.unsigned_charts(draft.author).exists()

    def test_the_next_chart_is_a_new_one(self, draft):
        by = draft.author.user
        fresh = actions.start_assessment(draft.episode.patient, draft.author, by=by, now=NOW)
        assert fresh != draft


class TestTheWrongSide:
    def test_what_was_found_changes_sides(self, signed):
        before = findings_of(signed)
        copy = enter(signed, SIDE).copy
        after = findings_of(copy)

        assert copy.episode == signed.episode
        assert after.value("index_side") != before.value("index_side")
        assert after.values["wblt_cm"] == {
            "L": before.values["wblt_cm"]["R"], "R": before.values["wblt_cm"]["L"]
        }  # fmt: skip
        assert after.value("nprs_worst_7d") == before.value("nprs_worst_7d")
        assert copy.signed_at is None

    def test_what_the_patient_said_keeps_its_side(self):
        chart = make_chart(raw={"wblt_cm": {"L": 8}})
        Finding.objects.create(
            assessment=chart, item="affected_side", text="R", origin="patient", recorded_at=NOW
        )
        Finding.objects.create(
            assessment=chart, item="wblt_cm", side="R", number=11, origin="carried",
            recorded_at=NOW,
        )  # fmt: skip

        after = findings_of(enter(chart, SIDE).copy)

        assert after.value("affected_side") == "R"
        assert after.values["wblt_cm"]["R"] == 8  # found today; what was carried gives way
        assert after.values["wblt_cm"].get("L") is None

    def test_the_visit_leads_to_the_right_chart(self):
        physio, patient = make_practitioner(), make_patient()
        care(physio, patient)
        visit = make_visit(physio, patient, NOW - timedelta(hours=1))
        by = {"by": physio.user, "now": NOW}
        wrong = actions.start_assessment(visit, physio, **by)

        copy = enter(wrong, SIDE).copy

        assert actions.start_assessment(visit, physio, **by) == copy
        [line] = agenda.visits_today(physio, NOW)
        assert line.chart == copy


class TestTheWrongPatient:
    def test_the_right_one_gets_what_the_clinician_found(self, signed, right):
        copy = enter(signed, to(right)).copy

        assert copy.episode.patient == right
        found, copied = findings_of(signed), findings_of(copy)
        assert copied.value("nprs_worst_7d") == found.value("nprs_worst_7d")
        assert "age_years" not in copied.values
        assert set(copy.findings.values_list("origin", flat=True)) == {"clinician"}

    def test_nothing_the_wrong_patient_said_goes_along(self, right, signed):
        chart = make_chart(signed.author, raw={"nprs_now": 2})
        Finding.objects.create(
            assessment=chart, item="goals", text="Zebrafish", origin="patient", recorded_at=NOW
        )
        chart.remarks.create(name="psfs_name.1", text="Zebrafish")
        chart.remarks.create(name="note.history", text="Saw the knee")

        copy = enter(chart, to(right)).copy

        assert set(copy.findings.values_list("item", flat=True)) == {"nprs_now"}
        assert actions.remarks_of(copy) == {"note.history": "Saw the knee"}

    def test_it_takes_the_visit_of_that_day(self, signed, right):
        visit = make_visit(signed.author, right, NOW - timedelta(hours=3), state="completed")
        make_visit(signed.author, right, NOW - timedelta(days=3), state="completed")
        assert enter(signed, to(right)).copy.appointment == visit

    def test_the_records_do_not_name_each_other(self, client, signed, right):
        wrong = signed.episode.patient
        copy = enter(signed, to(right)).copy
        colleague, other = make_practitioner(), make_practitioner()
        care(colleague, wrong)
        care(other, right)
        actions.sign(copy, by=copy.author.user, now=NOW)

        client.force_login(colleague.user)
        page = client.get(f"/chart/assessments/{signed.pk}/").text
        assert "entered in error" in page
        assert "Rightful" not in page
        assert str(copy.pk) not in page
        client.force_login(other.user)
        page = client.get(f"/chart/assessments/{copy.pk}/").text
        assert wrong.last_name not in page
        assert str(signed.pk) not in page

    def test_who_looks_after_both_is_led_on(self, client, signed, right):
        copy = enter(signed, to(right)).copy
        assert (
            f"/chart/assessments/{copy.pk}/" in client.get(f"/chart/assessments/{signed.pk}/").text
        )
