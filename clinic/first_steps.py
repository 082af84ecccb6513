"""The clinic's own steps of its first day: itself, its places, texts and people, mail, safety."""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import practice, readiness
from clinic.actions.first_day import TEST_MAIL
from clinic.first_day import Asked, Found, Link, Step, register
from clinic.middleware import needs_second_factor
from clinic.models import Location, Message, MessageText, Practice, Practitioner, User

LEAST = 200  # letters of a privacy notice that says something


def _settings(words: object, anchor: str = "") -> Sequence[Link]:
    address = reverse("admin:clinic_practice_change", args=[Practice.SINGLETON])
    return [Link(address + anchor, str(words))]


def at(when: datetime) -> str:
    """Return a moment on the clinic's own clock."""
    return date_format(timezone.localtime(when, practice.current().tz), "D j M Y, H:i")


def _all(parts: Iterable[tuple[object, bool]]) -> Found:
    """Return what is missing of several things."""
    missing = [str(what) for what, there in parts if not there]
    if not missing:
        return Found(True)
    return Found(False, [_("Missing: %(what)s.") % {"what": ", ".join(missing)}])


def clinic(asked: Asked) -> Found:
    row = practice.current()
    parts = [
        (_("the name"), bool(row.name)),
        (_("the mail address patients see"), bool(row.email)),
        (_("the phone number patients see"), bool(row.phone)),
    ]
    found = _all(parts)
    return found if not found.done else Found(True, [f"{row.name}, {row.email}, {row.phone}"])


def logo(asked: Asked) -> Found:
    return Found(bool(practice.current().logo))


def place(asked: Asked) -> Found:
    """At least one place; its clock is shown, because a wrong zone is seen there at once."""
    places = list(Location.objects.open())
    clocks = [
        _("%(place)s: it is %(time)s there now (%(zone)s).")
        % {"place": each, "time": f"{asked.now.astimezone(each.tz):%H:%M}", "zone": each.time_zone}
        for each in places
    ]
    return Found(bool(places), clocks)


def privacy(asked: Asked) -> Found:
    row = practice.current()
    if len(row.privacy_text.strip()) < LEAST:
        return Found(False, [_("The notice has fewer than %(n)d letters.") % {"n": LEAST}])
    dated = _("Dated %(day)s: patients agree to the notice of this day.")
    return Found(True, [dated % {"day": date_format(row.privacy_dated, "j F Y")}])


def people(asked: Asked) -> Found:
    """Everybody who sees patients, each with a sign-in that was invited."""
    team = list(Practitioner.objects.working().select_related("user"))
    without = [person.name for person in team if person.user is None]
    waiting = [
        person.name for person in team if person.user and not person.user.has_usable_password()
    ]
    words = []
    if without:
        words.append(_("Without a sign-in: %(who)s.") % {"who": ", ".join(without)})
    if waiting:
        words.append(_("Invited, no password yet: %(who)s.") % {"who": ", ".join(waiting)})
    if not words and team:
        words.append(", ".join(person.name for person in team))
    return Found(bool(team) and not without, words)


def texts(asked: Asked) -> Found:
    count = MessageText.objects.values("topic", "channel").distinct().count()
    return Found(bool(count), [_("%(n)d texts are your own.") % {"n": count}] if count else [])


def test_mail(asked: Asked) -> Found:
    """A mail that was really sent, by the worker and the server everything else goes through."""
    last = Message.objects.filter(topic=TEST_MAIL).order_by("-created_at").first()
    sent = Message.objects.filter(topic=TEST_MAIL, state=Message.State.SENT, sent_at__isnull=False)
    newest = sent.order_by("-sent_at").first()
    words = []
    if newest and newest.sent_at:
        what = _("Sent to %(to)s: %(when)s.")
        words.append(what % {"to": newest.to, "when": at(newest.sent_at)})
    if last and last != newest:
        what = _("The newest, to %(to)s: %(state)s. %(error)s")
        state = last.get_state_display()
        words.append(what % {"to": last.to, "state": state, "error": last.error})
        if last.state == Message.State.PENDING and not readiness.worker_is_fresh():
            words.append(_("No worker is running: start `manage.py worker`."))
    return Found(newest is not None, words)


