"""Case 6: a red flag opens a referral, its letter is a press away, next day it is overdue."""

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pypdf
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from assessments import actions
from assessments.actions.mistakes import Mistake, enter_in_error
from assessments.correspondence import open_referrals
from assessments.errors import AlreadyWritten, ReferralIsClosed
from assessments.models import Letter, Referral
from clinic import roles
from clinic.models import AuditEvent, Location, Message
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    NOW,
    care,
    entries_of,
    make_chart,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_visit,
)

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def physio():
    make_practice()
    return make_practitioner()


@pytest.fixture
def hot(physio):
    """Case 6, charted and signed."""
    return make_signed(6, practitioner=physio)


@pytest.fixture
def site(client, physio):
    client.force_login(physio.user)
    return client


def words(answer):
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_signing_opens_it_with_every_flag_and_the_shortest_time(hot):
    referral = hot.referral

    assert [flag["id"] for flag in referral.flags] == ["RF01", "RF18"]
    assert (referral.level, referral.due_on.isoformat()) == ("EMERGENCY", "2027-01-10")


def test_it_stands_on_the_timeline(site, hot):
    page = site.get(f"/chart/patients/{hot.episode.patient.pk}/?kind=referral")

    assert [entry.row for entry in page.context["page"].entries] == [hot.referral]
    assert "RF01 · now" in page.text


def test_a_chart_without_a_red_flag_opens_none(physio):
    make_signed(1, practitioner=physio)

    assert Referral.objects.count() == 0


def test_no_chart_but_a_blocked_one_can_have_one(physio):
    clear = make_signed(1, practitioner=physio)

    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(
            assessment=clear, flags=[], level="REFER", due_on=NOW.date(), opened_at=NOW,
            opened_by=physio.user,
        )  # fmt: skip


def test_the_signed_chart_offers_letter_and_advice(site, hot):
    page = site.get(f"/chart/assessments/{hot.pk}/").text

    for part in ("Possible joint infection", "now", "Write the referral letter",
                 "Advice for the patient"):  # fmt: skip
        assert part in page


def test_three_presses_to_a_sent_letter(site, hot, physio):
    site.post(f"/chart/assessments/{hot.pk}/letters/", {"kind": "referral"})
    letter = Letter.objects.get()
    assert letter.to_name == "Emergency department"
    form = {"to_name": letter.to_name, "subject": letter.subject, "do": "finish"}
    form |= {f"text_{n}": each["text"] for n, each in enumerate(letter.sections)}
    site.post(f"/chart/letters/{letter.pk}/", form)
    said = words(site.get(f"/chart/letters/{letter.pk}/letter.pdf"))
    assert "Possible joint infection. Send to the emergency department now" in said
    assert "(now)" in said
    sent = {"how": "handed", "to": "the patient", "sent_at": "2027-01-10T12:00"}
    assert site.post(f"/chart/letters/{letter.pk}/send/", sent).status_code == 302

    hot.referral.refresh_from_db()
    assert (hot.referral.sent_to, hot.referral.sent_by) == ("the patient", physio.user)


def test_next_day_it_stands_overdue_on_top_of_today(site, hot, physio):
    assert "overdue" not in site.get("/chart/").text
    assert "Open referrals" in site.get("/chart/").text

    with time_machine.travel(TOMORROW, tick=False):
        site.force_login(physio.user)
        page = site.get("/chart/").text

    assert "overdue by 1 day" in page
    assert page.index("Open referrals") < page.index("My visits")
    assert page.index("Open referrals") < page.index('id="unsigned"')


def test_it_turns_overdue_at_midnight_of_the_place(hot, physio):
    last = datetime(2027, 1, 10, 23, 59, tzinfo=ZoneInfo("America/Edmonton"))

    assert [each.overdue for each in open_referrals(physio, last)] == [False]
    assert [each.overdue for each in open_referrals(physio, last + timedelta(minutes=1))] == [True]


def test_a_chart_signed_late_counts_from_the_visit(physio):
    patient = make_patient()
    care(physio, patient)
    visit = make_visit(physio, patient, NOW - timedelta(days=2))
    chart = actions.start_assessment(visit, physio, by=physio.user, now=NOW)
    actions.save_values(chart, 0, entries_of(case_input(6)), by=physio.user, now=NOW)
    actions.sign(chart, by=physio.user, now=NOW)

    assert Referral.objects.get().due_on.isoformat() == "2027-01-08"


def test_sent_keeps_it_open_and_an_answer_ends_the_hurry(hot, physio):
    by = {"by": physio.user, "now": NOW}
    actions.mark_sent(hot.referral, "ambulance", **by)
    assert open_referrals(physio, TOMORROW)[0].overdue

    actions.write_answer(hot.referral, "Joint fluid clear.", **by)
    due = open_referrals(physio, TOMORROW)[0]
    assert (due.overdue, due.urgent) == (False, False)

    actions.close_referral(hot.referral, "cleared", "seen and cleared", **by)
    assert open_referrals(physio, TOMORROW) == []


def test_overdue_ones_come_first(physio):
    later = make_signed(6, practitioner=physio)
    Referral.objects.filter(pk=later.referral.pk)
    first = make_chart(physio, raw=case_input(6) | {"rf_hot_joint": "no", "rf_systemic": "no"})
    actions.sign(first, by=physio.user, now=NOW)

    order = [each.referral.level for each in open_referrals(physio, TOMORROW)]

    assert order == ["EMERGENCY", "REFER"]


