"""The words of messages about plans, as they ship. Neutral: that something is there, never what."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clinic import addresses, practice, texts
from clinic.letters import Values
from clinic.models import Consent
from clinic.texts import Topic

PLAN_READY = "plan_ready"
EXERCISE_REMINDER = "exercise_reminder"
CHECK_IN = "check_in"
NEEDS_A_LOOK = "needs_a_look"

FIELDS = {
    "first_name": _("the patient's first name"),
    "link": _("the address of the patient's pages"),
    "clinic": _("the clinic's name"),
    "phone": _("the clinic's phone number"),
}


def values(first_name: str) -> Values:
    """Return what stands for the placeholders."""
    clinic = practice.current()
    return {
        "first_name": first_name,
        "link": f"{settings.SITE_URL}/me/",
        "clinic": clinic.name,
        "phone": clinic.phone.as_national if clinic.phone else "",
    }


def check_in_values(first_name: str, link: str) -> Values:
    """Return what stands for the placeholders of a question after the care has ended."""
    return {**values(first_name), "link": link}


LOOK_FIELDS = {
    "link": _("the address of the practitioner's day"),
    "clinic": _("the clinic's name"),
}


def look_values() -> Values:
    """Return what stands for the placeholders of a word to a practitioner."""
    clinic = practice.current()
    return {"link": settings.SITE_URL + addresses.CHART, "clinic": clinic.name}


texts.register(
    Topic(
        name=NEEDS_A_LOOK,
        to_staff=True,
        label=_("to a practitioner: somebody asked for a look"),
        subject=_("Somebody asked for a look"),
        body=_(
            "Somebody you look after sent word through their pages and would like you to look.\n\n"
            "Sign in to see who and why:\n\n{link}"
        ),
        fields=LOOK_FIELDS,
        required=("link",),
        sample=look_values,
    ),
    Topic(
        name=PLAN_READY,
        label=_("something new in the patient's pages"),
        subject=_("Something new from {clinic}"),
        body=_(
            "Hello {first_name},\n\n"
            "there is something new in your pages. Sign in with a code sent to this address:\n\n"
            "{link}\n\n"
            "Nobody else can open it with this mail alone."
        ),
        fields=FIELDS,
        required=("link",),
        sample=lambda: values("Sam"),
    ),
    Topic(
        name=CHECK_IN,
        label=_("question how it goes, months after the last visit"),
        subject=_("A question from {clinic}"),
        body=_(
            "Hello {first_name},\n\n"
            "some time has passed since your last visit, and we would like to know how it goes."
            " It takes a minute:\n\n"
            "{link}\n\n"
            "The link works for four weeks. If you would rather talk, call us. {phone}"
        ),
        fields=FIELDS,
        required=("link",),
        sample=lambda: check_in_values("Sam", f"{settings.SITE_URL}/check-in/…/"),
        kind=Consent.Kind.CHECK_INS,
    ),
    Topic(
        name=EXERCISE_REMINDER,
        label=_("reminder of the plan, for those who asked for it"),
        subject=_("A reminder from {clinic}"),
        body=_(
            "Hello {first_name},\n\n"
            "you asked us to remind you. Your pages are here:\n\n"
            "{link}\n\n"
            "If something keeps you from it, call us or tell us at your next visit. {phone}"
        ),
        fields=FIELDS,
        required=("link",),
        sample=lambda: values("Sam"),
        kind=Consent.Kind.REMINDERS,
    ),
)
