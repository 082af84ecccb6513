"""Sending news to those who asked for it, and to nobody else."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from clinic import audit, outbox
from clinic.models import Consent, News, Patient, User

TOPIC = "clinic_news"


def readers() -> list[Patient]:
    """Return who asked for news and can be written to, one per mail address. One query."""
    agreed = Consent.objects.filter(kind=Consent.Kind.NEWS, withdrawn_at__isnull=True)
    whose = agreed.values("patient_id")
    survived = Patient.objects.filter(pk__in=whose).values("merged_into")
    asked = Patient.objects.current().filter(Q(pk__in=whose) | Q(pk__in=survived))
    found = asked.exclude(email="").order_by("created_at", "pk")
    return list({patient.email: patient for patient in found}.values())


def send_news(subject: str, body: str, *, by: User, now: datetime) -> News:
    """Owe the news to every reader; return it with the number of them."""
    with transaction.atomic():
        to = readers()
        news = News(subject=subject, body=body, sent_at=now, sent_by=by, recipients=len(to))
        news.save(force_insert=True)
        _owe(news, to, now)
        data = {"recipients": len(to)}
        audit.record("news_sent", news, by=audit.actor_of(by), data=data, at=now)
    return news


def _owe(news: News, to: Iterable[Patient], now: datetime) -> None:
    for patient in to:
        whom = sha256(patient.email.encode()).hexdigest()[:32]
        outbox.queue(
            TOPIC,
            to=patient.email,
            key=f"{TOPIC}:{news.pk}:{whom}",
            subject_id=news.pk,
            patient_id=patient.pk,
            due_at=now,
        )
