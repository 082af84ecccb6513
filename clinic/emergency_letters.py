"""What the outbox says of a record opened in an emergency: that it was, never whose or why."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic import addresses, outbox, practice, texts
from clinic.actions.emergency import TO_MANAGER, TO_PRACTITIONER
from clinic.delivery import Letter
from clinic.letters import Values, written
from clinic.models import EmergencyAccess, Message, User
from clinic.texts import Topic


@outbox.renderer(TO_MANAGER)
def to_manager(message: Message) -> Letter | None:
    """Ask for the review; nothing once somebody has judged it."""
    waits = EmergencyAccess.objects.to_review().filter(pk=message.subject_id).exists()
    return written(TO_MANAGER, review_values()) if waits and _works_here(message) else None


@outbox.renderer(TO_PRACTITIONER)
def to_practitioner(message: Message) -> Letter | None:
    """Tell whoever looks after the patient where they see who it was."""
    rows = EmergencyAccess.objects.select_related("patient__merged_into")
    opened = rows.filter(pk=message.subject_id).first()
    if opened is None or not _works_here(message):
        return None
    return written(TO_PRACTITIONER, told_values(str(opened.patient.survivor.pk)))


def _works_here(message: Message) -> bool:
    return User.objects.filter(email=message.to, is_active=True).exists()


def review_values() -> Values:
    """Return what the letter to managers is filled with."""
    link = urljoin(settings.SITE_URL, reverse("admin:clinic_emergencyaccess_changelist"))
    return {"link": link, "clinic": practice.current().name}


def told_values(patient: str) -> Values:
    """Return what the letter to a practitioner is filled with."""
    link = f"{settings.SITE_URL}{addresses.CHART_PATIENTS}{patient}/"
    return {"link": link, "clinic": practice.current().name}


CLINIC = _("the clinic's name")
texts.register(
    Topic(
        name=TO_MANAGER,
        to_staff=True,
        label=_("to managers: a record was opened in an emergency"),
        subject=_("A review waits for you"),
        body=_(
            "Somebody at {clinic} opened a record in an emergency. A second person has to look at"
            " whether that was right.\n\nSign in to see who, when and why:\n\n{link}"
        ),
        fields={"link": _("the address of the list of reviews"), "clinic": CLINIC},
        required=("link",),
        sample=review_values,
    ),
    Topic(
        name=TO_PRACTITIONER,
        to_staff=True,
        label=_("to a practitioner: a colleague opened a record in an emergency"),
        subject=_("A colleague opened a record you look after"),
        body=_(
            "A colleague at {clinic} who does not look after this person opened a record of yours"
            " in an emergency.\n\nSign in to see who and when:\n\n{link}"
        ),
        fields={"link": _("the address of the record, behind the sign-in"), "clinic": CLINIC},
        required=("link",),
        sample=lambda: told_values("…"),
    ),
)
