"""A signed chart reads the same months later, whatever happens around it; signed by two at once."""

import copy
import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client

from assessments import actions
from assessments.library_store import newest_version
from assessments.models import Assessment, LibraryVersion, Plan
from clinic.models import AuditEvent, Patient
from tests.assessments.case_files import case_input
from tests.assessments.factories import (
    ASKED,
    NOW,
    care,
    entries_of,
    make_chart,
    make_patient,
    make_practitioner,
    make_signed,
)

OF_ONE_ANSWER = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]+"|name="key" value="[^"]+"|nonce-[\w-]+'
    rb'|data-token="[^"]+"|"x-csrftoken": "[^"]+"'
)


def page_of(client, chart):
    """The page of a signed chart, without what belongs to one answer alone."""
    client.force_login(chart.author.user)
    answer = client.get(f"/chart/assessments/{chart.pk}/")
    assert answer.status_code == 200
    return OF_ONE_ANSWER.sub(b"", answer.content)


@pytest.mark.django_db
class TestTheSameBytes:
    @pytest.fixture
    def signed(self):
        return make_signed(4)

    def later(self, client, signed):
        signed.episode.patient.care_relations.update(ends_at=None)
        with time_machine.travel(NOW + timedelta(days=300), tick=False):
            return page_of(client, signed)

    def test_months_later(self, client, signed):
        assert page_of(client, signed) == self.later(client, signed)

    def test_after_another_library_was_published(self, client, signed):
        before = page_of(client, signed)
        newest = newest_version()
        data = copy.deepcopy(newest.data)
        LibraryVersion.objects.create(
            number=newest.number + 1, state="published", data=data, fingerprint="x",
            created_at=NOW, published_at=NOW,
        )  # fmt: skip
        assert newest_version().number == newest.number + 1
        assert self.later(client, signed) == before

    def test_after_the_record_was_merged(self, client, signed):
        before = page_of(client, signed)
        survivor = make_patient()
        care(signed.author, survivor)
        Patient.objects.filter(pk=signed.episode.patient_id).update(merged_into=survivor)
        assert self.later(client, signed) == before

    def test_after_the_next_charts_and_plans(self, client, signed):
        before = page_of(client, signed)
        by = signed.author.user
        patient = signed.episode.patient
        plan = actions.draft_plan(signed, by=by, now=NOW)
        actions.issue_plan(plan, by=by, now=NOW)
        make_signed(1, practitioner=signed.author, patient=patient)
        assert self.later(client, signed) == before


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_are_one(client):
    """Both answers lead on; one signature, one plan, one row of the trail."""
    physio, patient = make_practitioner(), make_patient()
    care(physio, patient)
    physio.care_relations.update(starts_at=NOW - timedelta(days=3000))  # the clock runs here
    chart = make_chart(physio, patient)
    values = entries_of(case_input(1) | ASKED)
    actions.save_values(chart, chart.version, values, by=physio.user, now=NOW)
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(physio.user)
    together, found = threading.Barrier(2), []

    def sign(browser):
        try:
            together.wait(timeout=20)
            answer = browser.post(f"/chart/assessments/{chart.pk}/sign/")
            found.append((answer.status_code, answer.url))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [
        (302, f"/chart/assessments/{chart.pk}/plan/"),
        (303, f"/chart/assessments/{chart.pk}/"),
    ]
    assert Assessment.objects.get(pk=chart.pk).signed_at is not None
    assert Plan.objects.filter(assessment=chart).count() == 1
    assert AuditEvent.objects.filter(action="chart.signed").count() == 1
    connection.close()