def test_the_same_flags_again_open_no_second_one(physio, hot):
    again = make_chart(physio, hot.episode.patient, case_input(6))
    actions.sign(again, by=physio.user, now=NOW)

    assert Referral.objects.count() == 1


def test_the_right_chart_after_one_in_error_has_its_own(physio, hot):
    told = Mistake(kind="other", reason="charted twice")
    enter_in_error(hot, told, physio, by=physio.user, now=NOW)

    again = make_chart(physio, hot.episode.patient, case_input(6))
    actions.sign(again, by=physio.user, now=NOW)

    assert Referral.objects.filter(assessment=again).exists()


def test_a_further_flag_opens_another(physio, hot):
    raw = case_input(6) | {"rf_cauda_equina": "yes"}
    again = make_chart(physio, hot.episode.patient, raw)
    actions.sign(again, by=physio.user, now=NOW)

    assert [len(each.flags) for each in Referral.objects.order_by("level", "pk")].count(3) == 1
    assert Referral.objects.count() == 2


def test_the_page_takes_each_step_once(site, hot):
    address = f"/chart/referrals/{hot.referral.pk}/"
    assert site.post(address, {"do": "sent", "to": "ambulance"}).status_code == 302
    assert site.post(address, {"do": "answered", "answer": "Seen."}).status_code == 302
    twice = site.post(address, {"do": "answered", "answer": "Other."}, follow=True)
    assert "written down already" in twice.text
    closing = {"do": "closed", "outcome": "elsewhere", "note": "ward 3"}
    assert site.post(address, closing).status_code == 302

    referral = Referral.objects.get()
    assert (referral.answer, referral.outcome) == ("Seen.", "elsewhere")
    assert "An answer came" not in site.get(address).text


@pytest.mark.parametrize(
    "form",
    [{"do": "sent", "to": ""}, {"do": "answered", "answer": " "},
     {"do": "closed", "outcome": "", "note": "kept"}, {"do": "closed", "outcome": "fine",
      "note": "kept"}, {"do": "closed", "outcome": "cleared", "note": ""}],
)  # fmt: skip
def test_what_is_missing_is_asked_for_and_nothing_written(site, hot, form):
    answer = site.post(f"/chart/referrals/{hot.referral.pk}/", form)

    assert answer.status_code == 422
    if form.get("note"):
        assert 'value="kept"' in answer.text
    referral = Referral.objects.get()
    assert (referral.sent_at, referral.answered_at, referral.closed_at) == (None, None, None)


def test_closed_it_is_closed(hot, physio):
    by = {"by": physio.user, "now": NOW}
    actions.mark_sent(hot.referral, "ambulance", **by)
    with pytest.raises(AlreadyWritten):
        actions.mark_sent(hot.referral, "taxi", **by)
    actions.close_referral(hot.referral, "declined", "stayed home", **by)
    with pytest.raises(ReferralIsClosed):
        actions.write_answer(hot.referral, "late", **by)


@pytest.mark.parametrize(
    "change",
    [{"flags": []}, {"due_on": NOW.date() + timedelta(days=30)}, {"level": "REFER"},
     {"sent_at": None, "sent_by": None, "sent_to": ""}, {"sent_to": "nobody"}],
)  # fmt: skip
def test_what_was_written_is_not_changed_by_force(hot, physio, change):
    actions.mark_sent(hot.referral, "ambulance", by=physio.user, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.all()._raw_delete("default")


@pytest.mark.parametrize(
    ("country", "number", "line"), [("CA", "911", "811"), ("GB", "999", "111")]
)
def test_the_sheet_to_take_away_is_the_countrys(site, physio, country, number, line):
    Location.objects.create(
        slug="there", name="There", address="1 Example Street", time_zone="Europe/London",
        country=country, emergency_number=number,
    )  # fmt: skip
    hot = make_signed(6, practitioner=physio)

    said = words(site.get(f"/chart/referrals/{hot.referral.pk}/advice.pdf"))

    assert f"Call {number} or go to the emergency department now" in said
    assert "Your knee may be infected." in said
    assert line in said
    assert "RF01" not in said  # no code of ours


def test_every_flag_has_words_for_the_patient():
    from assessments.library import shipped

    library = shipped()
    for flag in library.rulebook.flags:
        assert library.phrase_by_id[f"takeaway.{flag.id}"].audience == "patient"
    for level in ("EMERGENCY", "SAME_DAY", "REFER"):
        assert library.phrase_by_id[f"takeaway.{level}"].title


def test_nothing_of_it_is_in_mail_or_for_the_manager(site, hot):
    site.get(f"/chart/referrals/{hot.referral.pk}/advice.pdf")
    actions.mark_sent(hot.referral, "ambulance", by=hot.author.user, now=NOW)

    assert Message.objects.count() == 0
    manager = make_practitioner(roles.MANAGER).user
    manager.is_staff = True
    manager.save()
    desk = Client()
    desk.force_login(manager)
    trail = desk.get("/admin/clinic/auditevent/").text
    assert AuditEvent.objects.filter(action__startswith="referral.").exists()
    assert "referral" not in trail.lower()


@pytest.mark.parametrize("count", [1, 3])
def test_today_costs_the_same_for_many(site, physio, count, django_assert_max_num_queries):
    for _each in range(count):
        make_signed(6, practitioner=physio)
    with django_assert_max_num_queries(30):
        page = site.get("/chart/").text
    assert page.count("See to it") == count
