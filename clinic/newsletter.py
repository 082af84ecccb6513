"""Writing the clinic's news: plain words of the manager, a way out in every mail."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clinic import choices, languages, outbox, practice, texts
from clinic.actions.consents import has_agreed
from clinic.actions.news import TOPIC
from clinic.delivery import Letter
from clinic.letters import Values, compose
from clinic.models import Consent, Message, News, Patient
from clinic.texts import Topic
from clinic.texts.wording import Wording

NEWS = Topic(
    name=TOPIC,
    label=_("clinic news"),
    subject="",
    body="",
    fields={
        "first_name": _("the reader's first name"),
        "clinic": _("the clinic's name"),
        "book": _("the address where visits are booked"),
    },
    sample=lambda: values("Sam"),
    kind=Consent.Kind.NEWS,
)
texts.name_topics({TOPIC: NEWS.label})


def values(first_name: str) -> Values:
    """Return what stands for the placeholders."""
    return {
        "first_name": first_name,
        "clinic": practice.current().name,
        "book": f"{settings.SITE_URL}/book/",
    }


@outbox.renderer(TOPIC)
def clinic_news(message: Message) -> Letter | None:
    """Write the news to one reader, if they still want it."""
    news = News.objects.filter(pk=message.subject_id).first()
    patient = message.patient_id and Patient.objects.filter(pk=message.patient_id).first()
    if news is None or not patient or not has_agreed(patient, Consent.Kind.NEWS):
        return None
    stop = choices.stop_link(patient.pk, Consent.Kind.NEWS)
    with languages.reading(patient.language):
        wording = Wording(news.subject, news.body)
        return compose(NEWS, wording, values(patient.first_name), stop_link=stop)
