"""Writing letters in the clinic's wording, and the clinic's own: sign-in codes and invitations.

No health words; the clinic's name on every one.
"""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from clinic import audit, languages, outbox, practice, texts
from clinic.actions.first_day import TEST_MAIL
from clinic.delivery import Attachment, Letter
from clinic.models import Message, User
from clinic.texts import Block, Topic
from clinic.texts.wording import Wording, current

Values = Mapping[str, str | Block]


def written(
    name: str,
    values: Values,
    *,
    channel: str = Message.Channel.EMAIL,
    attachments: tuple[Attachment, ...] = (),
    stop_link: str = "",
) -> Letter:
    """Return the letter of a topic in the words the clinic uses now.

    stop_link  where the reader can end messages of this kind; they then carry the headers with
               which mail programs show a button for it (RFC 2369, RFC 8058)
    """
    topic = texts.get(name, channel)
    wording = current(topic)
    return compose(topic, wording, values, attachments=attachments, stop_link=stop_link)


def compose(
    topic: Topic,
    wording: Wording,
    values: Values,
    *,
    attachments: tuple[Attachment, ...] = (),
    stop_link: str = "",
) -> Letter:
    """Fill a wording in and put it into the frame of a letter; a text message has none."""
    filled = texts.fill(wording.subject, wording.body, values)
    if not topic.has_subject:
        return Letter(subject="", text=" ".join(filled.text.split()), wording=wording.version)
    context = {
        "clinic": practice.current(),
        "site": settings.SITE_URL,
        "paragraphs": filled.paragraphs,
        "letter_text": filled.text,
        "stop_link": stop_link,
    }
    headers = {}
    if stop_link:
        headers["List-Unsubscribe"] = f"<{stop_link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Letter(
        subject=filled.subject,
        text=render_to_string("clinic/mail/written.txt", context),
        html=render_to_string("clinic/mail/written.html", context),
        attachments=attachments,
        headers=headers,
        wording=wording.version,
    )


def block(template: str, context: Mapping[str, object]) -> Block:
    """Return ``<template>.txt`` and ``.html`` as the value of a placeholder."""
    return Block(
        text=render_to_string(f"{template}.txt", dict(context)).strip("\n"),
        html=render_to_string(f"{template}.html", dict(context)),
    )


# Sign-in and invitation ------------------------------------------------------------------------

HOW_LONG = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


@outbox.renderer("sign_in_code")
def sign_in_code(message: Message) -> Letter | None:
    """The code; nothing once it would no longer open anything."""
    if message.created_at + HOW_LONG < timezone.now():
        return None
    with languages.reading(message.payload.get("language", "")):
        return written("sign_in_code", code_values(message.payload["code"]))


def code_values(code: str) -> Values:
    """Return what the letter with a sign-in code is filled with."""
    return {
        "code": block("clinic/mail/_code", {"code": code}),
        "minutes": str(int(HOW_LONG.total_seconds() // 60)),
        "clinic": practice.current().name,
    }


@outbox.renderer("sign_in_unknown")
def sign_in_unknown(message: Message) -> Letter:
    """Why no code came: nobody is known by this address, or somebody who works here asked."""
    user = User.objects.filter(email=message.to, is_active=True).first()
    works_here = user is not None and audit.works_here(user)
    topic = "sign_in_works_here" if works_here else "sign_in_unknown"
    with languages.reading("" if works_here else message.payload.get("language", "")):
        return written(topic, no_code_values())


def no_code_values() -> Values:
    """Return what the letters that bring no code are filled with."""
    return {
        "link": urljoin(settings.SITE_URL, reverse("account_login")),
        "clinic": practice.current().name,
    }


@outbox.renderer("invitation")
def invitation(message: Message) -> Letter | None:
    """The link with which a colleague sets their own password."""
    if not User.objects.filter(pk=message.subject_id, is_active=True).exists():
        return None  # it was withdrawn
    path = reverse("accept-invitation", args=[message.subject_id, message.payload["token"]])
    return written("invitation", invitation_values(urljoin(settings.SITE_URL, path)))


def invitation_values(link: str) -> Values:
    """Return what an invitation is filled with."""
    days = str(settings.PASSWORD_RESET_TIMEOUT // 86_400)
    return {"link": link, "days": days, "clinic": practice.current().name}


@outbox.renderer(TEST_MAIL)
def test_mail(message: Message) -> Letter:
    """That mail works, to the manager who asked."""
    return written(TEST_MAIL, test_values())


def test_values() -> Values:
    """Return what the test mail is filled with."""
    link = urljoin(settings.SITE_URL, reverse("admin:index"))
    return {"link": link, "clinic": practice.current().name}


CLINIC = gettext_lazy("the clinic's name")
LINK_TO_SIGN_IN = gettext_lazy("the address of the sign-in page")

texts.register(
    Topic(
        name="sign_in_code",
        label=gettext_lazy("sign-in code"),
        subject=gettext_lazy("{code} is your code for {clinic}"),
        body=gettext_lazy(
            "Your code to sign in:\n\n{code}\n\n"
            "It works for {minutes} minutes, on the page that asked for it."
            " If you did not ask for it, do nothing: nobody can use it without this mail."
        ),
        fields={
            "code": gettext_lazy("the code"),
            "minutes": gettext_lazy("how long it works, in minutes"),
            "clinic": CLINIC,
        },
        required=("code",),
        sample=lambda: code_values("A7K2QP"),
    ),
    Topic(
        name="sign_in_unknown",
        label=gettext_lazy("sign-in, address unknown"),
        subject=gettext_lazy("Signing in at {clinic}"),
        body=gettext_lazy(
            "Somebody, probably you, asked for a code to sign in with this address."
            " We have nobody on record under it.\n\n"
            "Perhaps you gave the clinic another address: try that one, or call us."
            " If it was not you, do nothing."
        ),
        fields={"link": LINK_TO_SIGN_IN, "clinic": CLINIC},
        sample=no_code_values,
    ),
    Topic(
        name="sign_in_works_here",
        to_staff=True,
        label=gettext_lazy("sign-in, a colleague asked for a code"),
        subject=gettext_lazy("Signing in at {clinic}"),
        body=gettext_lazy(
            "Somebody, probably you, asked for a code to sign in with this address. You work at"
            " the clinic, so you sign in with your password and second factor:\n\n{link}"
        ),
        fields={"link": LINK_TO_SIGN_IN, "clinic": CLINIC},
        required=("link",),
        sample=no_code_values,
    ),
    Topic(
        name="invitation",
        to_staff=True,
        label=gettext_lazy("invitation"),
        subject=gettext_lazy("Your sign-in at {clinic}"),
        body=gettext_lazy(
            "A sign-in was made for you. Choose your own password here:\n\n{link}\n\n"
            "The link works once, within {days} days."
        ),
        fields={
            "link": gettext_lazy("the link that opens the invitation"),
            "days": gettext_lazy("how many days it works"),
            "clinic": CLINIC,
        },
        required=("link",),
        sample=lambda: invitation_values(settings.SITE_URL + "/accounts/invitation/…/"),
    ),
    Topic(
        name=TEST_MAIL,
        to_staff=True,
        label=gettext_lazy("test mail of the first day"),
        subject=gettext_lazy("Mail from {clinic} arrives"),
        body=gettext_lazy(
            "This is the test mail you asked for. Reminders and confirmations will reach your"
            " patients the same way.\n\n{link}"
        ),
        fields={"link": gettext_lazy("the address of the admin"), "clinic": CLINIC},
        sample=test_values,
    ),
)
