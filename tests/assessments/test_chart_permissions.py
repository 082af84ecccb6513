"""Every address of charts and plans × everybody who might ask: 404 to whoever has no business."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from assessments import actions, urls
from assessments.screen.entries import Entry
from bookings.actions import ask_for_clinician_call
from clinic import roles
from clinic.actions import corrections, record_requests
from clinic.audit import GUEST
from clinic.erasing import doing
from clinic.models import AuditEvent, PatientGrant
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    log_entry,
    make_chart,
    make_exercise_photo,
    make_issued,
    make_patient,
    make_practice,
    make_practitioner,
    make_signed,
    make_still,
    make_time_off,
    make_treatment,
    make_user,
    make_visit,
)
from tests.assessments.intakes import sent_file
from tests.assessments.permission_rows import EXAMINERS, PEOPLE, TABLE, TOLD
from tests.worlds import world_of

pytestmark = pytest.mark.django_db

# Those lead everybody on, to their own pages or to the list of them: nothing of anybody's shows.
OPEN_TO_ALL = {"knee", "service-worker", "me-plan-any", "me-progress-any"}
# Behind the link of a visit, which is the permission (test_intake_pages, test_intake_files).
BY_LINK = {name for name in (each.name for each in urls.urlpatterns) if "intake-here" in name}
BY_LINK |= {name for name in (each.name for each in urls.urlpatterns) if "visit-intake" in name}
BY_LINK |= {"check-in"}


def make_world():
    """A patient with a draft chart, a signed one, a draft plan, an issued plan; and people."""
    issued = make_issued()
    author, patient = issued.assessment.author, issued.episode.patient
    by = {"by": author.user, "now": NOW}
    signed = make_signed(2, practitioner=author, patient=patient)
    elsewhere = make_signed(
        1, practitioner=author, patient=patient, pain_location=["posterior"],
        triggers={"squatting": 0},
    )  # fmt: skip
    planned = make_signed(1, practitioner=author, patient=patient)
    plan = actions.draft_plan(planned, **by)
    unsigned = make_chart(author, patient)
    visit = make_visit(author, patient, NOW)
    note, own_note = noted(author, patient), noted(author, patient, sign=False)
    call = ask_for_clinician_call(visit, GUEST, NOW)
    people = {
        "author": author.user,
        "colleague": _in_care(patient),
        "student": _in_care(patient, roles.STUDENT),
        "coach": _in_care(patient, roles.COACH),
        "stranger": _elsewhere(),
        "inactive": _in_care(patient),
        "no_role": make_user(),
        "desk": make_user(roles.FRONT_DESK),
        "manager": make_user(roles.MANAGER),
        "lead": make_user(roles.CLINICAL_LEAD),
        "superuser": make_user(),
        "patient": grant(patient),
        "other_patient": grant(make_patient()),
        "revoked": grant(make_patient()),
    }
    papers = _papers(issued, signed, people)
    people["receiver"] = papers["hand_over"].receiver.user
    _set_apart(people, patient)
    flare = actions.report_flare(patient, issued, client_id=uuid4(), by=people["patient"], now=NOW)
    asked = record_requests.ask(patient, by=people["patient"], now=NOW)
    record_requests.release(asked, by=people["manager"], now=NOW)
    wrong = corrections.ask(
        patient, "record", "The side", "Left", key=uuid4(), by=people["patient"], now=NOW
    )
    return {
        "people": people,
        "issued": issued,
        "in_force": issued.assessment_id,
        "patient": patient.pk,
        "call": call.pk,
        "flare": flare.pk,
        "correction": wrong.pk,
        "kept": _kept(author, people),
        "visit": visit.pk,
        "away": make_time_off(author).pk,
        "still": make_still(unsigned).pk,
        "photo": make_exercise_photo(issued).pk,
        "file": sent_file(visit).pk,
        "note": note.pk,
        "own_note": own_note.pk,
        "given": make_treatment(unsigned).pk,
        "given_on_note": make_treatment(own_note).pk,
        "draft": unsigned.pk,
        "signed": signed.pk,
        "elsewhere": elsewhere.pk,
        "planned": planned.pk,
        "line": plan.lines.get(exercise="EX05").pk,
        "issued_line": issued.lines.first().pk,
        "first_line": issued.lines.first(),
        **{name: row.pk for name, row in papers.items()},
    }


def _kept(author, people):
    """Somebody who was erased and whose record is kept."""
    make_practice()
    patient = make_patient()
    make_visit(author, patient, NOW - timedelta(days=30), state="completed")
    proposed = doing.propose(patient, "asked", by=people["manager"], now=NOW)
    doing.confirm(proposed, by=people["lead"], now=NOW)
    return proposed.pk


def _papers(issued, signed, people):
    """Letters, a hand-over that waits for its receiver, and a referral of an earlier red flag."""
    author = signed.author
    by = {"by": author.user, "now": NOW}
    finished = actions.draft_letter(issued.assessment, "discharge", **by)
    told = [(each["heading"], each["text"]) for each in finished.sections]
    edited = actions.Edited(
        physician=None, to_name="Dr.", to_address="", subject="A letter", sections=told
    )
    actions.edit_letter(finished, edited, **by)
    receiver = make_practitioner(roles.COACH)
    receiver.discipline = "strength"
    receiver.save()
    summary = actions.Summary(goals="g", limits="l", phase="P1")
    hot = make_signed(6, practitioner=author)  # of another patient, whose care they share
    for name in ("colleague", "student", "coach"):
        care(people[name].practitioner, hot.episode.patient)
    return {
        "letter": actions.draft_letter(signed, "gp", **by),
        "finished": actions.finish_letter(finished, author, **by),
        "referral": hot.referral,
        "hand_over": actions.hand_over(issued, author, receiver, summary, **by),
    }


def noted(author, patient, *, sign=True):
    """A note of the author's, signed or not."""
    by = {"by": author.user, "now": NOW}
    note = actions.start_note(patient, author, "visit", **by)
    actions.save_note(note, 0, [Entry("plan", "", "Advice")], **by)
    return actions.sign_note(note, **by) if sign else note


