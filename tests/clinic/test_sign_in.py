"""Patients sign in with a code; an answer never tells whether the clinic knows an address."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client

from clinic import outbox
from clinic.models import AuditEvent, Message, User
from tests.conftest import NOW
from tests.factories import PatientFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clinic():
    PracticeFactory()


def ask(client, email):
    return client.post("/accounts/login/code/", {"email": email})


def code_in(mail):
    return re.search(r"^ {4}([A-Z]{4}-[A-Z]{4})$", mail.body, re.M)[1]


# What differs from one answer to the next for everybody: form tokens and nonces.
NOISE = r'\b[A-Za-z0-9]{64}\b|nonce="[^"]+"'


def test_a_patient_signs_in_with_the_code(client, mailoutbox):
    PatientFactory(email="pat@example.com")

    asked = ask(client, "pat@example.com")
    assert mailoutbox == []  # the worker sends, so a slow mail server shows nowhere
    outbox.send_due()
    entered = client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox[0])})

    assert (asked.status_code, asked["Location"]) == (302, "/accounts/login/code/confirm/")
    assert (entered.status_code, entered["Location"]) == (302, "/accounts/welcome/")
    assert client.get("/accounts/welcome/")["Location"] == "/me/"
    user = User.objects.get(email="pat@example.com")
    assert not user.has_usable_password()
    actions = AuditEvent.objects.order_by("at", "position").values_list("action", flat=True)
    assert list(actions) == ["user_made", "sign_in_code_asked", "signed_in"]


def test_the_code_mail_is_plain_and_names_the_clinic_only(client, mailoutbox):
    PatientFactory(email="pat@example.com")

    ask(client, "pat@example.com")
    outbox.send_due()

    [mail] = mailoutbox
    code = code_in(mail)
    assert mail.to == ["pat@example.com"]
    assert mail.subject == f"{code} is your code for Larchwood Physiotherapy"
    assert mail.from_email == '"Larchwood Physiotherapy" <clinic@example.com>'
    html, kind = mail.alternatives[0]
    assert kind == "text/html"
    assert code in html
    assert Message.objects.get().payload == {}  # the code does not stay behind


def test_capitals_and_spaces_in_the_address_do_not_matter(client):
    PatientFactory(email="Pat.Sample@Example.com")

    ask(client, "  PAT.sample@example.COM ")

    assert User.objects.get().email == "pat.sample@example.com"


def test_known_and_unknown_addresses_get_the_same_answer():
    PatientFactory(email="known@example.com")
    answers = []
    for email in ("known@example.com", "stray@example.com"):
        client = Client()
        asked = ask(client, email)
        page = client.get("/accounts/login/code/confirm/")
        wrong = client.post("/accounts/login/code/confirm/", {"code": "XXXX-XXXX"})
        bodies = [re.sub(NOISE, "", r.text.replace(email, "")) for r in (page, wrong)]
        answers.append((asked.status_code, asked["Location"], wrong.status_code, bodies))

    assert answers[0] == answers[1]
    assert answers[0][2] == 422
    assert [user.email for user in User.objects.all()] == ["known@example.com"]


def test_an_unknown_address_is_told_by_mail(client, mailoutbox):
    ask(client, "stray@example.com")
    outbox.send_due()

    assert "nobody on record" in mailoutbox[0].body
    assert User.objects.count() == 0


def test_a_letter_that_only_looks_the_same_is_another_address(client):
    """A database may fold ı into i; the code would then go to a stranger's mailbox."""
    PatientFactory(email="mike@example.com")

    ask(client, "mıke@example.com")

    assert User.objects.count() == 0
    assert "code" not in [m.topic for m in Message.objects.filter(topic="sign_in_code")]


@pytest.mark.parametrize("role", ["physio", "front desk", "manager"])
def test_staff_get_no_code(client, mailoutbox, role):
    """It would lead around their second factor."""
    staff = UserFactory(email="staff@example.com")
    staff.groups.add(Group.objects.get(name=role))
    PatientFactory(email="staff@example.com")  # even when they are treated here

    answer = ask(client, "staff@example.com")
    outbox.send_due()

    assert answer["Location"] == "/accounts/login/code/confirm/"
    assert "sign in with your password" in mailoutbox[0].body
    assert Message.objects.filter(topic="sign_in_code").count() == 0


