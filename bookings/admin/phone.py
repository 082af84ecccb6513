"""Booking by phone: find the caller, offer the first free times, book, next caller.

Three steps on one address. Which patient, service, practitioner, place and day are meant stands in
it (ids and short names only), so that nothing is lost by going back; what the caller says is
posted. Script swaps the times alone; without it every step is a page.
"""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings import actions, clock
from bookings.actions.packages import visits_left
from bookings.admin.callbacks import callback_in
from bookings.admin.chosen import is_uuid
from bookings.admin.desk_pages import desk_only, desk_page
from bookings.admin.people import find
from bookings.admin.phone_forms import PhoneForm, WhatForm, child_of_nobody
from bookings.errors import BookingError
from bookings.first_times import first_times
from bookings.forms.staff_times import button
from bookings.models import Appointment, CallbackRequest
from clinic.audit import actor_of
from clinic.models import Patient

AT_ONCE, MORE = 3, 12  # free times offered at first, and when asked for more
MOST = 48
AHEAD = 5  # visits ahead that are named
State = Appointment.State


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def phone_booking(request: HttpRequest) -> HttpResponse:
    """Book for whoever is on the phone. What was typed stays, whatever the diary says to it."""
    call = callback_in(request)
    patient = _patient(request.POST.get("patient") or request.GET.get("patient"))
    if patient is None:
        typed = str(call.phone) if call else ""
        status = 422 if request.method == "POST" else 200
        more = {"call": call, "booked": _booked(request), "status": status}
        return find.answer(request, "book", typed, **more)
    now = timezone.now()
    if request.method == "POST" and "show" not in request.POST:
        form = PhoneForm(request.POST)
        if form.is_valid() and (visit := _book(request, form, call, now)):
            return redirect(reverse("phone-booking", query={"booked": str(visit.pk)}))
    else:  # more times are asked for by a button of the same form, which keeps what was typed
        form = PhoneForm(initial={**request.POST.dict(), "patient": patient.pk})
    return _page(request, patient, form, call, now)


def _page(
    request: HttpRequest,
    patient: Patient,
    form: PhoneForm,
    call: CallbackRequest | None,
    now: datetime,
) -> HttpResponse:
    """Show what can be booked for a patient; for script, which chose something, the times alone."""
    visits = _visits(patient, now)
    what = WhatForm.of(request.GET, visits["last"])
    context = {**_times(request, what, form, now), "what": what, "form": form, "patient": patient}
    if request.htmx:
        return render(request, "admin/bookings/_phone_times.html", context)
    packages = visits_left([patient], now=now).get(patient.pk, [])
    context |= {
        "call": call,
        "visits": visits,
        "packages": [each for each in packages if not each.over],
        "ask_guardian": child_of_nobody(patient, now) or form.guardian_typed,
    }
    unknown = what.errors and "service" in request.GET
    status = form.status if form.errors else 422 if unknown else 200
    return desk_page(request, "phone_booking", _("Book by phone"), status=status, **context)


def _patient(pk: str | None) -> Patient | None:
    return Patient.objects.current().filter(pk=pk).first() if is_uuid(pk) else None


def _visits(patient: Patient, now: datetime) -> dict[str, object]:
    """Return the patient's newest visit that counts, and those ahead. One query."""
    rows = Appointment.objects.visits().blocking().with_people().filter(patient=patient)
    newest = list(rows.order_by("-starts_at")[: AHEAD + 1])
    ahead = [visit for visit in newest if visit.starts_at > now]
    return {"last": newest[0] if newest else None, "ahead": ahead[::-1]}


def _times(
    request: HttpRequest, what: WhatForm, form: PhoneForm, now: datetime
) -> dict[str, object]:
    """Return the times to offer: near a refused one, else the first that suit."""
    chosen = what.cleaned_data if what.is_valid() else {}
    context: dict[str, object] = {"service": chosen.get("service"), "near": bool(form.nearest)}
    if form.nearest or not chosen:
        return {**context, "times": form.nearest, "more": 0}
    wanted = request.POST.get("show") or request.GET.get("show") or ""
    count = min(int(wanted), MOST) if wanted.isascii() and wanted.isdigit() else AT_ONCE
    times = first_times(
        chosen["service"], chosen["who"], chosen["place"], now=now, count=count + 1,
        after=chosen["from_day"], keeps=what.keeps,
    )  # fmt: skip
    more = count + MORE if len(times) > count and count < MOST else 0
    zones = dict.fromkeys(
        clock.zone_name(time.location.tz, time.starts_at) for time in times[:count]
    )
    buttons = [button(time) for time in times[:count]]
    return {**context, "times": buttons, "more": more, "zones": list(zones)}


def _book(
    request: HttpRequest, form: PhoneForm, call: CallbackRequest | None, now: datetime
) -> Appointment | None:
    """Book what the form says, and close the call-back it answers."""
    by = actor_of(request.user)
    try:
        visit = actions.desk_book(**form.facts(), heed=True, by=by, now=now)
    except BookingError as error:
        form.refuse(error)
        form.suggest(form.cleaned_data["service"], now)
        return None
    if call:
        actions.close_callback(call, result=call.Result.BOOKED, appointment=visit, by=by, now=now)
    return visit


def _booked(request: HttpRequest) -> Appointment | None:
    """Return the visit that was just booked, to be named above the next search."""
    try:
        pk = UUID(request.GET.get("booked", ""))
    except ValueError:
        return None
    rows = Appointment.objects.visits().with_people().filter(pk=pk, patient__isnull=False)
    return rows.first()


urlpatterns = [
    path("", phone_booking, name="phone-booking"),
]
