"""From the chart: book the next visit with oneself, move or cancel a visit of one's own.

The same actions and checks as at the desk. 422 for what is to be corrected, 409 where the diary or
somebody quicker stands against it; then nothing was written, and what was typed is kept.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import own_visit, patient_for
from assessments.diary.forms import BookForm, LookForm, OwnMoveForm, refuse
from assessments.models import Plan
from bookings import actions as diary
from bookings import clock
from bookings.actions import day as steps
from bookings.actions.changing import CANCELLABLE, MOVABLE
from bookings.actions.packages import visits_left
from bookings.errors import BookingError, Changed, GuardianNeeded
from bookings.first_times import first_times
from bookings.forms.staff_times import CancelForm, button
from bookings.models import Appointment
from bookings.schedule import FreeTime
from clinic import access
from clinic.access import Request
from clinic.audit import actor_of
from clinic.models import Patient, Practitioner
from clinic.persons import theirs

TIMES, A_DAY = 12, 4  # free times offered at once, and of one day
READ = 160  # free times read to choose those from: a few days of quarter hours
AHEAD = 5  # visits ahead that are named


@require_http_methods(["GET", "HEAD", "POST"])
def chart_book(request: Request, pk: UUID) -> HttpResponse:
    """Book this patient with oneself: one press on a free time, or another time by hand."""
    practitioner = access.practitioner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    now = timezone.now()
    form = BookForm.of(practitioner, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                by = actor_of(request.user)
                visit = diary.desk_book(patient=patient, **form.facts(), heed=True, by=by, now=now)
            except GuardianNeeded as error:
                form.add_error(None, str(error))
            except BookingError as error:
                status = refuse(form, error, form.cleaned_data["service"], now)
            else:
                messages.success(request, _("Booked: %(when)s.") % {"when": when(visit)})
                return redirect("chart-patient", pk=patient.pk)
    return _booking_page(request, practitioner, patient, form, now, status)


def _booking_page(
    request: Request,
    practitioner: Practitioner,
    patient: Patient,
    form: BookForm,
    now: datetime,
    status: int,
) -> HttpResponse:
    visits = _visits(patient, now)
    look = LookForm.of(request.GET, practitioner, visits["last"])
    chosen = look.cleaned_data if look.is_valid() else {}
    service = chosen.get("service")
    times = []
    if service:
        found = first_times(
            service, practitioner, chosen["place"], now=now, count=READ, after=chosen["from_day"]
        )
        times = spread_out(found)
    packages = visits_left([patient], now=now).get(patient.pk, [])
    context = {
        "patient": patient,
        "practitioner": practitioner,
        "form": form,
        "look": look,
        "service": service,
        "times": [button(time) for time in times],
        "zones": list(dict.fromkeys(clock.zone_name(t.location.tz, t.starts_at) for t in times)),
        "visits": visits["ahead"],
        "packages": [each for each in packages if not each.over],
        "review_on": _review_of(patient, now),
    }
    unknown = bool(look.errors) and "service" in request.GET
    status = 422 if status == 200 and unknown else status
    return render(request, "assessments/chart_book.html", context, status=status)


def spread_out(times: Iterable[FreeTime]) -> list[FreeTime]:
    """Return a few times of each day, from its first on, so that several days can be offered."""
    chosen: list[FreeTime] = []
    for _day, group in groupby(times, key=lambda t: t.starts_at.astimezone(t.location.tz).date()):
        day = list(group)
        step = -(-len(day) // A_DAY)
        chosen += day[::step]
    return chosen[:TIMES]


def _visits(patient: Patient, now: datetime) -> dict:
    """Return the patient's newest visit that counts, and those ahead. One query."""
    rows = Appointment.objects.visits().blocking().with_people().filter(theirs(patient))
    newest = list(rows.order_by("-starts_at")[: AHEAD + 1])
    ahead = [visit for visit in newest if visit.starts_at > now]
    return {"last": newest[0] if newest else None, "ahead": ahead[::-1]}


def _review_of(patient: Patient, now: datetime):
    """Return the day on which the plan in force is to be looked at again, if that lies ahead."""
    plans = Plan.objects.filter(
        theirs(patient, "episode__patient"),
        issued_at__isnull=False,
        replaced_at__isnull=True,
        review_on__gt=timezone.localdate(now),
    )
    return plans.order_by("-issued_at").values_list("review_on", flat=True).first()


@require_safe
def chart_visit(request: Request, pk: UUID) -> HttpResponse:
    """One visit of one's own: when and where, and what may be done about it."""
    visit = own_visit(access.practitioner_of(request.user), pk)
    return visit_page(request, visit)


@require_POST
def chart_visit_move(request: Request, pk: UUID) -> HttpResponse:
    """Move a visit of one's own to another time or place."""
    visit = own_visit(access.practitioner_of(request.user), pk)
    form = OwnMoveForm.of(visit, request.POST)
    if not form.is_valid():
        return visit_page(request, visit, move=form, status=422)
    names = ("practitioner", "location", "starts_at", "force", "force_reason")
    typed = {name: form.cleaned_data[name] for name in names}
    now = timezone.now()
    try:
        moved = steps.move_seen(
            visit, **typed, seen=request.POST.get("seen", ""), heed=True,
            by=actor_of(request.user), now=now,
        )  # fmt: skip
    except Changed as error:
        return _stale(request, visit, error)
    except BookingError as error:
        status = refuse(form, error, visit.service, now)
        return visit_page(request, visit, move=form, status=status)
    messages.success(request, _("Moved to %(when)s.") % {"when": when(moved)})
    return redirect("chart-visit", pk=visit.pk)


@require_POST
def chart_visit_cancel(request: Request, pk: UUID) -> HttpResponse:
    """Cancel a visit of one's own; the patient is told."""
    visit = own_visit(access.practitioner_of(request.user), pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return visit_page(request, visit, cancel=form, status=422)
    try:
        steps.cancel_seen(
            visit,
            seen=request.POST.get("seen", ""),
            reason=form.cleaned_data["reason"],
            late=form.is_late(),
            by=actor_of(request.user),
            now=timezone.now(),
        )
    except Changed as error:
        return _stale(request, visit, error)
    except BookingError as error:
        form.add_error(None, str(error))
        return visit_page(request, visit, cancel=form, status=409)
    declined = _("Declined. The patient is told, and the time is free again.")
    said = _("Cancelled. The patient is told, and the time is free again.")
    messages.success(request, declined if visit.is_request else said)
    return redirect("chart-visit", pk=visit.pk)


def visit_page(
    request: Request,
    visit: Appointment,
    *,
    move: OwnMoveForm | None = None,
    cancel: CancelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a visit with the forms that make sense for it now."""
    over = visit.has_run_out(timezone.now())
    cared_for = access.caseload(visit.practitioner).filter(pk=visit.patient_id).exists()
    context = {
        "visit": visit,
        "cared_for": cared_for,
        "move": (move or OwnMoveForm.of(visit)) if visit.state in MOVABLE and not over else None,
        "cancel": (cancel or CancelForm()) if visit.state in CANCELLABLE and not over else None,
        "seen": steps.seen_as(visit),
    }
    return render(request, "assessments/chart_visit.html", context, status=status)


def _stale(request: Request, visit: Appointment, error: Changed) -> HttpResponse:
    """Somebody was quicker: say so over the visit as it stands now."""
    messages.error(request, str(error))
    return visit_page(request, own_visit(visit.practitioner, visit.pk), status=409)


def when(visit: Appointment) -> str:
    tz = visit.location.tz
    return f"{clock.day_words(visit.starts_at, tz)}, {clock.wall(visit.starts_at, tz)}"
