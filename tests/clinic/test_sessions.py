"""Sessions are Django's own in everything but how they are found."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from clinic.sessions import SessionStore

pytestmark = pytest.mark.django_db


def stored(**data):
    store = SessionStore()
    store.update(data)
    store.save()
    return store.session_key


def test_what_was_stored_is_found():
    key = stored(word="é%s")

    assert SessionStore(key)["word"] == "é%s"


def test_a_session_that_ended_is_empty_and_gets_another_key():
    key = stored(word="old")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    store = SessionStore(key)
    assert store.get("word") is None
    assert store.session_key is None


def test_an_unknown_or_tampered_session_is_empty():
    key = stored(word="known")
    Session.objects.update(session_data="tampered")

    assert SessionStore(key).get("word") is None
    assert SessionStore("nobody-has-this-key").get("word") is None
