"""Small things that tests of library versions do again and again."""

import re

from django import forms

from assessments import library_actions as library
from assessments.models import LibraryVersion
from clinic.models import AuditEvent
from tests.assessments.factories import NOW, make_user


def change(draft, key, by, **values):
    return library.change_draft(draft, key, values, by=by, now=NOW)


def force(draft, data):
    """Put data into a draft past the actions, as a broken update would."""
    LibraryVersion.objects.filter(pk=draft.pk).update(data=data)
    draft.refresh_from_db()


def kept(draft):
    return LibraryVersion.objects.get(pk=draft.pk).data


def events(action):
    return list(AuditEvent.objects.filter(action=action).order_by("position"))


def entry(entries, name):
    return next(each for each in entries if name in (each.get("id"), each.get("key")))


def staff(role):
    user = make_user(role)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


def as_posted(form):
    """What a browser would send for a form that nobody touched."""
    sent = {}
    for field in form:
        value = field.value()
        if isinstance(field.field.widget, forms.MultiWidget):
            sent |= {f"{field.name}_{n}": each or "" for n, each in enumerate(value or ())}
        elif value is True:
            sent[field.name] = "on"
        elif value is not None and value is not False:
            sent[field.name] = list(value) if isinstance(value, tuple) else value
    return sent


def typed(client, address, **values):
    """The form at an address as somebody sends it who changed only ``values``."""
    return as_posted(client.get(address).context["form"]) | values


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def version(number=2):
    """A version as it is stored now."""
    return LibraryVersion.objects.get(number=number)