def _in_care(patient, *held):
    practitioner = make_practitioner(*held)
    care(practitioner, patient)
    return practitioner.user


def _elsewhere():
    practitioner = make_practitioner()
    care(practitioner, make_patient())
    return practitioner.user


def _set_apart(people, patient):
    """Who was switched off, who may do everything in the admin, who was once granted."""
    practitioner = people["inactive"].practitioner
    practitioner.is_active = False
    practitioner.save()
    people["superuser"].is_superuser = people["superuser"].is_staff = True
    people["superuser"].save()
    PatientGrant.objects.create(
        user=people["revoked"], patient=patient, granted_at=NOW, revoked_at=NOW
    )


world = world_of(make_world)


def row_named(name):
    return next(row for row in TABLE if row.name == name)


def ask(client, row, world, person):
    if person == "guest":
        client.logout()
    else:
        client.force_login(world["people"][person])
    ids = {name: getattr(value, "pk", value) for name, value in world.items()}
    address = row.address.format(**ids)
    if row.method == "get":
        return client.get(address)
    if row.json:
        body = row.form or [log_entry(world["first_line"])] if "first_line" in world else []
        return client.post(address, json.dumps(body), content_type="application/json")
    form = {name: str(value).format(**ids) for name, value in row.form.items()}
    return client.post(address, form)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.name} {row.method} {row.status}")
def test_who_gets_what(client, world, row):
    denied = [person for person in PEOPLE if person not in row.may]
    statuses = {person: ask(client, row, world, person).status_code for person in denied}

    expected = dict.fromkeys(denied, 404) | {"guest": row.guest}
    if row.name in TOLD:
        expected["student"] = TOLD[row.name]
    if row.name == "chart-plan-compose" and row.status == 403:  # the rules draft this one
        expected |= dict.fromkeys(EXAMINERS, 403)
    assert statuses == expected
    # The deed is done once; the tests below ask for the others of the row.
    for person in sorted(row.may)[:1]:
        assert ask(client, row, world, person).status_code == row.status, person


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.method == "get"], ids=lambda row: row.address
)
def test_everybody_who_may_read_can(client, world, row):
    statuses = {person: ask(client, row, world, person).status_code for person in row.may}

    assert statuses == dict.fromkeys(row.may, row.status)


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.method == "post" and "colleague" in row.may],
    ids=lambda row: row.name,
)
def test_a_colleague_in_care_may_as_well(client, world, row):
    assert ask(client, row, world, "colleague").status_code == row.status


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row.method == "post" and "student" in row.may],
    ids=lambda row: row.name,
)
def test_a_student_in_care_may_draft(client, world, row):
    assert ask(client, row, world, "student").status_code == row.status


