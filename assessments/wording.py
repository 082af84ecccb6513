"""The words of messages about plans, as they ship. Neutral: that something is there, never what."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clinic import practice, texts
from clinic.letters import Values
from clinic.models import Consent
from clinic.texts import Topic

PLAN_READY = "plan_ready"
EXERCISE_REMINDER = "exercise_reminder"

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


texts.register(
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
        name=EXERCISE_REMINDER,
        label=_("weekly reminder, for those who asked for it"),
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
