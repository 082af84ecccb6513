"""One visit behind its link: see it, put it in a calendar, move it, cancel it.

Whoever has the link sees time, place and a first name: nothing else about the person, and nothing
about why they come.
"""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bookings import actions, ics, links, narrowing, schedule, timetable
from bookings.availability import local_day
from bookings.before_visits import form_before
from bookings.errors import BookingError, Over, PatientBusy, TimeRefused, TooLate
from bookings.forms import CancelForm, ChosenTimeForm, TimesForm, chosen_person, chosen_place
from bookings.messages import facts, nearest
from bookings.models import Appointment
from bookings.schedule import instant
from bookings.views.answers import SeeOther, private, visitor
from bookings.views.times import chosen, taken, today_at
from clinic.choices import choices_path

State = Appointment.State
OPEN = (State.REQUESTED, State.BOOKED)


def visit_or_404(token: str, now: datetime) -> Appointment:
    visit = links.visit_of(token, now)
    if visit is None:
        raise Http404
    return visit


def may_change(visit: Appointment, now: datetime) -> bool:
    return is_open(visit, now) and not actions.in_cutoff(visit, now)


def is_open(visit: Appointment, now: datetime) -> bool:
    """It lies ahead, as a visit or as a request that may still be confirmed."""
    return visit.state in OPEN and not visit.has_run_out(now)


@login_not_required
@require_safe
@private
def visit_detail(request: HttpRequest, token: str) -> HttpResponse:
    """When, where and with whom; how to change it."""
    now = timezone.now()
    visit = links.visit_of(token, now)
    if visit is None:
        if links.visit_of(token, now, form=True) is None:
            raise Http404
        return SeeOther(reverse("visit-intake", args=[token]))  # a device at the clinic
    context = {
        **facts(visit, now),
        "token": token,
        "cancelled": ics.is_cancelled(visit),
        "open": is_open(visit, now),
        **_in_place(visit, now),
        "may_change": may_change(visit, now),
        "choices": choices_path(visit.patient_id) if visit.patient_id else "",
        "video_link": actions.video_link(visit, now),
        "emergency_number": visit.location.emergency_number,
        "form_before": form_before(visit) if visit.state in OPEN else None,
    }
    return render(request, "bookings/visit_detail.html", context)


def _in_place(visit: Appointment, now: datetime) -> dict[str, object]:
    """Return what the page offers in place of a request that was not confirmed."""
    if not (visit.was_declined or visit.has_run_out(now)):
        return {}
    return {
        "not_confirmed": True,
        "days": timetable.days(nearest(visit, now)),
        "names": True,
        "to": reverse("hold-create", args=[visit.service.slug]),
        "back": reverse("time-list", args=[visit.service.slug]),
    }


