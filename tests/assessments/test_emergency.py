"""A record opened in an emergency: attacked from every side, with a canary in it."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.test import Client

from assessments import actions
from bookings import limits
from clinic import roles
from clinic.actions.staff import save_staff
from clinic.models import EmergencyAccess
from tests.assessments import breaking
from tests.assessments.breaking import (
    CANARY,
    END,
    FIND,
    OPEN,
    WHY,
    Record,
    broken,
    found,
    rows,
    said_of,
)
from tests.assessments.factories import (
    NOW,
    care,
    grant,
    make_patient,
    make_practitioner,
    make_user,
)
from tests.assessments.permission_rows import TABLE

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


record, physio = breaking.record, breaking.physio


def texts(browser, addresses):
    return {
        path: b"".join(answer) if answer.streaming else answer.content
        for path in addresses
        if (answer := browser.get(path)).status_code == 200
    }


def nothing_opens(browser, record):
    """Nothing of the record is answered, and nothing of it is said in saying no."""
    for path in [*record.reading(), *record.closed()]:
        answer = browser.get(path)
        assert answer.status_code in (302, 401, 404), path
        assert CANARY not in answer.text
        assert record.patient.last_name not in answer.text
    return True


class TestTheWayIn:
    def test_before_it_nothing_is_open(self, physio, record):
        assert nothing_opens(physio, record)

    def test_it_opens_the_record_to_read(self, physio, record):
        answer = broken(physio, record.patient)

        assert answer.status_code == 303
        assert answer.url == f"/chart/patients/{record.patient.pk}/"
        pages = texts(physio, record.reading())
        assert list(pages) == record.reading()
        assert sum(CANARY in page.decode(errors="replace") for page in pages.values()) >= 2
        for path, page in pages.items():
            if "/files/" not in path:
                assert b"Emergency access" in page, path
                assert b"30 minutes left" in page, path
                assert page.count(END.encode()) == 1, path

    def test_the_plan_in_force_can_be_read(self, physio, record):
        broken(physio, record.patient)

        page = physio.get(record.reading()[0]).text

        assert record.plan.lines.first().name in page

    @pytest.mark.parametrize("method", ["get", "head", "options"])
    def test_never_by_reading_an_address(self, physio, record, method):
        found(physio, record.patient)

        getattr(physio, method)(f"{OPEN}?reason=unwell&words=Collapsed+here&secret=a+long+password")

        assert not EmergencyAccess.objects.exists()
        assert nothing_opens(physio, record)

    def test_not_without_the_token_of_a_form(self, record):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(make_practitioner().user)

        assert [strict.post(path, WHY).status_code for path in (FIND, OPEN, END)] == [403] * 3

    @pytest.mark.parametrize(
        "changed",
        [
            {"secret": "a wrong password"}, {"secret": ""}, {"secret": "000000"}, {"reason": ""},
            {"reason": "curious"}, {"words": "short"}, {"words": " " * 20}, {"words": ""},
        ],
    )  # fmt: skip
    def test_not_with_something_missing_or_wrong(self, physio, record, changed):
        answer = broken(physio, record.patient, **changed)

        assert answer.status_code == 422
        assert 'class="invalid-feedback"' in answer.text
        assert not EmergencyAccess.objects.exists()
        assert nothing_opens(physio, record)
        refused = 1 if changed.get("secret") else 0
        assert rows("emergency.opened", result="refused").count() == refused

    def test_what_was_typed_is_kept_but_the_password(self, physio, record):
        page = broken(physio, record.patient, secret="a wrong password").text

        assert WHY["words"] in page
        assert "a wrong password" not in page

    def test_a_code_of_the_app_opens_it_once(self, physio, record):
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        TOTP.activate(physio.person.user, secret)
        code = format_hotp_value(hotp_value(secret, int(NOW.timestamp()) // 30))

        assert broken(physio, record.patient, secret=code).status_code == 303
        physio.post(END)
        assert broken(physio, record.patient, secret=code).status_code == 422
        assert nothing_opens(physio, record)

    def test_the_same_form_again_opens_nothing(self, physio, record):
        broken(physio, record.patient)
        physio.post(END)

        assert physio.post(OPEN, WHY).url == FIND
        assert EmergencyAccess.objects.count() == 1
        assert nothing_opens(physio, record)

    def test_who_was_found_long_ago_is_looked_for_again(self, physio, record):
        found(physio, record.patient)
        with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
            assert physio.post(OPEN, WHY).url == FIND

        assert not EmergencyAccess.objects.exists()

    @pytest.mark.parametrize(
        "who", [roles.FRONT_DESK, roles.MANAGER, roles.STUDENT, roles.COACH, roles.CLINICAL_LEAD]
    )
    def test_nobody_but_physios(self, client, record, who):
        client.force_login(make_practitioner(who).user)

        assert client.get(FIND).status_code == 404
        assert client.post(FIND, said_of(record.patient)).status_code == 404
        assert client.post(OPEN, WHY).status_code == 404
        assert client.post(END).status_code == 404
        assert nothing_opens(client, record)

    def test_no_patient_and_no_guest(self, client, record):
        assert client.post(FIND, said_of(record.patient)).status_code == 302
        client.force_login(grant(make_patient()))
        assert client.post(FIND, said_of(record.patient)).status_code == 404


class TestFinding:
    @pytest.mark.parametrize(
        "changed",
        [
            {"first_name": "A"}, {"first_name": "%"}, {"last_name": "Sample"}, {"last_name": "."},
            {"date_of_birth": "1995-06-16"},
        ],
    )  # fmt: skip
    def test_it_is_no_list(self, physio, record, changed):
        answer = physio.post(FIND, {**said_of(record.patient), **changed})

        assert answer.status_code == 422
        assert "Nobody has exactly this name" in answer.text
        assert physio.get(OPEN).url == FIND
        assert rows("emergency.searched", result="refused").count() == 1

    def test_capitals_and_accents_are_no_matter(self, physio, record):
        name = record.patient.last_name.upper()

        assert found(physio, record.patient).status_code == 303
        again = physio.post(FIND, {**said_of(record.patient), "last_name": f" {name} "})
        assert again.status_code == 303
        assert rows("emergency.searched", patient_id=record.patient.pk).count() == 2

    def test_it_is_throttled(self, physio, record, settings, monkeypatch):
        settings.LIMIT_FACTOR = 1
        monkeypatch.setattr(limits, "EMERGENCY_SEARCHES", 2)

        answers = [found(physio, record.patient) for _ in range(3)]

        assert [each.status_code for each in answers] == [303, 303, 429]
        assert int(answers[-1]["Retry-After"]) > 0

    def test_ones_own_patient_is_led_to(self, physio, record):
        care(physio.person, record.patient)

        assert found(physio, record.patient).url == f"/chart/patients/{record.patient.pk}/"
        assert physio.get(OPEN).url == FIND

    def test_two_records_of_one_name_are_chosen_between(self, physio, record):
        same = said_of(record.patient) | {"date_of_birth": record.patient.date_of_birth}
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):  # the older one is first
            twin = make_patient(**same)

        assert broken(physio, twin).status_code == 422  # neither was chosen
        assert physio.post(OPEN, {**WHY, "which": "7"}).status_code == 422
        physio.post(OPEN, {**WHY, "which": "1"})

        assert EmergencyAccess.objects.get().patient == twin
        assert nothing_opens(physio, record)


class TestWhatItDoesNotOpen:
    def test_another_record(self, physio, record):
        other = Record()
        broken(physio, other.patient)

        assert nothing_opens(physio, record)
        assert physio.get(other.reading()[0]).status_code == 200

    def test_the_first_one_once_a_second_is_open(self, physio, record):
        other = Record()
        broken(physio, record.patient)
        broken(physio, other.patient)

        assert nothing_opens(physio, record)
        assert EmergencyAccess.objects.open(NOW).get().patient == other.patient

    def test_another_session_of_the_same_person(self, physio, record):
        broken(physio, record.patient)
        elsewhere = Client()
        elsewhere.force_login(physio.person.user)

        assert nothing_opens(elsewhere, record)

    def test_somebody_elses_session_that_names_it(self, physio, record):
        broken(physio, record.patient)
        opened = EmergencyAccess.objects.get()
        other = Client()
        other.force_login(make_practitioner().user)
        session = other.session
        session["emergency_opened"] = str(opened.pk)
        session.save()

        assert nothing_opens(other, record)

    def test_anything_that_leaves_the_building_or_leads_to_a_change(self, physio, record):
        broken(physio, record.patient)

        assert {path: physio.get(path).status_code for path in record.closed()} == dict.fromkeys(
            record.closed(), 404
        )

    def test_no_address_that_writes(self, physio, record):
        broken(physio, record.patient)
        names = record.names()
        own = ("chart-emergency", "chart-patients", "chart-time-off", "chart-snippets")
        asked = 0
        for row in TABLE:
            if row.method != "post" or row.name.startswith(own):
                continue
            path = row.address.format(**names)
            body = {"content_type": "application/json"} if row.json else {}
            form = row.form if row.json else {k: str(v) for k, v in row.form.items()}
            answer = physio.post(path, form, **body)
            assert answer.status_code == 404, (path, answer.status_code)
            asked += 1
        assert asked > 40

    def test_it_promises_no_episode_that_charting_would_open(self, physio, record):
        episode = record.signed.episode
        actions.discharge(episode, "moved", by=record.author.user, now=NOW)
        page = f"/chart/patients/{record.patient.pk}/"
        own = Client()
        own.force_login(record.author.user)
        assert "No episode is open. Charting opens one." in own.get(page).text

        broken(physio, record.patient)

        assert "No episode is open.<" in physio.get(page).text

    def test_no_page_of_it_offers_a_change(self, physio, record):
        broken(physio, record.patient)

        for path in record.reading()[:-1]:
            page = physio.get(path).text
            forms = page.split("<main")[1].count('method="post"')
            assert forms == 0, path


class TestTheEnd:
    def test_after_half_an_hour(self, physio, record):
        broken(physio, record.patient)
        with time_machine.travel(NOW + HALF_HOUR - timedelta(seconds=1), tick=False):
            assert "1 minute left" in physio.get(record.reading()[0]).text
        with time_machine.travel(NOW + HALF_HOUR, tick=False):
            assert nothing_opens(physio, record)

    def test_by_its_button(self, physio, record):
        broken(physio, record.patient)
        with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
            assert physio.post(END).status_code == 303
            assert nothing_opens(physio, record)

        assert EmergencyAccess.objects.get().ended_at == NOW + timedelta(minutes=5)
        assert physio.get(END).status_code == 405

    def test_at_sign_out(self, physio, record):
        broken(physio, record.patient)
        physio.post("/accounts/logout/")

        assert EmergencyAccess.objects.get().ended_at == NOW
        physio.force_login(physio.person.user)
        assert nothing_opens(physio, record)

    def test_when_the_person_is_switched_off(self, physio, record):
        broken(physio, record.patient)
        user, manager = physio.person.user, make_user(roles.MANAGER)
        user.is_active = False
        save_staff(user, role_names=[roles.PHYSIO], by=manager)

        assert nothing_opens(physio, record)
        assert EmergencyAccess.objects.get().ended_at == NOW
        assert rows("emergency.ended").get().actor_id == manager.pk

    def test_when_the_role_is_taken_or_the_practitioner_ends(self, physio, record):
        broken(physio, record.patient)
        user = physio.person.user
        user.groups.set(Group.objects.filter(name=roles.STUDENT))
        assert nothing_opens(physio, record)

        user.groups.set(Group.objects.filter(name=roles.PHYSIO))
        physio.person.is_active = False
        physio.person.save()
        assert nothing_opens(physio, record)

    def test_for_whoever_looks_after_the_patient_meanwhile(self, physio, record):
        broken(physio, record.patient)
        care(physio.person, record.patient)

        page = physio.get(record.reading()[0]).text

        assert "Emergency access:" not in page
        assert "Chart without a visit" in page
