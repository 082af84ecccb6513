"""What the start page of the admin shows the front desk."""

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.actions.day import seen_as
from bookings.admin.filters import days_from_today
from bookings.admin.queues import part
from bookings.models import Appointment
from bookings.reports import first_free
from bookings.reports.tables import Table
from clinic import texts
from clinic.models import Message

register = template.Library()
MOST = 60  # visits of today on the page; the board has them all
State = Appointment.State
TO_COME = (State.REQUESTED, State.BOOKED, State.ARRIVED, State.IN_PROGRESS)


@register.simple_tag
def visits_today() -> list[Appointment]:
    """Today's visits that are not over, by place and then by its clock. One query."""
    start, end = days_from_today(0, 1)
    rows = Appointment.objects.with_people().filter(
        state__in=TO_COME, patient__isnull=False, starts_at__gte=start, starts_at__lt=end
    )
    places = ("location__position", "location__name")  # clocks differ: 10:00 here is 8:00 there
    return list(rows.order_by(*places, "starts_at", "pk")[:MOST])


@register.simple_tag
def free_next() -> list[Table]:
    """Say when each service is next free, and with whom. Three queries a service, of eight."""
    return first_free.at_a_glance(timezone.now())


@register.simple_tag(takes_context=True)
def queues_now(context: RequestContext) -> dict[str, str]:
    """The queues of whoever looks, written by a template of their own, and their tag."""
    html, tag = part(context["request"])
    return {"html": html, "tag": tag}


@register.filter
def seen(visit: Appointment) -> str:
    """What a screen knows of a visit, for a button to send along."""
    return seen_as(visit)


@register.filter
def about(message: Message) -> str:
    """What a message is about, in words; what other apps send is not the desk's business."""
    return texts.label_of(message.topic) or _("message")


@register.simple_tag(takes_context=True)
def works_at_desk(context: RequestContext) -> bool:
    """Say whether this page is for somebody who may see the diary."""
    return context["request"].user.has_perm("bookings.view_appointment")


@register.filter
def has_begun(visit: Appointment) -> bool:
    """Say whether a visit should have begun by now."""
    return visit.starts_at <= timezone.now()
