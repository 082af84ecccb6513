"""The details of a held time: between choosing and having booked."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from bookings import actions, browser, schedule
from bookings.errors import BookingError, PatientBusy, TimeRefused, TooMany
from bookings.forms import DetailsForm
from bookings.models import Appointment
from bookings.schedule import HeldTime
from bookings.tokens import sha256
from bookings.views.answers import SeeOther, private, too_many, visitor
from bookings.views.times import taken
from clinic import access, practice
from clinic.middleware import client_address
from clinic.models import Patient, User

State = Appointment.State


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def booking_details(request: HttpRequest, token: str) -> HttpResponse:
    """The held time and the form; sent, it becomes a visit. Only the browser that chose it."""
    now = timezone.now()
    found = _held_or_404(request, token, now)
    held = found.visit
    if held.state not in (State.HELD, State.EXPIRED) or held.patient_id:
        return SeeOther(reverse("visit-detail", args=[token]))
    form = _form(request, held, now)
    if "release" in request.POST:
        return _release(request, held, form)
    if "confirm_email" in request.POST:
        return _confirm_email(request, token, form)
    if form.is_valid():
        return _book(request, token, found, form, now)
    return _page(request, held, form, now)


def _form(request: HttpRequest, held: Appointment, now: datetime) -> DetailsForm:
    signed_in = {"email": request.user.email} if isinstance(request.user, User) else {}
    return DetailsForm(
        request.POST if request.method == "POST" else None,
        initial={**signed_in, **browser.typed_before(request)},
        service=held.service,
        location=held.location,
        patients=_own_patients(request),
        by_address=_by_address(request),
        now=now,
    )


def _held_or_404(request: HttpRequest, token: str, now: datetime) -> HeldTime:
    found = schedule.held_time(sha256(token), browser.mark_of(request), now)
    if found is None:
        raise Http404
    return found


def _own_patients(request: HttpRequest) -> list[Patient]:
    """Return whose pages this sign-in may read."""
    if not isinstance(request.user, User):
        return []
    return list(access.patients_of(request.user).order_by("first_name", "last_name"))


def _by_address(request: HttpRequest) -> list[Patient]:
    """Return who else gave the address that this sign-in confirmed by a code."""
    return list(access.claimable_by(request.user)) if isinstance(request.user, User) else []


def _release(request: HttpRequest, held: Appointment, form: DetailsForm) -> HttpResponse:
    """Give the time back and show the free ones; what was typed waits for the next choice."""
    key = browser.key_of(request)
    actions.release(browser=key, by=visitor(request), now=timezone.now())
    browser.keep_typed(request, form.typed())
    return SeeOther(reverse("time-list", args=[held.service.slug]))


def _confirm_email(request: HttpRequest, token: str, form: DetailsForm) -> HttpResponse:
    """Lead to the sign-in by code and back here. The same for every address, known or not."""
    browser.keep_typed(request, form.typed())
    back = urlencode({"next": reverse("booking-details", args=[token])})
    return SeeOther(f"{reverse('account_request_login_code')}?{back}")


def _book(
    request: HttpRequest, token: str, found: HeldTime, form: DetailsForm, now
) -> HttpResponse:
    held = found.visit
    details = form.details(get_language() or "en")
    address = client_address(request)
    try:
        actions.book(held, details, by=visitor(request), now=now, address=address, read=found)
    except TooMany as error:
        browser.keep_typed(request, form.typed())
        return too_many(request, error)
    except (TimeRefused, PatientBusy) as error:
        browser.keep_typed(request, form.typed())
        return _lost(request, held, error)
    except BookingError as error:
        form.add_error(None, str(error))
        return _page(request, held, form, now)
    browser.forget_typed(request)
    return SeeOther(reverse("visit-detail", args=[token]))


def _lost(request: HttpRequest, held: Appointment, error: BookingError) -> HttpResponse:
    """The time is gone: the nearest ones, and what was typed waits in the session."""
    offers = schedule.offers_of(held.service)
    if not schedule.matching(offers, None, held.location):
        return render(request, "bookings/time_list.html", {"service": held.service}, status=409)
    return taken(
        request, offers, held.practitioner, held.location, held.starts_at, error, kept=True
    )


def _page(request: HttpRequest, held: Appointment, form: DetailsForm, now) -> HttpResponse:
    still_held = held.state == State.HELD and held.held_until and held.held_until > now
    context = {
        "held": held,
        "form": form,
        "still_held": still_held,
        "seconds_left": int((held.held_until - now).total_seconds()) if still_held else 0,
        "privacy_dated": practice.current().privacy_dated,
        "emergency_number": held.location.emergency_number,
    }
    status = 422 if form.is_bound else 200
    return render(request, "bookings/booking_details.html", context, status=status)
