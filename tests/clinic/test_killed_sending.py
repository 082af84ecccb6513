"""Rule 28: a worker that dies at any point of sending leaves a letter that waits, is sent, or is
shown as unsure; it never leaves twice."""

from datetime import timedelta

import pytest
import time_machine

from clinic import outbox
from clinic.models import Message, MessageStep
from tests.conftest import NOW
from tests.factories import PracticeFactory
from tests.fake_smtp import fake_smtp
from tests.killed import dies_at, holds

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + outbox.LEASE + timedelta(seconds=1)
# Before the claim is committed the letter waits for the next worker; after the mark it is sent.
ALLOWED = {("sent", 1), ("unsure", 0), ("unsure", 1)}


def test_rule_28_a_worker_that_dies_at_any_point(settings):
    PracticeFactory()
    settings.EMAIL_BACKEND = "clinic.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
    seen, point, killed = set(), 0, True
    with fake_smtp() as server:
        settings.EMAIL_PORT = server.port
        while killed:
            to = f"n{point}@example.com"
            outbox.queue("sign_in_unknown", to=to, key=to)
            killed = dies_at(point, outbox.send_one)
            with time_machine.travel(LATER, tick=False):
                outbox.send_due()
            state = Message.objects.get(key=to).state
            seen.add((state, server.recipients().count(to)))
            point += 1
        assert outbox.send_due() == 0
    assert seen == ALLOWED
    assert point > 6
    assert set(MessageStep.objects.values_list("state", flat=True)) >= {"sending", "sent", "unsure"}
    assert holds()
