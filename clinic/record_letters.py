"""What the outbox says once a record was handed out: that something is there, never what."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic import languages, outbox, practice, texts
from clinic.actions.record_requests import READY
from clinic.delivery import Letter
from clinic.letters import Values, written
from clinic.models import Message, RecordRequest
from clinic.texts import Topic


@outbox.renderer(READY)
def ready(message: Message) -> Letter | None:
    """Say where to look; nothing once it can no longer be fetched."""
    rows = RecordRequest.objects.open(timezone.now()).select_related("patient__merged_into")
    found = rows.filter(pk=message.subject_id).first()
    if found is None:
        return None
    with languages.reading(found.patient.survivor.language):
        return written(READY, values())


def values() -> Values:
    """Return what stands for the placeholders."""
    return {"link": f"{settings.SITE_URL}/me/", "clinic": practice.current().name}


texts.register(
    Topic(
        name=READY,
        label=_("what somebody asked for is in their pages"),
        subject=_("What you asked {clinic} for is ready"),
        body=_(
            "Hello,\n\nwhat you asked us for is in your pages for seven days. Sign in with a code"
            " sent to this address:\n\n{link}\n\nNobody else can open it with this mail alone."
        ),
        fields={
            "link": _("the address of the patient's pages"),
            "clinic": _("the clinic's name"),
        },
        required=("link",),
        sample=values,
    ),
)