@login_not_required
@require_safe
@private
def visit_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The visit as a calendar file."""
    now = timezone.now()
    visit = visit_or_404(token, now)
    kind = f"text/calendar; charset=utf-8; method={ics.method(visit)}"
    response = HttpResponse(ics.calendar(visit, now=now), content_type=kind)
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def visit_move(request: HttpRequest, token: str) -> HttpResponse:
    """Free times to move the visit to, those of the same practitioner first."""
    now = timezone.now()
    visit = visit_or_404(token, now)
    if not may_change(visit, now):
        return _closed(request, visit, now)
    if request.method == "POST":
        return _move(request, token, visit, now)
    offers = schedule.offers_of(visit.service)
    if not schedule.matching(offers, None, visit.location):
        return _closed(request, visit, now)
    data = request.GET.copy()
    data.setdefault("practitioner", _same_if_offered(offers, visit))
    data.setdefault("location", visit.location.slug)
    form = TimesForm.asked(data, offers=offers, today=today_at(offers, now))
    if not form.is_valid() and form.unknown():
        raise Http404
    context = _move_context(token, visit, offers, form, now)
    status = 422 if form.errors else 200
    return render(request, "bookings/visit_move.html", context, status=status)


def _same_if_offered(offers, visit: Appointment) -> str:
    slug = visit.practitioner.slug
    return slug if chosen_person(offers, slug) else "any"


def _move_context(token, visit, offers, form, now) -> dict[str, object]:
    asked = form.cleaned_data
    location = chosen_place(offers, asked.get("location", "")) or visit.location
    practitioner = chosen_person(offers, asked.get("practitioner", ""))
    first = asked.get("from") or local_day(instant(now), location.tz)
    wish = form.wish()
    own = {"ignoring": visit.pk, "length": visit.length}
    sheet = narrowing.sheet(offers, practitioner, location, first, wish, now=now, **own)
    return {
        **facts(visit, now),
        "service": visit.service,
        "token": token,
        "form": form,
        "sheet": sheet,
        "names": practitioner is None and len({o.practitioner_id for o in offers}) > 1,
        "chosen": chosen(asked, location, wish),
        "to": reverse("visit-move", args=[token]),
        "emergency_number": location.emergency_number,
    }


def _move(request: HttpRequest, token: str, visit: Appointment, now: datetime) -> HttpResponse:
    offers = schedule.offers_of(visit.service)
    form = ChosenTimeForm(request.POST)
    if not form.is_valid():
        return _choose_again(request, token, visit, offers, now)
    wanted = form.cleaned_data
    practitioner = chosen_person(offers, wanted["practitioner"])
    location = chosen_place(offers, wanted["location"])
    if practitioner is None or location is None:
        raise Http404
    try:
        actions.move(
            visit, practitioner=practitioner, location=location, starts_at=wanted["starts_at"],
            by=visitor(request), now=now,
        )  # fmt: skip
    except (TooLate, Over):
        return _closed(request, visit, now)
    except (TimeRefused, PatientBusy) as error:
        to = reverse("visit-move", args=[token])
        target = {"to": to, "back": to, "ignoring": visit.pk, "length": visit.length}
        target["moving"] = True
        return taken(request, offers, practitioner, location, wanted["starts_at"], error, **target)
    except BookingError:
        raise Http404 from None
    return SeeOther(reverse("visit-detail", args=[token]))


def _choose_again(request, token, visit, offers, now) -> HttpResponse:
    """The times once more, for a form that does not say which one is meant."""
    if not offers:
        return _closed(request, visit, now)
    form = TimesForm.asked(QueryDict(), offers=offers, today=today_at(offers, now))
    form.is_valid()
    context = {**_move_context(token, visit, offers, form, now), "unreadable": True}
    return render(request, "bookings/visit_move.html", context, status=422)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def visit_cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask why, and cancel. Asked twice, it stays cancelled."""
    now = timezone.now()
    visit = visit_or_404(token, now)
    if ics.is_cancelled(visit) and request.method == "POST":
        return SeeOther(reverse("visit-detail", args=[token]))
    if not may_change(visit, now):
        return _closed(request, visit, now)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.cancel(visit, reason=form.cleaned_data["reason"], by=visitor(request), now=now)
        except (TooLate, Over):
            return _closed(request, visit, now)
        return SeeOther(reverse("visit-detail", args=[token]))
    context = {**facts(visit, now), "token": token, "form": form}
    context["emergency_number"] = visit.location.emergency_number
    status = 422 if form.is_bound else 200
    return render(request, "bookings/visit_cancel.html", context, status=status)


def _closed(request: HttpRequest, visit: Appointment, now: datetime) -> HttpResponse:
    """Not changeable online: the phone number and a call-back instead of a dead end.

    The page says nothing about the visit itself.
    """
    late = is_open(visit, now) and actions.in_cutoff(visit, now)
    context = {
        "late": late,
        "error": TooLate() if late else Over(),
        "phone": facts(visit, now)["phone"],
        "emergency_number": visit.location.emergency_number,
    }
    status = 403 if request.method == "POST" else 200
    return render(request, "bookings/visit_closed.html", context, status=status)
