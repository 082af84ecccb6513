"""What an opening in an emergency leaves behind: rows of the trail, and mails that name nobody."""

import pytest

from clinic import roles
from clinic.models import AuditEvent, CareRelation, EmergencyAccess, Message
from clinic.outbox import send_due
from tests.assessments import breaking
from tests.assessments.breaking import CANARY, WHY, broken, rows
from tests.assessments.factories import NOW, make_user

pytestmark = pytest.mark.django_db
record, physio = breaking.record, breaking.physio


class TestWhatStays:
    def test_a_row_for_the_opening_and_for_each_look(self, physio, record):
        broken(physio, record.patient)
        for path in [*record.reading(), record.reading()[0], record.reading()[0]]:
            physio.get(path)

        opened = EmergencyAccess.objects.get()
        row = rows("emergency.opened").get()
        assert (row.patient_id, row.actor_id, row.reason) == (
            record.patient.pk, physio.person.user.pk, "unwell",
        )  # fmt: skip
        looks = rows("emergency.read", object_id=str(opened.pk)).order_by("position")
        assert [each.data["kind"] for each in looks] == [
            "record", "chart", "chart", "note", "intake", "file", "record", "record",
        ]  # fmt: skip
        assert not rows("chart.opened", actor_id=physio.person.user.pk, result="done").exists()

    def test_no_word_of_it_is_in_the_trail(self, physio, record):
        broken(physio, record.patient)

        kept = " ".join(map(str, AuditEvent.objects.values_list("reason", "data")))
        assert WHY["words"] not in kept
        assert WHY["secret"] not in kept

    def test_who_looks_after_the_patient_reads_of_it(self, physio, record, client):
        broken(physio, record.patient)
        client.force_login(record.author.user)

        page = client.get(f"/chart/patients/{record.patient.pk}/?kind=emergency").text

        assert "Opened in an emergency by" in page
        assert WHY["words"] not in page


class TestMails:
    def test_managers_and_practitioners_are_told_at_once(self, physio, record, mailoutbox):
        manager, gone = make_user(roles.MANAGER), make_user(roles.MANAGER)
        gone.is_active = False
        gone.save()
        broken(physio, record.patient)
        send_due()

        told = [mail for mail in mailoutbox if "record" in mail.body]
        assert sorted(mail.to[0] for mail in told) == sorted(
            [manager.email, record.author.user.email]
        )
        for mail in told:
            whole = f"{mail.subject} {mail.body}"
            for word in (
                CANARY, record.patient.first_name, record.patient.last_name, WHY["words"],
                physio.person.name, "unwell",
            ):  # fmt: skip
                assert word not in whole

    def test_if_nobody_looks_after_them_whoever_did_last(self, physio, record):
        CareRelation.objects.update(ends_at=NOW)
        broken(physio, record.patient)

        assert Message.objects.get(topic="emergency_told").to == record.author.user.email

    def test_the_desk_does_not_read_whom_it_is_about(self, physio, record):
        make_user(roles.MANAGER)
        broken(physio, record.patient)

        about = Message.objects.filter(topic__startswith="emergency_")
        assert list(about.values_list("patient_id", flat=True)) == [None, None]

    def test_opening_it_tells_within_five_minutes(self, physio, record):
        make_user(roles.MANAGER)
        broken(physio, record.patient)

        due = Message.objects.filter(topic__startswith="emergency_")
        assert {(each.due_at, each.urgent) for each in due} == {(NOW, True)}
