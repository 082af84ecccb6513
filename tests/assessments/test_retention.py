"""Whose time is over: by which rule, on whose word, and what stays all the same."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from assessments.models import Assessment
from bookings.models import Appointment
from clinic import practice, roles
from clinic.erasing import doing, holds, lists
from clinic.erasing.reading import look
from clinic.models import Erasure, LegalHold, Location, Patient, Practice, RetentionList
from tests.assessments.breaking import PASSWORD
from tests.assessments.factories import (
    NOW,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_user,
    make_visit,
)

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(days=366 * 11)
CANARY = "Zephyrine"


@pytest.fixture(autouse=True)
def frozen(settings, tmp_path):
    make_practice()
    practice.forget()
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def switched(**values):
    Practice.objects.update(**values)
    practice.forget()


def seen(days_ago=30, **values):
    patient = make_patient(first_name=CANARY, **values)
    Patient.objects.filter(pk=patient.pk).update(created_at=NOW - timedelta(days=days_ago))
    make_visit(make_practitioner(), patient, NOW - timedelta(days=days_ago), state="completed")
    return Patient.objects.get(pk=patient.pk)


@pytest.fixture
def manager():
    user = make_user(roles.MANAGER)
    user.is_staff = True
    user.save()
    return user


def browser(user, *, proven=True):
    client = Client()
    client.force_login(user)
    if proven:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_the_strictest_place_and_the_clinics_own_years_count():
    patient = seen()
    assert look(patient, NOW).keep_until == date(2036, 12, 11)
    Location.objects.update(country="CA", region="BC")
    assert look(patient, NOW).keep_until == date(2042, 12, 11)
    switched(retention_years=20)
    assert look(patient, NOW).keep_until == date(2046, 12, 11)


def test_only_a_confirmed_list_is_carried_out_and_only_when_switched_on(manager, frozen):
    patient, fresh = seen(), make_patient()
    switched(retention_on=True)
    frozen.move_to(AFTER)
    Patient.objects.filter(pk=fresh.pk).update(created_at=AFTER)
    made = lists.make(by=manager, now=AFTER)
    assert [item.patient for item in made.items.all()] == [patient]

    assert lists.carry_out(AFTER) == 0
    lists.confirm(made, by=manager, now=AFTER)
    switched(retention_on=False)
    assert lists.carry_out(AFTER) == 0
    switched(retention_on=True)
    assert lists.carry_out(AFTER) == 1
    assert lists.carry_out(AFTER) == 0

    patient.refresh_from_db()
    assert patient.first_name == "Erased"
    done = Erasure.objects.filter(patient=patient)
    assert {(each.scope, each.basis, each.asked_by, each.confirmed_by) for each in done} == {
        ("person", "retention", None, manager), ("record", "retention", None, manager),
    }  # fmt: skip
    made.refresh_from_db()
    assert made.done_at == AFTER


def test_a_kept_record_goes_on_its_day(manager, frozen):
    patient = seen()
    chart = make_signed(patient=patient)
    other = make_user(roles.MANAGER)
    proposed = doing.propose(patient, "asked", by=manager, now=NOW)
    doing.confirm(proposed, by=other, now=NOW)
    switched(retention_on=True)
    assert lists.make(by=manager, now=NOW) is None

    frozen.move_to(AFTER)
    made = lists.make(by=manager, now=AFTER)
    lists.confirm(made, by=manager, now=AFTER)
    lists.carry_out(AFTER)

    assert not Assessment.objects.filter(pk=chart.pk).exists()
    call_command("verify", stdout=StringIO())


def test_what_is_held_is_left(manager, frozen):
    held, owing, free = seen(), seen(), seen()
    holds.place(held, "A claim", by=manager, now=NOW)
    Appointment.objects.filter(patient=owing).update(price=80, currency="CAD")
    switched(retention_on=True)
    frozen.move_to(AFTER)
    made = lists.make(by=manager, now=AFTER)
    lists.confirm(made, by=manager, now=AFTER)

    assert lists.carry_out(AFTER) == 1

    outcomes = dict(made.items.values_list("patient", "outcome"))
    assert outcomes == {held.pk: "held", owing.pk: "held", free.pk: "erased"}
    holds.lift(held, by=manager, now=AFTER)
    assert LegalHold.objects.get().lifted_by == manager


def test_whoever_comes_back_before_the_worker_is_left(manager, frozen):
    patient = seen()
    switched(retention_on=True)
    frozen.move_to(AFTER)
    made = lists.make(by=manager, now=AFTER)
    lists.confirm(made, by=manager, now=AFTER)
    make_visit(make_practitioner(), patient, AFTER - timedelta(days=1), state="completed")

    assert lists.carry_out(AFTER) == 0
    patient.refresh_from_db()
    assert patient.first_name == CANARY


def test_the_preview_names_ids_and_days_and_nobody(frozen):
    patient = seen()
    frozen.move_to(AFTER)
    out = StringIO()
    call_command("retention", "--preview", stdout=out)

    assert f"{patient.pk}  person  due since 2036-12-11" in out.getvalue()
    assert "1 due, 0 held. The worker is switched off." in out.getvalue()
    assert CANARY not in out.getvalue()
    with pytest.raises(CommandError):
        call_command("retention")


def test_the_log_holds_numbers_only(manager, frozen, caplog):
    patient = seen()
    switched(retention_on=True)
    frozen.move_to(AFTER)
    lists.confirm(lists.make(by=manager, now=AFTER), by=manager, now=AFTER)
    with caplog.at_level("INFO"):
        lists.carry_out(AFTER)

    assert "1 erased, 0 left" in caplog.text
    assert str(patient.pk) not in caplog.text


def test_a_manager_makes_and_confirms_a_list_with_their_password(manager, frozen):
    seen()
    frozen.move_to(AFTER)
    first = browser(manager, proven=False)
    first.post("/admin/clinic/retentionlist/add/")
    made = RetentionList.objects.get()
    form = f"/admin/clinic/retentionlist/{made.pk}/change/"
    shown = first.get(form).content.decode()
    assert str(made.items.get().patient_id)[:8] in shown
    assert CANARY not in shown
    assert "/accounts/reauthenticate/" in first.post(form)["Location"]

    assert browser(manager).post(form).status_code == 302
    made.refresh_from_db()
    assert made.confirmed_by == manager


def test_two_people_erase_on_the_pages_of_the_admin(manager):
    patient, lead = seen(), make_user(roles.CLINICAL_LEAD)
    lead.is_staff = True
    lead.save()
    add = f"/admin/clinic/erasure/add/?patient={patient.pk}"
    desk = browser(manager)
    assert "11 Dec 2036" in desk.get(add).content.decode()
    assert "/accounts/reauthenticate/" in browser(manager, proven=False).post(add)["Location"]
    desk.post(add, {"patient": patient.pk, "basis": "asked"})
    row = Erasure.objects.get()
    form = f"/admin/clinic/erasure/{row.pk}/change/"

    desk.post(form)  # their own
    assert Erasure.objects.get().done_at is None
    assert browser(lead).post(form).status_code == 302

    assert Erasure.objects.get().confirmed_by == lead
    assert CANARY not in desk.get(form).content.decode()
    assert desk.get(add)["Location"] == "/admin/patients/find/"
    kept = browser(lead)
    assert str(patient.pk)[:8] in kept.get("/chart/kept/").content.decode()
    answer = kept.post(f"/chart/kept/{row.pk}/", {"reason": "court"})
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert browser(manager).get("/chart/kept/").status_code == 404


def test_a_backup_that_brings_somebody_back_is_erased_anew(manager, settings):
    patient, other = seen(), make_user(roles.MANAGER)
    entry = {
        "patient": str(patient.pk), "scope": "person", "basis": "asked", "at": str(NOW),
        "asked_by": str(manager.pk), "confirmed_by": str(other.pk), "keep_until": "2036-12-11",
    }  # fmt: skip
    Path(settings.ERASURES_FILE).write_text(json.dumps(entry) + "\n")
    out = StringIO()
    call_command("erase_patient", "--again", stdout=out)
    call_command("erase_patient", "--again", stdout=out)

    assert "1 erased anew; 0 were erased already." in out.getvalue()
    assert "0 erased anew; 1 were erased already." in out.getvalue()
    assert Erasure.objects.get().keep_until == date(2036, 12, 11)
    patient.refresh_from_db()
    assert patient.first_name == "Erased"


def test_the_command_looks_and_erases_in_the_name_of_two(manager):
    patient, other = seen(), make_user(roles.MANAGER)
    other.is_staff = True
    other.save()
    out = StringIO()
    call_command("erase_patient", str(patient.pk), stdout=out)
    assert "kept until 2036-12-11" in out.getvalue()
    with pytest.raises(CommandError), transaction.atomic():
        call_command(
            "erase_patient", str(patient.pk), "--apply", f"--by={manager.email}",
            f"--second={manager.email}", stdout=out,
        )  # fmt: skip
    call_command(
        "erase_patient", str(patient.pk), "--apply", f"--by={manager.email}",
        f"--second={other.email}", stdout=out,
    )  # fmt: skip
    assert Patient.objects.get(pk=patient.pk).erased_at == NOW
