"""The video room of a visit: its own, else the practitioner's."""

from datetime import datetime, timedelta

from bookings.actions import locks
from bookings.actions.booking import told_and_recorded
from bookings.models import Appointment, Service, VisitVideo
from clinic.audit import Actor

State = Appointment.State
OPENS = timedelta(minutes=15)  # before the visit
COMING = (State.REQUESTED, State.BOOKED, State.ARRIVED, State.IN_PROGRESS)


def set_video_link(appointment: Appointment, link: str, *, by: Actor, now: datetime) -> bool:
    """Give one visit a video room of its own, or take it away (""); return whether it changed.

    The link is not written into the trail: whoever has it may enter.
    """
    with locks.writing():
        visit = locks.visit_to_change(appointment.pk)
        had = VisitVideo.objects.filter(appointment=visit).first()
        if link == (had.link if had else ""):
            return False
        if link:
            VisitVideo.objects.update_or_create(appointment=visit, defaults={"link": link})
        elif had:
            had.delete()
        told_and_recorded(visit, "video", "", by=by, now=now, own=bool(link))
    return True


def video_link(visit: Appointment, now: datetime) -> str:
    """Return the way into the video room while it is open: a quarter of an hour before, to the end.

    "" at any other time, for a visit that is over, and for visits that are not by video.
    """
    if visit.service.mode != Service.Mode.VIDEO or visit.state not in COMING:
        return ""
    if not visit.starts_at - OPENS <= now < visit.ends_at:
        return ""
    own = VisitVideo.objects.filter(appointment=visit).first()
    return own.link if own else visit.practitioner.video_link
