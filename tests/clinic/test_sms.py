"""Text messages: three ways out, the same certainty as mail, numbers that go nowhere else."""

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings as project
from django.core import mail

from clinic import outbox, sms
from clinic.models import Message
from clinic.troubles import MaybeSent, NotSent, Refused
from tests.factories import PracticeFactory

NUMBER = "+14035550142"


class Gateway(BaseHTTPRequestHandler):
    """An SMS provider that answers as it is told."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.got.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
        if self.server.answer is None:
            self.connection.close()
            return
        self.send_response(self.server.answer)
        if 300 <= self.server.answer < 400:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def gateway(settings, answer=202):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.got, server.answer = [], answer
    server.handle_error = lambda *args: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.SMS_BACKEND = "http"
    settings.SMS_HTTP_URL = f"http://127.0.0.1:{server.server_port}/v1/send?account=7"
    settings.SMS_HTTP_TOKEN = "secret"
    settings.EMAIL_TIMEOUT = 2
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# The backends ------------------------------------------------------------------------------------


def test_the_file_backend_writes_one_file_per_message(settings, tmp_path):
    settings.SMS_BACKEND, settings.SMS_DIR = "file", str(tmp_path / "sms")
    sms.send(NUMBER, "Two\n lines", reference="m7")
    sms.send(NUMBER, "Again", reference="m8")

    texts = sorted(path.read_text() for path in (tmp_path / "sms").iterdir())
    assert texts == [
        f"To: {NUMBER}\nReference: m7\n\nTwo lines\n",
        f"To: {NUMBER}\nReference: m8\n\nAgain\n",
    ]


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("{number}@sms.example.com", "+14035550142@sms.example.com"),
        ("{digits}@sms.example.com", "14035550142@sms.example.com"),
    ],
)
def test_the_mail_backend_writes_to_the_gateways_address(settings, template, address):
    settings.SMS_BACKEND, settings.SMS_MAIL_TO = "mail", template
    sms.send(NUMBER, "Hello", reference="m7")

    [letter] = mail.outbox
    assert (letter.to, letter.subject, letter.body) == ([address], "", "Hello")


def test_the_http_backend_posts_to_the_one_address_in_the_settings(settings, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with gateway(settings) as server:
        sms.send(NUMBER, "Hello", reference="m7")

    [(path, headers, body)] = server.got
    assert path == "/v1/send?account=7"
    assert body == {"to": NUMBER, "text": "Hello", "reference": "m7"}
    assert headers["Idempotency-Key"] == "m7"
    assert headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        pytest.param(429, NotSent, id="too many"),
        pytest.param(503, NotSent, id="later"),
        pytest.param(400, Refused, id="refused"),
        pytest.param(401, Refused, id="wrong token"),
        pytest.param(302, Refused, id="a redirect is not followed"),
        pytest.param(500, MaybeSent, id="broke with the text in hand"),
        pytest.param(None, MaybeSent, id="hung up without a word"),
    ],
)
def test_what_follows_from_the_gateways_answer(settings, answer, trouble):
    with gateway(settings, answer) as server, pytest.raises(trouble):
        sms.send(NUMBER, "Hello", reference="m7")

    assert len(server.got) == 1


def test_nobody_listening_means_it_was_not_sent(settings):
    with gateway(settings):
        pass
    with pytest.raises(NotSent) as raised:
        sms.send(NUMBER, "Hello", reference="m7")

    assert not raised.value.answered


def test_without_a_backend_nothing_leaves(settings):
    settings.SMS_BACKEND = ""

    assert not sms.is_on()
    with pytest.raises(Refused):
        sms.send(NUMBER, "Hello", reference="m7")


# Through the outbox ------------------------------------------------------------------------------


@pytest.fixture
def owed(db, monkeypatch):
    PracticeFactory()
    letter = outbox.Letter(subject="", text="Hello")
    monkeypatch.setitem(outbox._renderers, "a text", lambda message: letter)
    outbox.queue("a text", to=NUMBER, key="k", channel="sms")


@pytest.mark.parametrize(
    ("answer", "state"), [(202, "sent"), (400, "failed"), (429, "pending"), (None, "unsure")]
)
def test_rule_28_text_messages_are_as_certain_as_mail(settings, owed, answer, state):
    with gateway(settings, answer) as server:
        for _ in range(3):
            outbox.send_due()

    row = Message.objects.get()
    assert (row.state, len(server.got)) == (state, 1)
    assert server.got[0][2]["reference"] == f"m{row.pk}"
    assert NUMBER not in row.error
    assert mail.outbox == []


def test_a_silent_gateway_does_not_hold_up_the_mail(settings, owed):
    outbox.queue("sign_in_unknown", to="a@example.com", key="mail")
    with gateway(settings):
        pass
    outbox.send_due()

    assert [letter.to for letter in mail.outbox] == [["a@example.com"]]


# Settings ----------------------------------------------------------------------------------------


def http(url):
    return {"SMS_BACKEND": "http", "SMS_HTTP_URL": url}


@pytest.mark.parametrize(
    ("values", "starts"),
    [
        pytest.param({}, True, id="the demo writes files"),
        pytest.param({"SMS_BACKEND": "pigeon"}, False, id="no such backend"),
        pytest.param({"SMS_BACKEND": "mail"}, False, id="no gateway address"),
        pytest.param({"SMS_BACKEND": "mail", "SMS_MAIL_TO": "a@b.example"}, False, id="no number"),
        pytest.param({"SMS_BACKEND": "mail", "SMS_MAIL_TO": "{number}@b.example"}, True, id="mail"),
        pytest.param({"SMS_BACKEND": "http"}, False, id="no host"),
        pytest.param(
            {"SMS_BACKEND": "http", "SMS_HTTP_URL": "http://b.example/"}, False, id="plain"
        ),
        pytest.param(
            {"SMS_BACKEND": "http", "SMS_HTTP_URL": "https://a@b.example/"},
            False,
            id="a user in it",
        ),
        pytest.param(
            {"SMS_BACKEND": "http", "SMS_HTTP_URL": "https://b.example/x"}, True, id="https"
        ),
    ],
)
def test_wrong_settings_refuse_to_start(values, starts):
    command = [sys.executable, "-c", "import clinic.settings"]
    environment = {**os.environ, "STEPDOWN_MODE": "demo", **values}

    done = subprocess.run(
        command, cwd=project.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode == 0) == starts
    assert starts or "SMS_" in done.stderr.splitlines()[-1]
