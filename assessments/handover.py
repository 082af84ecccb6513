"""Open plans and unsigned charts, which somebody hands over before they are switched off.

The desk learns whose they are and since when, nothing of what they say. Whoever takes them over
looks after the patient from then on.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments import access as charts
from assessments import trail
from assessments.models import Assessment, EpisodeOfCare, Note
from bookings.handover import Item, Kind, register
from clinic.models import CareRelation, Patient, Practitioner, User


def _episodes(leaver: Practitioner):
    return (
        EpisodeOfCare.objects.filter(lead=leaver, discharged_at__isnull=True)
        .select_related("patient")
        .order_by("opened_at")
    )


def _charts(leaver: Practitioner):
    return (
        Assessment.objects.standing()
        .filter(author=leaver, signed_at__isnull=True)
        .select_related("episode__patient")
        .order_by("started_at")
    )


def _notes(leaver: Practitioner):
    return (
        Note.objects.filter(author=leaver, signed_at__isnull=True)
        .select_related("patient")
        .order_by("started_at")
    )


def open_plans(leaver: Practitioner, now: datetime) -> list[Item]:
    """Return whose care is led by somebody and not over. One query."""
    return [_item(episode.patient, episode.opened_at) for episode in _episodes(leaver)]


def unsigned_charts(leaver: Practitioner, now: datetime) -> list[Item]:
    """Return whose charts somebody began and has not signed. One query."""
    return [_item(chart.episode.patient, chart.started_at) for chart in _charts(leaver)]


def unsigned_notes(leaver: Practitioner, now: datetime) -> list[Item]:
    """Return whose notes somebody began and has not signed. One query."""
    return [_item(note.patient, note.started_at) for note in _notes(leaver)]


def _item(patient: Patient, since: datetime) -> Item:
    day = timezone.localdate(since).isoformat()
    return Item(_t("%(patient)s, since %(day)s") % {"patient": patient, "day": day})


def pass_on_plans(leaver: Practitioner, to: Practitioner, by: User, now: datetime) -> None:
    """Make the colleague the lead of every open episode, and let them open the records."""
    for episode in _episodes(leaver):
        episode.lead = to
        episode.save(update_fields=["lead"])
        _look_after(episode.patient, to, now)
        data = {"from": str(leaver.pk), "to": str(to.pk)}
        trail.did(
            "episode.handed_over",
            episode,
            by=by,
            patient_id=episode.patient_id,
            now=now,
            data=data,
        )


def pass_on_charts(leaver: Practitioner, to: Practitioner, by: User, now: datetime) -> None:
    """Make the colleague the author of what is not signed, if they may examine and sign.

    A chart that cannot be passed on stays with its author, who signs it.
    """
    if to.user is None or not charts.may_sign(to.user):
        return
    for chart in _charts(leaver):
        chart.author = to
        chart.save(update_fields=["author"])
        _look_after(chart.episode.patient, to, now)
        data = {"from": str(leaver.pk), "to": str(to.pk)}
        trail.did(
            "chart.handed_over",
            chart,
            by=by,
            patient_id=chart.episode.patient_id,
            now=now,
            data=data,
        )


def pass_on_notes(leaver: Practitioner, to: Practitioner, by: User, now: datetime) -> None:
    """The same for notes in words."""
    if to.user is None or not charts.may_sign(to.user):
        return
    for note in _notes(leaver):
        note.author = to
        note.save(update_fields=["author"])
        _look_after(note.patient, to, now)
        data = {"from": str(leaver.pk), "to": str(to.pk)}
        trail.did("note.handed_over", note, by=by, patient_id=note.patient_id, now=now, data=data)


def _look_after(patient: Patient, to: Practitioner, now: datetime) -> None:
    CareRelation.objects.update_or_create(
        patient=patient,
        practitioner=to,
        ground=CareRelation.Ground.HAND_OVER,
        defaults={"ends_at": None},
        create_defaults={"starts_at": now, "ends_at": None},
    )


register(Kind(_("Open plans"), open_plans, pass_on_plans))
register(Kind(_("Unsigned charts"), unsigned_charts, pass_on_charts))
register(Kind(_("Unsigned notes"), unsigned_notes, pass_on_notes))
