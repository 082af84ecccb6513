"""From the chart: a series of visits with oneself, and time in which nobody is booked."""

import uuid
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import patient_for
from assessments.diary.forms import AwayForm, OwnSeriesForm, own_places, usual_service
from bookings.actions import series
from bookings.actions.hours import Outcome
from bookings.actions.packages import visits_left
from bookings.diary_actions import remove_hours, save_hours
from bookings.errors import BookingError, LookFirst, SeriesRefused
from bookings.forms.look import look_in, looked
from bookings.forms.series import chosen, row_of
from bookings.models import Appointment, TimeOff
from bookings.series_hints import hint_for
from clinic import access
from clinic.access import Request
from clinic.audit import actor_of
from clinic.models import Patient, Practitioner
from clinic.persons import theirs


@require_http_methods(["GET", "HEAD", "POST"])
def chart_series(request: Request, pk: UUID) -> HttpResponse:
    """Say a series, as the plan suggests it; look at every visit; book all or the chosen ones."""
    practitioner = access.practitioner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    data = None
    if request.method == "POST":
        data = request.POST.copy()
        data["form_key"] = data.get("form_key") or str(uuid.uuid4())
    whose = {"patient": patient, "practitioner": practitioner}
    form = OwnSeriesForm(data, **whose, initial=_suggested(patient, practitioner))
    if not form.is_valid():
        return _series_page(request, patient, form, 422 if form.is_bound else 200)
    if "book" in request.POST:
        return _book_series(request, patient, form)
    return _look_at_series(request, patient, form)


def _suggested(patient: Patient, practitioner: Practitioner) -> dict[str, object]:
    """Return what the plan in force suggests, with the practitioner's first service and place."""
    visits = Appointment.objects.visits().blocking().filter(theirs(patient))
    last = visits.select_related("service").order_by("-starts_at").first()
    first: dict[str, object] = {
        "first_day": timezone.localdate(),
        "service": usual_service(practitioner, last),
        "location": own_places(practitioner).order_by("position", "name").first(),
    }
    hint = hint_for(patient)
    if hint:
        first |= {"count": hint.count, "weekdays": list(hint.weekdays)}
    return first


def _look_at_series(
    request: Request, patient: Patient, form: OwnSeriesForm, *, error: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    try:
        planned = series.preview(form.wanted(), now=now)
    except BookingError as refused:
        form.add_error(None, str(refused))
        return _series_page(request, patient, form, 422)
    rows = [row_of(number, each) for number, each in enumerate(planned)]
    packages = visits_left([patient], now=now).get(patient.pk, [])
    shown = {"rows": rows, "error": error, "packages": [each for each in packages if not each.over]}
    return _series_page(request, patient, form, status, **shown)


def _book_series(request: Request, patient: Patient, form: OwnSeriesForm) -> HttpResponse:
    """Book what was chosen; refused, nothing is booked and the page says why."""
    starts = chosen(request.POST)
    if not starts:
        why = _("Choose at least one visit.")
        return _look_at_series(request, patient, form, error=why, status=422)
    try:
        made = series.book_series(
            form.wanted(), starts, by=actor_of(request.user), now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )  # fmt: skip
    except SeriesRefused as error:
        return _look_at_series(request, patient, form, error=str(error), status=409)
    except (BookingError, ValueError) as error:
        return _look_at_series(request, patient, form, error=str(error), status=422)
    messages.success(request, _("Booked: %(n)d visits.") % {"n": made.visits.count()})
    return redirect("chart-patient", pk=patient.pk)


def _series_page(
    request: Request, patient: Patient, form: OwnSeriesForm, status: int, **shown
) -> HttpResponse:
    context = {"patient": patient, "form": form, "rows": None, **shown}
    return render(request, "assessments/chart_series.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def chart_time_off(request: Request) -> HttpResponse:
    """Block a stretch of one's own time, and see what is blocked."""
    practitioner = access.practitioner_of(request.user)
    now = timezone.now()
    today = timezone.localdate(now)
    more = {"practitioner": practitioner, "today": today}
    if request.method != "POST":
        form = AwayForm(initial=_asked(request), **more)
        return _away_page(request, practitioner, form, now)
    form = AwayForm(request.POST, **more)
    if not form.is_valid():
        return _away_page(request, practitioner, form, now, status=422)
    try:
        done = save_hours(form.instance, by=request.user, now=now, look=look_in(request.POST))
    except LookFirst as error:
        asked = bool(request.POST.get("look-seen"))
        shown = looked(error.touched, missing=asked)
        return _away_page(request, practitioner, form, now, status=409, **shown)
    _said(request, done, _("Blocked. Nobody is booked with you then."))
    return redirect("chart-time-off")


@require_POST
def chart_time_off_remove(request: Request, pk: UUID) -> HttpResponse:
    """Open a blocked stretch again."""
    practitioner = access.practitioner_of(request.user)
    now = timezone.now()
    row = TimeOff.objects.filter(
        pk=pk, practitioner=practitioner, last_day__gte=timezone.localdate(now)
    ).first()
    if row is None:
        raise Http404
    _said(request, remove_hours(row, by=request.user, now=now), _("Open again."))
    return redirect("chart-time-off")


def _asked(request: Request) -> dict[str, str]:
    """Return what a gap of Today fills in; what makes no sense is refused when it is sent."""
    names = ("first_day", "starts", "last_day", "ends")
    return {name: request.GET[name][:10] for name in names if name in request.GET}


def _said(request: Request, done: Outcome, text: str) -> None:
    messages.success(request, text)
    if done.touched:
        count = len(done.touched)
        words = ngettext(
            "%(n)d visit needs another time; the desk has it on its list.",
            "%(n)d visits need another time; the desk has them on its list.",
            count,
        )
        messages.warning(request, words % {"n": count})


def _away_page(
    request: Request,
    practitioner: Practitioner,
    form: AwayForm,
    now: datetime,
    *,
    status: int = 200,
    **shown: object,
) -> HttpResponse:
    ahead = TimeOff.objects.filter(practitioner=practitioner, last_day__gte=timezone.localdate(now))
    context = {"form": form, "ahead": ahead.order_by("first_day", "starts"), **shown}
    return render(request, "assessments/chart_time_off.html", context, status=status)