def test_a_sign_in_that_was_switched_off_gets_no_code(client):
    UserFactory(email="gone@example.com", is_active=False)

    ask(client, "gone@example.com")

    assert Message.objects.get().topic == "sign_in_unknown"


def test_a_former_address_opens_nothing(client, mailoutbox):
    """The desk changed the address: whoever reads the old mailbox is a stranger now."""
    user = UserFactory(email="old@example.com")
    ask(client, "old@example.com")
    outbox.send_due()
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox[0])})
    user.email = "new@example.com"
    user.save()

    ask(Client(), "old@example.com")

    assert Message.objects.order_by("pk").last().topic == "sign_in_unknown"


def test_three_wrong_codes_end_it(client, mailoutbox):
    PatientFactory(email="pat@example.com")
    ask(client, "pat@example.com")
    outbox.send_due()
    code = code_in(mailoutbox[0])

    statuses = [
        client.post("/accounts/login/code/confirm/", {"code": "WRNG-CODE"}).status_code
        for _ in range(3)
    ]
    client.post("/accounts/login/code/confirm/", {"code": code})

    assert statuses == [422, 422, 302]
    assert client.get("/me/").status_code == 302


def test_a_code_dies_after_ten_minutes(client, mailoutbox):
    PatientFactory(email="pat@example.com")
    ask(client, "pat@example.com")
    outbox.send_due()

    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox[0])})
        assert client.get("/me/").status_code == 302


def test_a_code_nobody_can_use_any_more_is_not_sent(client, mailoutbox):
    PatientFactory(email="pat@example.com")
    ask(client, "pat@example.com")

    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        outbox.send_due()

    assert mailoutbox == []
    message = Message.objects.get()
    assert (message.state, message.payload) == (Message.State.SKIPPED, {})


def test_faults_are_422_and_limits_429(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "2/h/key"}

    faulty = ask(client, "not an address")
    answers = [ask(Client(), "pat@example.com") for _ in range(3)]

    assert faulty.status_code == 422
    assert [a.status_code for a in answers] == [302, 302, 429]
    assert answers[2]["Retry-After"] == "900"


def test_a_wrong_password_is_422_and_too_many_are_429(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/15m/key"}
    staff = UserFactory(email="staff@example.com")
    right = {"login": "staff@example.com", "password": "correct horse battery"}
    wrong = {**right, "password": "guess"}

    answers = [client.post("/accounts/login/", wrong).status_code for _ in range(2)]
    locked = client.post("/accounts/login/", right)

    assert answers == [422, 422]
    assert locked.status_code == 429  # even the right one
    assert AuditEvent.objects.filter(action="signed_in", actor_id=staff.pk).count() == 0


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/me/", "/me/"),
        ("/team/", "/team/"),
        ("https://evil.example.com/", "/accounts/welcome/"),
        ("//evil.example.com/", "/accounts/welcome/"),
        ("/\\evil.example.com/", "/accounts/welcome/"),
        ("/no-such-page/", "/accounts/welcome/"),
        ("javascript:alert(1)", "/accounts/welcome/"),
    ],
)
def test_next_leads_only_to_pages_of_ours(client, wanted, goes_to):
    UserFactory(email="staff@example.com")
    sent = {"login": "staff@example.com", "password": "correct horse battery", "next": wanted}

    assert client.post("/accounts/login/", sent)["Location"] == goes_to


def test_signing_out_takes_a_post_and_clears_what_the_browser_kept(client):
    client.force_login(UserFactory())

    asked = client.get("/accounts/logout/")
    out = client.post("/accounts/logout/")

    assert asked.status_code == 200
    assert (out.status_code, out["Clear-Site-Data"]) == (302, '"cache"')
    assert client.get("/me/").status_code == 302


def test_patients_have_no_password_page(client):
    client.force_login(UserFactory())

    assert client.get("/accounts/password/change/").status_code == 404
    assert client.get("/accounts/2fa/").status_code == 404
