"""Rule 28: a crash loses no message and doubles none; what is unsure is shown to the desk."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from clinic import delivery, outbox
from clinic.actions.letters import mark_as_sent, send_again
from clinic.models import Message
from clinic.troubles import MaybeSent, NotSent
from tests.conftest import NOW
from tests.factories import PracticeFactory, UserFactory
from tests.fake_smtp import (
    BUSY,
    DROP_AFTER,
    DROP_EARLY,
    GREYLIST,
    HANG_AFTER,
    HANG_EARLY,
    NONSENSE,
    OK,
    REFUSE_LETTER,
    REJECT,
    fake_smtp,
)

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
TOPIC = "sign_in_unknown"


@pytest.fixture(autouse=True)
def practice(db):
    return PracticeFactory()


@pytest.fixture
def through(settings):
    """Send by SMTP to a server that behaves as it is told."""
    settings.EMAIL_BACKEND = "clinic.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 0.3

    def use(server):
        settings.EMAIL_PORT = server.port
        return server

    return use


def owe(name="a", **more):
    outbox.queue(TOPIC, to=f"{name}@example.com", key=name, **more)
    return Message.objects.get(key=name)


def work(after=timedelta()):
    with time_machine.travel(NOW + after, tick=False):
        return outbox.send_due()


def states():
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


# One message, once -------------------------------------------------------------------------------


def test_rule_28_a_message_is_written_with_its_event_or_not_at_all():
    with transaction.atomic():
        owe()
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_rule_28_one_message_per_recipient_event_and_version():
    owe()
    assert outbox.queue(TOPIC, to="a@example.com", key="a") is False
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(topic=TOPIC, to="a@example.com", key="a")

    work()
    work()
    assert len(mail.outbox) == 1


def test_sign_in_codes_do_not_wait_behind_reminders():
    for number in range(5):
        owe(f"old{number}", due_at=NOW - HOUR)
    owe("code", due_at=NOW, urgent=True)

    outbox.send_one()

    assert [letter.to for letter in mail.outbox] == [["code@example.com"]]


def test_the_accounts_own_mails_are_urgent(client):
    client.post("/accounts/login/code/", {"email": "nobody@example.com"})

    assert Message.objects.get().urgent


# What the server does, and what follows ----------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "state", "arrived"),
    [
        pytest.param(OK, "sent", 1, id="all is well"),
        pytest.param(BUSY, "pending", 0, id="busy"),
        pytest.param(GREYLIST, "pending", 0, id="not now"),
        pytest.param(DROP_EARLY, "pending", 0, id="hangs up before the letter"),
        pytest.param(HANG_EARLY, "pending", 0, id="hangs before the letter"),
        pytest.param(REJECT, "failed", 0, id="unknown recipient"),
        pytest.param(REFUSE_LETTER, "failed", 0, id="refuses the letter"),
        pytest.param(DROP_AFTER, "unsure", 1, id="hangs up after the letter"),
        pytest.param(HANG_AFTER, "unsure", 1, id="hangs after the letter"),
        pytest.param(NONSENSE, "unsure", 1, id="answers nonsense after the letter"),
    ],
)
def test_rule_28_what_follows_from_what_the_server_does(through, mode, state, arrived):
    with fake_smtp(mode) as server:
        through(server)
        owe()
        work()

    row = Message.objects.get()
    assert (row.state, len(server.letters)) == (state, arrived)
    assert bool(row.error) == (state != "sent")
    assert "@" not in row.error


@pytest.mark.parametrize("mode", [DROP_AFTER, HANG_AFTER, NONSENSE])
def test_rule_28_what_may_have_arrived_is_never_repeated_by_itself(through, mode):
    with fake_smtp(mode) as server:
        through(server)
        owe()
        for hours in range(0, 30, 3):
            work(hours * HOUR)

    assert len(server.letters) == 1
    assert states() == ["unsure"]


@pytest.mark.parametrize("mode", [BUSY, GREYLIST, DROP_EARLY, HANG_EARLY])
def test_rule_28_what_did_not_leave_is_tried_again_and_arrives_once(through, mode):
    with fake_smtp(mode, mode, OK) as server:
        through(server)
        owe()
        for minutes in (0, 1, 2, 3, 5, 9):
            work(minutes * MINUTE)

    assert len(server.letters) == 1
    assert states() == ["sent"]


def test_nobody_listening_is_tried_for_a_day_and_then_shown(through):
    with fake_smtp() as server:
        through(server)
    owe()
    for quarter in range(4 * 20):
        work(quarter * 15 * MINUTE)
    assert states() == ["pending"]
    Message.objects.update(attempts=outbox.TRIES_UNHEARD - 1, due_at=NOW)
    work()

    assert states() == ["failed"]


def test_what_a_server_puts_off_is_shown_after_some_tries(through):
    with fake_smtp(then=GREYLIST) as server:
        through(server)
        owe()
        for hours in range(10):
            work(hours * HOUR)

    assert states() == ["failed"]
    assert Message.objects.get().attempts == outbox.TRIES


def test_a_silent_server_holds_up_one_message_a_round_not_all(through):
    with fake_smtp() as server:
        through(server)
    for name in "abc":
        owe(name)

    assert work() == 1
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_one_bad_recipient_does_not_stop_the_others(through):
    with fake_smtp(REJECT) as server:
        through(server)
        for name in "abc":
            owe(name)
        work()

    assert states() == ["failed", "sent", "sent"]
    assert server.recipients() == ["b@example.com", "c@example.com"]


def test_a_round_ends_so_that_other_work_has_its_turn(monkeypatch):
    ticks = iter(range(0, 1000, 15))
    monkeypatch.setattr(outbox, "monotonic", lambda: next(ticks))
    for name in "abcd":
        owe(name)

    assert work() == 1
    assert states().count("pending") == 3


def test_a_letter_no_server_would_take_is_shown(monkeypatch):
    def broken(message, letter):
        raise ValueError("a@example.com")

    monkeypatch.setattr(outbox, "deliver", broken)
    owe()
    owe("b")
    work()

    assert states() == ["failed", "failed"]
    assert "@" not in Message.objects.first().error


# A sender that dies ------------------------------------------------------------------------------


def died(message):
    """Leave a row as a worker that was killed while sending leaves it."""
    Message.objects.filter(pk=message.pk).update(
        state="sending", attempts=1, lease_until=NOW + outbox.LEASE
    )


def test_rule_28_a_dead_senders_message_becomes_unsure_when_its_lease_ends():
    died(owe())

    work(outbox.LEASE)
    assert states() == ["sending"]
    work(outbox.LEASE + SECOND)

    assert states() == ["unsure"]
    assert mail.outbox == []


def test_the_lease_outlasts_every_step_of_a_mail(settings):
    steps = ("connect", "greeting", "ehlo", "tls", "ehlo", "login", "from", "to", "data", "letter")
    assert timedelta(seconds=settings.EMAIL_TIMEOUT * len(steps)) < outbox.LEASE


def test_a_sender_thought_dead_that_finishes_has_the_last_word(monkeypatch):
    """It slept past its lease: the row was unsure, and now it is known to have arrived."""

    def slow(message, letter):
        Message.objects.filter(pk=message.pk).update(lease_until=NOW - SECOND)
        outbox.sweep()

    monkeypatch.setattr(outbox, "deliver", slow)
    owe()
    work()

    assert states() == ["sent"]


def test_a_sender_thought_dead_that_fails_leaves_it_to_the_desk(monkeypatch):
    def slow(message, letter):
        Message.objects.filter(pk=message.pk).update(lease_until=NOW - SECOND)
        outbox.sweep()
        raise NotSent("gone")

    monkeypatch.setattr(outbox, "deliver", slow)
    owe()
    work()

    assert states() == ["unsure"]


# What the desk does ------------------------------------------------------------------------------


def test_the_desk_sends_an_unsure_message_again(monkeypatch):
    def unsure(message, letter):
        raise MaybeSent("no answer")

    row = owe()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "deliver", unsure)
        work()
    assert send_again(row, by=UserFactory())
    work()

    assert states() == ["replaced", "sent"]
    assert len(mail.outbox) == 1


def test_a_letter_that_could_not_be_written_keeps_what_it_was_about(monkeypatch):
    outbox.queue("sign_in_code", to="a@example.com", key="k", payload={"code": "ABCD"})
    with monkeypatch.context() as patch:
        patch.setitem(outbox._renderers, "sign_in_code", lambda message: 1 / 0)
        work()
    row = Message.objects.get()
    assert (row.state, row.payload) == ("failed", {"code": "ABCD"})

    send_again(row, by=UserFactory())
    work()

    assert "ABCD" in mail.outbox[0].body
    assert list(Message.objects.values_list("payload", flat=True)) == [{}, {}]


def test_marked_as_sent_it_is_over():
    row = owe()
    died(row)
    work(outbox.LEASE + SECOND)
    assert mark_as_sent(row, by=UserFactory())
    work(HOUR)

    assert states() == ["sent"]
    assert mail.outbox == []


def test_every_mail_has_an_id_of_its_own_that_names_the_row(through):
    with fake_smtp() as server:
        through(server)
        row = owe()
        work()

    assert b"Message-ID: <" in server.letters[0]
    assert f".m{row.pk}@".encode() in server.letters[0]


def test_the_production_settings_use_the_backend_that_knows():
    assert delivery.smtp.EmailBackend().connection_class.__name__ == "_KnowsWhenHandedOver"
    assert delivery.smtp.EmailBackend(use_ssl=True).connection_class.__name__ == "_Encrypted"