def second_factor(asked: Asked) -> Found:
    """Everybody who works here sets one up before anything opens; the demo asks for none."""
    staff = User.objects.filter(is_active=True, groups__isnull=False).distinct()
    missing = [str(each) for each in staff if needs_second_factor(each)]
    mine = not needs_second_factor(asked.user)
    words = []
    if settings.DEMO:
        words.append(_("The demo asks for none."))
    if mine:
        words.append(_("Yours is set up."))
    others = [name for name in missing if name != str(asked.user)]
    if others:
        words.append(_("Asked for at their next sign-in: %(who)s.") % {"who": ", ".join(others)})
    return Found(settings.DEMO or mine, words)


def backup(asked: Asked) -> Found:
    """A folder that backups are written to, outside this one; how old the newest file is."""
    if not settings.BACKUP_DIR:
        return Found(False, [_("BACKUP_DIR is not set.")])
    folder = Path(settings.BACKUP_DIR)
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        return Found(False, [_("BACKUP_DIR is no folder that can be read.")])
    newest = max(
        (file.stat().st_mtime for file in folder.iterdir() if file.is_file()), default=None
    )
    if newest is None:
        return Found(False, [_("There is no backup in it yet: make the first one.")])
    made = datetime.fromtimestamp(newest, asked.now.tzinfo)
    return Found(True, [_("The newest backup: %(when)s.") % {"when": at(made)}])


register(
    Step(
        "clinic", 10, gettext_lazy("The clinic"),
        gettext_lazy("Name, mail address and phone number stand on every page and letter."),
        clinic, lambda: _settings(_("Clinic settings")),
    ),
    Step(
        "logo", 15, gettext_lazy("Logo"),
        gettext_lazy("Shown at the top of every page; beside it choose your colour."),
        logo, lambda: _settings(_("Clinic settings")), skip=gettext_lazy("We have none"),
    ),
    Step(
        "place", 20, gettext_lazy("Places and their clocks"),
        gettext_lazy("Where patients come to, and which time it is there."),
        place,
        lambda: [
            Link(reverse("admin:clinic_location_add"), _("Add a place")),
            Link(reverse("admin:clinic_location_changelist"), _("Places")),
        ],
    ),
    Step(
        "privacy", 30, gettext_lazy("Privacy notice and consent"),
        gettext_lazy("Patients agree to this text when they book; its day is kept with each."),
        privacy,
        lambda: [
            *_settings(_("Write the notice")),
            Link(reverse("privacy"), _("Read it as patients do")),
        ],
    ),
    Step(
        "people", 40, gettext_lazy("People"),
        gettext_lazy("Invite everybody by mail, then add those who see patients."),
        people,
        lambda: [
            Link(reverse("admin:clinic_user_add"), _("Invite somebody")),
            Link(reverse("admin:clinic_practitioner_add"), _("Add a practitioner")),
            Link(reverse("admin:clinic_practitioner_changelist"), _("Practitioners")),
        ],
    ),
    Step(
        "texts", 80, gettext_lazy("Message texts"),
        gettext_lazy("What mails and text messages say; every one has a text that may stay."),
        texts,
        lambda: [Link(reverse("admin:clinic_messagetext_changelist"), _("Message texts"))],
        skip=gettext_lazy("The texts may stay as they are"),
    ),
    Step(
        "mail", 90, gettext_lazy("Test mail"),
        gettext_lazy("A mail to you, sent the way of every other: by the worker, to your server."),
        test_mail,
        lambda: [Link(reverse("admin:clinic_message_changelist"), _("Message log"))],
        act=gettext_lazy("Send me a test mail"),
    ),
    Step(
        "second-factor", 100, gettext_lazy("Second factor"),
        gettext_lazy("An app or a passkey besides the password, for everybody who works here."),
        second_factor,
        lambda: [Link(reverse("mfa_index"), _("Your second factor"))],
    ),
    Step(
        "backup", 110, gettext_lazy("Backups"),
        gettext_lazy("A folder on another disk or machine, named by BACKUP_DIR; a backup in it."),
        backup, list, skip=gettext_lazy("Somebody else makes our backups"),
    ),
)  # fmt: skip
