"""The day's takings at the desk, to look at and to print, and the bookkeeper's file."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.admin.desk_pages import day_asked, desk_only, desk_page
from bookings.clock import zone_name
from bookings.forms.days import DaysForm
from bookings.models import Payment
from bookings.money.takings import HEADER, bounds, day_of, for_the_bookkeeper
from clinic import audit
from clinic.audit import actor_of
from clinic.models import Location
from clinic.sheets import CSV_TYPE, csv_bytes, download


@require_safe
@desk_only
def takings(request):
    """One day of one place by method, with the rows behind the sums."""
    places = list(Location.objects.open())
    asked = request.GET.get("place", "")
    place = next((one for one in places if asked in ("", one.slug)), None)
    if place is None:
        raise Http404
    day, fault = day_asked(request, place.tz)
    return _page(request, places, place, day, fault, DaysForm(initial=_this_month(day)))


@require_safe
@desk_only
def takings_csv(request):
    """Every row of some days for the bookkeeper; the trail keeps who took it."""
    form = DaysForm(request.GET)
    if not form.is_valid():
        places = list(Location.objects.open())
        if not places:
            raise Http404
        day, _fault = day_asked(request, places[0].tz)
        return _page(request, places, places[0], day, "", form)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    lines = list(for_the_bookkeeper(form.places(), first, last))
    data = {"first": first.isoformat(), "last": last.isoformat(), "rows": len(lines)}
    audit.record("payment.export", by=actor_of(request.user), data=data)
    content = csv_bytes([str(title) for title in HEADER], lines)
    return download(content, f"takings-{first}-{last}.csv", CSV_TYPE)


def _page(request, places, place: Location, day: date, fault: str, form: DaysForm) -> HttpResponse:
    now = timezone.now()
    return desk_page(
        request,
        "takings",
        _("Takings"),
        status=422 if fault or form.errors else 200,
        heading=formats.date_format(day, _("l j F Y")),
        zone=zone_name(place.tz, bounds(place, day, day)[0] + timedelta(hours=12)),
        places=places,
        place=place,
        day=day,
        day_fault=fault,
        before=day - timedelta(1),
        after=day + timedelta(1),
        today=now.astimezone(place.tz).date(),
        taken=day_of(place, day),
        methods=dict(Payment.Method.choices),
        form=form,
    )


def _this_month(day: date) -> dict[str, date]:
    return {"first": day.replace(day=1), "last": day}
