"""Treatment given: written on a chart or note, counted against the library, final once signed."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.errors import (
    AlreadySigned,
    ManualVisitsFull,
    NoTreatmentByPhone,
    NotTheAuthor,
    TooManyTreatments,
)
from assessments.library_store import library_of
from assessments.models import Assessment, Treatment
from assessments.screen.corrections import changes_by
from assessments.seal import assessment_digest, note_digest
from assessments.treatment.caps import Cap, count
from assessments.treatment.counting import cap_of, instead_of, manual_visits
from assessments.treatment.page import treated
from assessments.treatment.words import whole
from tests.assessments.factories import (
    NOW,
    make_chart,
    make_issued,
    make_patient,
    make_practitioner,
    make_signed,
    make_treatment,
    make_visit,
)
from tests.assessments.test_guards_final import key, refused, replace_all, sql
from tests.assessments.test_notes import start, write

pytestmark = pytest.mark.django_db

SIX = Cap(6, 4)
DAY = date(2027, 1, 10)
ON_CHART, ON_NOTE = "treatment_of_signed_is_final", "treatment_of_note_is_final"


def days_ago(*numbers):
    return [DAY - timedelta(days=number) for number in numbers]


class TestCounting:
    @pytest.mark.parametrize(
        ("ago", "before", "today"),
        [
            ((), 0, False),
            ((0,), 0, True),
            ((0, 0, 3, 3), 1, True),  # a day counts once
            ((27, 28, 60), 1, False),  # the weeks end today; day 28 is out
            ((-1, 2), 1, False),  # what comes later is not counted yet
        ],
    )
    def test_visits_of_the_weeks_that_end_today(self, ago, before, today):
        found = count(days_ago(*ago), DAY, SIX)

        assert (found.before, found.today) == (before, today)

    @pytest.mark.parametrize(
        ("ago", "full", "next_is_over", "over"),
        [
            ((1, 2, 3, 4, 5), False, False, False),
            ((0, 1, 2, 3, 4, 5), True, False, False),
            ((1, 2, 3, 4, 5, 6), True, True, False),
            ((0, 1, 2, 3, 4, 5, 6), True, False, True),
        ],
    )
    def test_what_the_number_says(self, ago, full, next_is_over, over):
        found = count(days_ago(*ago), DAY, SIX)

        assert (found.full, found.next_is_over, found.over) == (full, next_is_over, over)

    def test_another_number_is_another_answer(self):
        assert count(days_ago(1, 9), DAY, Cap(1, 1)).next_is_over
        assert not count(days_ago(9), DAY, Cap(1, 1)).next_is_over


@pytest.fixture
def chart():
    return make_chart(patient=make_patient())


def given_before(chart, *ago):
    """Manual therapy on notes of earlier days, of the same patient."""
    for number in ago:
        then = NOW - timedelta(days=number)
        visit = make_visit(chart.author, chart.episode.patient, then)
        note = actions.start_note(visit, chart.author, "visit", by=chart.author.user, now=then)
        make_treatment(note, now=then)


def counted(chart):
    return manual_visits(chart.episode.patient, DAY, library_of(1))


class TestTheLibrary:
    def test_it_holds_the_number_and_what_comes_instead(self):
        assert cap_of(library_of(1)) == SIX
        assert "ankle glide" in instead_of(library_of(1))


class TestWriting:
    def test_nought_and_not_asked_are_two_things(self, chart):
        nought, blank = make_treatment(chart), make_treatment(chart, before=None, after=None)
        one = make_treatment(chart, before=0, after=None)

        rows = Treatment.objects.filter(pk__in=[nought.pk, blank.pk, one.pk])
        held = {row.pk: (row.before, row.after) for row in rows}
        assert held == {nought.pk: (4, 0), blank.pk: (None, None), one.pk: (0, None)}
        assert "pain 4/10 before, 0/10 after" in whole(nought)
        assert "pain not asked" in whole(blank)
        assert "pain 0/10 before, not asked after" in whole(one)

    def test_by_its_author_at_a_visit_and_not_for_ever(self, chart):
        other = make_practitioner()
        given = actions.Given(kind="tape", part="knee", side="L", minutes=5, consent="aloud")

        with pytest.raises(NotTheAuthor):
            actions.add_treatment(chart, given, by=other.user, now=NOW)
        with pytest.raises(NoTreatmentByPhone):
            make_treatment(start(kind="phone"))
        for _each in range(20):
            make_treatment(chart)
        with pytest.raises(TooManyTreatments):
            make_treatment(chart)

    def test_it_is_taken_off_again(self, chart):
        row, by = make_treatment(chart), chart.author.user

        assert actions.remove_treatment(chart, row.pk, by=by, now=NOW)
        assert not actions.remove_treatment(chart, row.pk, by=by, now=NOW)
        assert not chart.treatments.exists()

    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("treatment_pain_is_0_to_10", {"before": 11}),
            ("treatment_takes_time", {"minutes": 0}),
            ("treatment_side_is_known", {"side": "X"}),
            ("treatment_without_consent_says_why", {"consent": "not_asked"}),
            ("treatment_of_a_chart_or_a_note", {"assessment": None}),
        ],
    )
    def test_the_database_keeps_to_it(self, chart, name, change):
        row = Treatment.objects.filter(pk=make_treatment(chart).pk)

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            row.update(**change)


class TestTheNumber:
    def test_charts_notes_and_drafts_count_and_shoulders_do_not(self, chart):
        given_before(chart, 3, 10)
        make_treatment(chart, kind="exercise")
        make_treatment(chart, part="shoulder")
        assert (counted(chart).visits, treated(chart).manual) == (2, False)

        make_treatment(chart, part="ankle")

        assert (counted(chart).visits, treated(chart).manual) == (3, True)

    def test_one_visit_more_needs_a_reason_once(self, chart):
        given_before(chart, 1, 2, 3, 4, 5, 6)
        with pytest.raises(ManualVisitsFull, match="6 visits with manual therapy in 4 weeks"):
            make_treatment(chart, over_cap="  ")
        make_treatment(chart, part="back")  # not what the number is about

        first = make_treatment(chart, over_cap="Ankle still stiff, agreed with the lead")
        second = make_treatment(chart, part="ankle")

        assert (first.over_cap[:5], second.over_cap) == ("Ankle", "")
        assert counted(chart).over

    def test_a_corrected_chart_counts_as_corrected(self):
        signed = with_treatment()
        by = {"by": signed.author.user, "now": NOW}
        amendment = actions.amend(signed, "No hands on", signed.author, **by)
        assert counted(signed).visits == 1
        copy = amendment.treatments.get()
        assert (copy.given_on, copy.added_by) == (DAY, signed.author.user)
        actions.remove_treatment(amendment, copy.pk, **by)

        assert [(each.before[:14], each.after) for each in changes_by(amendment)] == [
            ("manual therapy", "")
        ]
        actions.sign(amendment, **by)
        assert counted(signed).visits == 0

    def test_a_chart_in_error_counts_no_more_and_its_copy_does(self):
        signed = with_treatment()
        told = actions.Mistake(kind="side", reason="Right knee")

        mark = actions.enter_in_error(signed, told, signed.author, by=signed.author.user, now=NOW)

        assert mark.right_chart.treatments.get().side == "R"
        assert counted(signed).visits == 1

    def test_never_the_only_treatment_is_said(self, chart):
        make_treatment(chart)
        assert treated(chart).alone

        make_treatment(chart, kind="exercise")
        assert not treated(chart).alone
        plan = make_issued(patient=make_patient())
        later = make_chart(plan.assessment.author, plan.episode.patient)
        make_treatment(later)
        assert not treated(later).alone


def with_treatment(**values):
    """A signed chart of case 1 with hands on the kneecap."""
    signed = make_signed(1)
    raw = {"by": signed.author.user, "now": NOW}
    amendment = actions.amend(signed, "Treatment forgotten", signed.author, **raw)
    make_treatment(amendment, **values)
    return actions.sign(amendment, **raw)


class TestSignedItIsFinal:
    def test_it_is_part_of_what_was_signed(self):
        signed = with_treatment()
        rows = list(signed.treatments.all())
        soap = signed.soap.all()

        def digest(given):
            return assessment_digest(signed, signed.findings.all(), {}, (), given, soap)

        assert digest(rows) == signed.content_hash
        rows[0].after = None  # was 0
        assert digest(rows) != signed.content_hash
        assert digest([]) != signed.content_hash

    def test_on_a_note_as_well(self):
        note = start()
        write(note, {"plan": "Rest"})
        row = make_treatment(note)
        signed = actions.sign_note(note, by=note.author.user, now=NOW)

        assert signed.content_hash == note_digest(signed, {"plan": "Rest"}, [row])
        assert refused(ON_NOTE, lambda: note.treatments.update(minutes=1))
        assert refused(ON_NOTE, lambda: note.treatments.all().delete())
        copy = actions.amend_note(signed, "More", note.author, by=note.author.user, now=NOW)
        assert copy.treatments.get().minutes == 10

    def test_in_the_database(self):
        signed = with_treatment()
        row, table = signed.treatments.get(), Treatment._meta.db_table

        with pytest.raises(AlreadySigned):
            make_treatment(signed)
        row.minutes = 50
        assert refused(ON_CHART, row.save)
        assert refused(ON_CHART, lambda: Treatment.objects.update(before=None))
        assert refused(ON_CHART, sql(f"UPDATE {table} SET after = 1 WHERE id = %s", key(row)))
        assert refused(ON_CHART, sql(f"DELETE FROM {table}"))
        row.pk, row._state.adding = Treatment._meta.pk.get_default(), True
        assert refused(ON_CHART, lambda: row.save(force_insert=True))

    @pytest.mark.sqlite_only
    def test_by_replace(self):
        with_treatment()
        assert refused(ON_CHART, replace_all(Treatment))

    def test_in_a_draft_entered_in_error(self, chart):
        row = make_treatment(chart)
        told = actions.Mistake(kind="other", reason="Twice")
        actions.enter_in_error(chart, told, chart.author, by=chart.author.user, now=NOW)

        assert refused("treatment_in_error_is_final", row.delete)


FORM = {"kind": "manual", "part": "kneecap", "side": "L", "minutes": "10", "consent": "aloud"}


class TestThePages:
    @pytest.fixture
    def address(self, client, chart):
        client.force_login(chart.author.user)
        return f"/chart/assessments/{chart.pk}/"

    def test_written_counted_and_removed_without_a_script(self, client, chart, address):
        given_before(chart, 3, 10)
        assert "so far: 2 of 6 visits" in client.get(address).text

        answer = client.post(f"{address}treatment/", FORM | {"before": "0", "after": ""})

        assert (answer.status_code, answer.url) == (303, f"{address}#treatment")
        row = chart.treatments.get()
        assert (row.before, row.after) == (0, None)
        shown = client.get(address).text
        assert "3 of 6 in these 4 weeks" in shown
        assert "pain 0/10 before, not asked after" in shown
        for each in (f"{address}sign/", address):
            assert "3 of 6 in these 4 weeks" in client.get(each).text
        assert client.post(f"{address}treatment/{row.pk}/remove/").status_code == 303
        assert client.post(f"{address}treatment/{row.pk}/remove/").status_code == 404

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"kind": ""}, "kind"),
            ({"side": ""}, "side"),
            ({"minutes": "0"}, "minutes"),
            ({"minutes": "241"}, "minutes"),
            ({"before": "11"}, "before"),
            ({"consent": ""}, "consent"),
            ({"consent": "not_asked"}, "words"),
            ({"kind": "other"}, "words"),
        ],
    )
    def test_what_is_missing_is_said_beside_it(self, client, chart, address, change, field):
        answer = client.post(f"{address}treatment/", FORM | change)

        assert answer.status_code == 422
        assert list(answer.context["treatment_form"].errors) == [field]
        assert not chart.treatments.exists()

    def test_a_place_without_sides_has_none(self, client, chart, address):
        assert client.post(f"{address}treatment/", FORM | {"part": "back"}).status_code == 303
        assert chart.treatments.get().side == ""

    def test_above_the_number_it_asks_why(self, client, chart, address):
        given_before(chart, 1, 2, 3, 4, 5, 6)
        assert "One more asks for a reason" in client.get(address).text

        asked = client.post(f"{address}treatment/", FORM)
        assert asked.status_code == 422
        assert 'name="over_cap"' in asked.text
        assert "Say why there is one more" in asked.text

        assert client.post(f"{address}treatment/", FORM | {"over_cap": "Stiff"}).status_code == 303
        assert "above the number the library allows" in client.get(address).text

    def test_signed_it_is_shown_and_not_changed(self, client):
        signed = with_treatment(words="Glides")
        client.force_login(signed.author.user)
        address = f"/chart/assessments/{signed.pk}/"

        shown = client.get(address).text
        assert "Manual therapy (Glides)" in shown
        assert f"{address}treatment/" not in shown
        assert client.post(f"{address}treatment/", FORM).status_code == 403
        assert Assessment.objects.get(pk=signed.pk).treatments.count() == 1

    def test_on_a_note_and_on_no_call(self, client):
        note, call = start(), start(kind="phone")
        client.force_login(note.author.user)
        address = f"/chart/notes/{note.pk}/"

        assert client.post(f"{address}treatment/", FORM | {"part": "shoulder"}).status_code == 303
        assert "left shoulder" in client.get(address).text
        assert client.post(f"{address}treatment/", {}).status_code == 422
        row = note.treatments.get()
        assert client.post(f"{address}treatment/{row.pk}/remove/").status_code == 303
        client.force_login(call.author.user)
        assert 'id="treatment"' not in client.get(f"/chart/notes/{call.pk}/").text
        assert client.post(f"/chart/notes/{call.pk}/treatment/", FORM).status_code == 404
