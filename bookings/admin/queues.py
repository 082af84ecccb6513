"""The desk's first page as its queues: the part that changes, and the buttons of its rows.

The part is asked for again every half minute and is answered with 304 while nothing has changed.
Every button is an action of its own kind; whoever comes second is told, and nothing is lost.
"""

from hashlib import blake2b

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import actions, queues
from bookings.actions.affected import settle_affected
from bookings.admin.desk_pages import desk_only, only
from bookings.errors import BookingError
from bookings.models import AffectedVisit, Appointment
from clinic import roles
from clinic.actions.letters import mark_as_sent, send_again
from clinic.audit import actor_of
from clinic.models import Message


def part(request: HttpRequest) -> tuple[str, str]:
    """Return the queues of whoever asks, as HTML, and a tag of what they say."""
    now = timezone.now()
    token = get_token(request)  # written anew for every answer, so it is no part of the tag
    context = {
        "sheets": queues.sheets(request.user, now),
        "now": now,
        "desk": queues.at_desk(request.user),
        "may_change": request.user.has_perm("bookings.change_appointment"),
        "csrf_token": token,
    }
    html = render_to_string("admin/bookings/_queues.html", context)
    tag = blake2b(html.replace(token, "").encode(), digest_size=12).hexdigest()
    return html, f'"{tag}"'


@require_safe
@only(roles.FRONT_DESK, roles.MANAGER, roles.CLINICAL_LEAD)
def desk_queues(request):
    """The part of the first page that changes; 304 while it says what the browser has."""
    if request.headers.get("Sec-Fetch-Dest") == "document":  # somebody typed the address
        return redirect("admin:index")
    html, tag = part(request)
    known = request.headers.get("If-None-Match", "").removeprefix("W/")  # a proxy may weaken it
    if known == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(html, headers={"ETag": tag})


@require_POST
@desk_only
def queue_confirm(request, visit):
    """A patient said they come, or the clinic says yes to a request."""
    found = get_object_or_404(Appointment.objects.visits().with_people(), pk=visit)
    seen = request.POST.get("seen", "")
    try:
        actions.confirm(found, by=actor_of(request.user), now=timezone.now(), seen=seen)
    except BookingError as error:
        return _told(request, f"{found.patient}: {error}")
    messages.success(request, _("Confirmed: %(name)s.") % {"name": found.patient})
    return redirect("admin:index")


@require_POST
@desk_only
def queue_settle(request, pk):
    """A visit outside working hours takes place as it is."""
    rows = AffectedVisit.objects.select_related("appointment__patient", "settled_by")
    row = get_object_or_404(rows, pk=pk)
    name = row.appointment.patient
    if not settle_affected(row, by=request.user, now=timezone.now()):
        row.refresh_from_db()
        text = _("%(name)s: %(who)s has dealt with it already.")
        return _told(request, text % {"name": name, "who": row.settled_by})
    messages.success(request, _("%(name)s: stays as it is.") % {"name": name})
    return redirect("admin:index")


@require_POST
@desk_only
def queue_message(request, pk):
    """A message that failed or may not have arrived: sent once more, or known to be delivered."""
    act = {"send": send_again, "sent": mark_as_sent}.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    message = get_object_or_404(Message, pk=pk)
    if not act(message, by=request.user):
        message.refresh_from_db()
        state = message.get_state_display()
        text = _("Somebody has dealt with it already. The message to %(to)s is now: %(state)s.")
        return _told(request, text % {"to": message.to, "state": state})
    said = {
        "send": _("The message to %(to)s is sent again."),
        "sent": _("The message to %(to)s counts as sent."),
    }
    messages.success(request, said[request.POST["do"]] % {"to": message.to})
    return redirect("admin:index")


def _told(request: HttpRequest, text: str) -> HttpResponse:
    """Say that somebody else was quicker, over the queues as they stand now; 409."""
    messages.error(request, text)
    response = admin.site.index(request)
    response.status_code = 409
    return response


urlpatterns = [
    path("", desk_queues, name="desk-queues"),
    path("visits/<uuid:visit>/confirm/", queue_confirm, name="queue-confirm"),
    path("affected/<uuid:pk>/settle/", queue_settle, name="queue-settle"),
    path("messages/<int:pk>/", queue_message, name="queue-message"),
]
