"""Group sessions: one row blocks the practitioner and the room, each seat is a visit of its own.

Both are rows of ``Appointment``, so that one pair of constraints keeps practitioners, rooms and
patients free of overlaps, whether somebody comes alone or in a group. A session has ``seats`` and
no patient; a seat has ``session`` and ``seat``, and is held, booked, cancelled and told about like
any visit. What ties them together is forbidden to break in ``bookings.models.seats``.
"""

from django.utils.translation import gettext_lazy as _

from bookings.models.appointment import Appointment


class GroupSession(Appointment):
    """A row of ``Appointment`` that is a session; the admin lists these apart."""

    class Meta:
        proxy = True
        verbose_name = _("group session")
        verbose_name_plural = _("group sessions")
