"""Free times of a service, and choosing one."""

from datetime import date, datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bookings import actions, browser, catalogue, doors, narrowing, schedule, timetable
from bookings.availability import local_day
from bookings.errors import BookingError, NotOpenYet, TooMany
from bookings.forms import ANY, ChosenTimeForm, TimesForm, chosen_person, chosen_place
from bookings.models import Service, ServiceOffer
from bookings.schedule import instant
from bookings.tokens import hold_token
from bookings.views.answers import SeeOther, not_open, too_many, visitor, when_open
from clinic.middleware import client_address


@login_not_required
@require_safe
@when_open
def time_list(request: HttpRequest, service: str) -> HttpResponse:
    """Two weeks of free times, with whom and where one chooses."""
    now = timezone.now()
    offers = schedule.offers_of(service)
    if not offers:
        return _nothing_offered(request, service)
    form = TimesForm.asked(request.GET, offers=offers, today=today_at(offers, now))
    if not form.is_valid() and form.unknown():
        raise Http404
    return render(
        request,
        "bookings/time_list.html",
        times_context(request, offers, form, now),
        status=422 if form.errors else 200,
    )


def today_at(offers: list[ServiceOffer], now: datetime) -> date:
    """Return today's date on the wall of the first place."""
    return local_day(instant(now), offers[0].location.tz)


def times_context(
    request: HttpRequest, offers: list[ServiceOffer], form: TimesForm, now: datetime
) -> dict[str, object]:
    """Return what the page of free times shows."""
    asked = form.cleaned_data
    location = chosen_place(offers, asked.get("location", "")) or offers[0].location
    practitioner = chosen_person(offers, asked.get("practitioner", ""))
    first = asked.get("from") or local_day(instant(now), location.tz)
    wish, mark = form.wish(), browser.mark_of(request)
    sheet = narrowing.sheet(offers, practitioner, location, first, wish, now=now, browser=mark)
    return {
        "service": offers[0].service,
        "form": form,
        "sheet": sheet,
        "names": practitioner is None and len({o.practitioner_id for o in offers}) > 1,
        "held": held_by(request, sheet.mine) if sheet else None,
        "chosen": chosen(asked, location, wish),
        "instead": [] if sheet else instead_of(offers[0].service, wish),
        "to": reverse("hold-create", args=[offers[0].service.slug]),
        "or_any": practitioner is None,
        "emergency_number": location.emergency_number,
    }


def chosen(asked, location, wish: narrowing.Narrowing) -> dict[str, str]:
    """Return what the links of a page carry on."""
    who = asked.get("practitioner") or ANY
    return {"practitioner": who, "location": location.slug, "wish": wish.query}


def instead_of(service: Service, wish: narrowing.Narrowing) -> list[catalogue.Offered]:
    """Return visits for the same people in the way asked for, where this one is in another."""
    if wish.mode in ("", service.mode):
        return []
    alike = [one for one in catalogue.offered() if one.service.mode == wish.mode]
    everybody, whom = Service.BookableBy.ANYONE, service.bookable_by
    return [
        one
        for one in alike
        if whom in (everybody, one.service.bookable_by) or one.service.bookable_by == everybody
    ]


def held_by(request: HttpRequest, mine) -> dict[str, object] | None:
    """Return the way back to the time this browser holds, if it holds one."""
    if not mine:
        return None
    token = hold_token(browser.key_of(request), schedule.uuid_of(mine.mine))
    return {
        "until": schedule.moment(mine.held_until),
        "starts_at": schedule.moment(mine.start),
        "address": reverse("booking-details", args=[token]),
    }


def _nothing_offered(request: HttpRequest, slug: str) -> HttpResponse:
    """A service nobody offers at the moment has a page; an unknown one has none."""
    service = get_object_or_404(Service.objects.bookable(), slug=slug)
    return render(request, "bookings/time_list.html", {"service": service})


@login_not_required
@require_POST
@when_open
def hold_create(request: HttpRequest, service: str) -> HttpResponse:
    """Hold the chosen time for this browser and ask for the details."""
    now = timezone.now()
    offers = schedule.offers_of(service)
    if not offers:
        raise Http404
    form = ChosenTimeForm(request.POST)
    if not form.is_valid():
        return _choose_again(request, offers, now)
    wanted = form.cleaned_data
    location = chosen_place(offers, wanted["location"])
    practitioner = chosen_person(offers, wanted["practitioner"])
    if location is None or (practitioner is None and wanted["practitioner"] != ANY):
        raise Http404
    key = browser.key_of(request) or browser.new_key()
    try:
        held = actions.hold(
            service=offers[0].service, practitioner=practitioner, location=location,
            starts_at=wanted["starts_at"], or_any=wanted["or_any"], browser=key,
            by=visitor(request), now=now, address=client_address(request),
            trial=not doors.are_open() and doors.may_try(request),
        )  # fmt: skip
    except TooMany as error:
        return too_many(request, error)
    except NotOpenYet:
        return not_open(request)
    except BookingError as error:
        return _lost(request, offers, wanted, error)
    browser.remember_key(request, key)
    return SeeOther(reverse("booking-details", args=[hold_token(key, held.pk)]))


def _choose_again(request: HttpRequest, offers: list[ServiceOffer], now: datetime) -> HttpResponse:
    """The times once more, for a form that does not say which one is meant."""
    form = TimesForm.asked(QueryDict(), offers=offers, today=today_at(offers, now))
    form.is_valid()
    context = {**times_context(request, offers, form, now), "unreadable": True}
    return render(request, "bookings/time_list.html", context, status=422)


def _lost(request: HttpRequest, offers: list[ServiceOffer], wanted, error) -> HttpResponse:
    """409: what happened, and the nearest times as the same kind of forms."""
    practitioner = None
    if not wanted["or_any"]:
        practitioner = chosen_person(offers, wanted["practitioner"])
    location = chosen_place(offers, wanted["location"])
    return taken(request, offers, practitioner, location, wanted["starts_at"], error)


def taken(request, offers, practitioner, location, starts_at, error, **more) -> HttpResponse:
    """The page of a lost race. ``more``: where the forms post to, what is being moved."""
    scope = {name: more.pop(name, None) for name in ("ignoring", "length")}
    scope["browser"] = browser.mark_of(request)
    times = schedule.nearest_times(
        offers, practitioner, location, starts_at, now=timezone.now(), **scope
    )
    context = {
        "service": offers[0].service,
        "error": error,
        "location": location,
        "starts_at": starts_at,
        "days": timetable.days(times),
        "names": practitioner is None,
        "or_any": practitioner is None,
        "to": reverse("hold-create", args=[offers[0].service.slug]),
        "back": reverse("time-list", args=[offers[0].service.slug]),
        "emergency_number": location.emergency_number,
        **more,
    }
    return render(request, "bookings/time_taken.html", context, status=409)
