"""What the outbox says of a correction: something waits or was answered, never what or whose."""

from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clinic import languages, outbox, practice, texts
from clinic.actions.corrections import ANSWERED, ASKED
from clinic.delivery import Letter
from clinic.letters import Values, written
from clinic.models import CorrectionRequest, Message
from clinic.texts import Topic


@outbox.renderer(ASKED)
def asked(message: Message) -> Letter | None:
    """Tell the clinic; nothing once somebody has answered."""
    waits = CorrectionRequest.objects.waiting().filter(pk=message.subject_id).exists()
    return written(ASKED, asked_values()) if waits else None


@outbox.renderer(ANSWERED)
def answered(message: Message) -> Letter | None:
    rows = CorrectionRequest.objects.select_related("patient__merged_into")
    found = rows.filter(pk=message.subject_id).first()
    if found is None:
        return None
    with languages.reading(found.patient.survivor.language):
        return written(ANSWERED, answered_values())


def asked_values() -> Values:
    return {"link": urljoin(settings.SITE_URL, "/admin/"), "clinic": practice.current().name}


def answered_values() -> Values:
    return {"link": f"{settings.SITE_URL}/me/", "clinic": practice.current().name}


CLINIC = _("the clinic's name")
texts.register(
    Topic(
        name=ASKED,
        to_staff=True,
        label=_("to the clinic: somebody asks for a correction"),
        subject=_("A request waits for an answer"),
        body=_(
            "Somebody asked {clinic} for something that has to be answered by a certain day. Sign"
            " in to see it among what waits:\n\n{link}"
        ),
        fields={"link": _("the address of the desk's first page"), "clinic": CLINIC},
        required=("link",),
        sample=asked_values,
    ),
)
texts.register(
    Topic(
        name=ANSWERED,
        label=_("a request of somebody was answered"),
        subject=_("{clinic} has answered you"),
        body=_(
            "Hello,\n\nwhat you asked us is answered in your pages. Sign in with a code sent to"
            " this address:\n\n{link}\n\nNobody else can open it with this mail alone."
        ),
        fields={"link": _("the address of the patient's pages"), "clinic": CLINIC},
        required=("link",),
        sample=answered_values,
    ),
)