def test_every_address_has_a_row():
    named = {pattern.name for pattern in urls.urlpatterns}

    assert named - {row.name for row in TABLE} - OPEN_TO_ALL - BY_LINK == set()


@pytest.mark.parametrize(
    "row", [row for row in TABLE if "{" in row.address], ids=lambda row: f"{row.name} {row.method}"
)
def test_ids_that_lead_nowhere_are_404(client, row):
    names = (
        "call file flare away still patient visit draft signed elsewhere planned line issued"
        " in_force issued_line letter finished referral hand_over note own_note"
        " given given_on_note correction photo kept"
    )
    nowhere = {name: uuid4() for name in names.split()}
    nowhere["people"] = {"author": make_practitioner().user, "patient": grant(make_patient())}
    person = "patient" if row.name.startswith("me-") else "author"

    assert ask(client, row, nowhere, person).status_code == 404


def test_a_refusal_holds_nothing_of_the_record(client, world):
    client.force_login(world["people"]["stranger"])

    page = client.get(f"/chart/assessments/{world['signed']}/")

    assert page.status_code == 404
    patient = world["issued"].episode.patient
    assert patient.last_name not in page.text
    assert patient.first_name not in page.text


def test_a_refusal_is_written_down(client, world):
    client.force_login(world["people"]["stranger"])
    client.get(f"/chart/assessments/{world['signed']}/")
    client.get(f"/chart/patients/{world['patient']}/")
    client.force_login(world["people"]["other_patient"])
    client.get(f"/me/{world['patient']}/plan/")

    rows = AuditEvent.objects.filter(result="refused").order_by("position")
    assert [(row.action, row.patient_id) for row in rows] == [
        ("chart.opened", world["patient"]),
        ("chart.opened", world["patient"]),
        ("plan.opened", world["patient"]),
    ]


def test_a_relation_that_ended_closes_the_chart(client, world):
    colleague = world["people"]["colleague"]
    colleague.practitioner.care_relations.update(ends_at=NOW)

    assert ask(client, row_named("chart-assessment"), world, "colleague").status_code == 404


def test_another_patients_line_is_not_logged(client, world):
    stranger = world["people"]["other_patient"]
    theirs = stranger.grants.get().patient.pk
    client.force_login(stranger)

    response = client.post(
        f"/me/{theirs}/plan/log/",
        json.dumps([log_entry(world["first_line"])]),
        content_type="application/json",
    )

    assert response.status_code == 200
    assert [answer["status"] for answer in response.json()] == ["refused"]


def test_another_patients_plan_is_not_shown_under_ones_own_address(client, world):
    stranger = world["people"]["other_patient"]
    theirs = stranger.grants.get().patient.pk
    client.force_login(stranger)

    address = f"/me/{theirs}/plan/?plan={world['issued'].pk}"

    assert client.get(address).status_code == 404


def test_a_line_of_another_plan_is_404(client, world):
    client.force_login(world["people"]["author"])

    address = f"/chart/assessments/{world['planned']}/plan/{world['issued_line']}/remove/"

    assert client.post(address, {"reason": "why"}).status_code == 404


def test_nothing_shown_to_somebody_signed_in_is_kept_by_a_cache(client, world):
    for person, address in (
        ("author", f"/chart/assessments/{world['signed']}/"),
        ("patient", f"/me/{world['patient']}/plan/"),
        ("patient", f"/me/{world['patient']}/plan/plan.pdf"),
    ):
        client.force_login(world["people"][person])
        assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, world, method):
    client.force_login(world["people"]["author"])

    assert getattr(client, method)(f"/chart/assessments/{world['draft']}/").status_code == 405


def test_one_patient_is_led_on_and_several_choose(client, world):
    client.force_login(world["people"]["patient"])
    assert client.get("/me/plan/").url == f"/me/{world['patient']}/plan/"
    assert client.get("/me/progress/").url == f"/me/{world['patient']}/progress/"

    second = make_patient()
    PatientGrant.objects.create(user=world["people"]["patient"], patient=second, granted_at=NOW)
    assert client.get("/me/plan/").url == "/me/"
