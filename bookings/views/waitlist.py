"""The waiting list: join it, answer an offer, leave it. A GET changes nothing."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from bookings import actions, catalogue, ics
from bookings.actions import waiting
from bookings.errors import (
    BookingError,
    NotOpenYet,
    OfferGone,
    Over,
    PatientBusy,
    TimeRefused,
    TooMany,
)
from bookings.forms.waiting import TakeForm, WaitForm, WishesForm
from bookings.models import WaitingEntry, WaitingOffer
from bookings.views.answers import SeeOther, not_open, private, too_many, visitor, when_open
from bookings.views.details import _own_patients as own_patients
from bookings.views.visit import may_change, visit_or_404
from clinic import practice
from clinic.middleware import client_address


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
@when_open
def waitlist_join(request: HttpRequest) -> HttpResponse:
    """Say what would suit; as soon as it is free, it is offered."""
    now = timezone.now()
    offered = catalogue.offered()
    if not offered:
        return render(request, "bookings/waitlist_join.html", {})
    form = WaitForm(
        request.POST if request.method == "POST" else None,
        initial={"service": request.GET.get("service", "")},
        offered=offered,
        patients=own_patients(request),
        now=now,
    )
    if form.is_valid():
        return _join(request, form, now)
    return _join_page(request, form)


def _join_page(request: HttpRequest, form: WaitForm) -> HttpResponse:
    context = {
        "form": form,
        "claim": practice.current().claim_minutes,
        "privacy_dated": practice.current().privacy_dated,
        "emergency_number": form.location.emergency_number,
    }
    status = 422 if form.is_bound else 200
    return render(request, "bookings/waitlist_join.html", context, status=status)


def _join(request: HttpRequest, form: WaitForm, now: datetime) -> HttpResponse:
    try:
        entry = waiting.join(
            form.chosen.service, form.details(get_language() or "en"), form.wishes(),
            form_key=form.cleaned_data["form_key"], by=visitor(request), now=now,
            address=client_address(request),
        )  # fmt: skip
    except TooMany as error:
        return too_many(request, error)
    except NotOpenYet:
        return not_open(request)
    except BookingError as error:
        form.add_error(None, str(error))
        return _join_page(request, form)
    return SeeOther(_answer(entry, now))


def _answer(entry: WaitingEntry, now: datetime) -> str:
    return reverse("waitlist-answer", args=[waiting.open_entry(entry, now=now)])


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def visit_sooner(request: HttpRequest, token: str) -> HttpResponse:
    """Wait for an earlier time than the one that is booked; the booking stays until then."""
    now = timezone.now()
    visit = visit_or_404(token, now)
    if not may_change(visit, now):
        raise Http404
    offered = [one for one in catalogue.offered() if one.service == visit.service]
    form = WishesForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_valid():
        key = form.cleaned_data["form_key"]
        try:
            entry = waiting.join_sooner(
                visit, form.wishes(), form_key=key, by=visitor(request), now=now
            )
        except Over:
            raise Http404 from None
        return SeeOther(_answer(entry, now))
    context = {
        "form": form,
        "visit": visit,
        "token": token,
        "claim": practice.current().claim_minutes,
        "emergency_number": visit.location.emergency_number,
    }
    status = 422 if form.is_bound else 200
    return render(request, "bookings/visit_sooner.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
def waitlist_answer(request: HttpRequest, token: str) -> HttpResponse:
    """One's place on the list, and the offer that waits for an answer."""
    now = timezone.now()
    entry = waiting.entry_of(token, now)
    if entry is None:
        raise Http404
    if request.method != "POST":
        return _place(request, token, entry, now)
    answer = request.POST.get("answer", "")
    if answer == "leave":
        waiting.leave(entry, by=visitor(request), now=now)
        return SeeOther(reverse("waitlist-answer", args=[token]))
    offer = _asked_about(request, entry)
    if answer == "decline" and offer:
        waiting.decline(offer, by=visitor(request), now=now)
        return SeeOther(reverse("waitlist-answer", args=[token]))
    if answer == "accept" and offer:
        return _accept(request, token, entry, offer, now)
    return _place(request, token, entry, now, status=422)


def _asked_about(request: HttpRequest, entry: WaitingEntry) -> WaitingOffer | None:
    """Return the offer the form was about: without its id, the last one."""
    offers = entry.offers.with_times().order_by("-offered_at")
    wanted = request.POST.get("offer", "")
    if wanted:
        return next((offer for offer in offers if str(offer.pk) == wanted), None)
    return offers.first()


def _accept(request, token, entry, offer, now) -> HttpResponse:
    held = offer.appointment
    form = TakeForm(request.POST, service=held.service)
    is_open = offer.state == WaitingOffer.State.OPEN
    if entry.visit is None and is_open and not form.is_valid():
        return _place(request, token, entry, now, form=form, status=422)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        visit = waiting.accept(
            offer, by=visitor(request), now=now, reason=reason, address=client_address(request)
        )
    except TooMany as error:
        return too_many(request, error)
    except (OfferGone, TimeRefused, PatientBusy, Over) as error:
        return _place(request, token, entry, now, error=error, status=409)
    except BookingError as error:
        return _place(request, token, entry, now, error=error, status=422)
    link = actions.open_link(visit, by=visitor(request), now=now)
    return SeeOther(reverse("visit-detail", args=[link]))


def _place(request, token, entry, now, *, form=None, error=None, status=200) -> HttpResponse:
    """The page of one entry, as it stands now."""
    running = entry.offers.running().with_times().filter(expires_at__gt=now).first()
    fresh = WaitingEntry.objects.select_related("service").get(pk=entry.pk)
    context = {
        "entry": fresh,
        "waits": fresh.state == WaitingEntry.State.WAITING,
        "offer": running,
        "held": running.appointment if running else None,
        "where": ics.where(running.appointment) if running else "",
        "later": entry.visit,
        "form": form or (TakeForm(service=fresh.service) if entry.visit is None else None),
        "error": error,
        "token": token,
        "wishes": wishes_in_words(fresh),
        "claim": practice.current().claim_minutes,
        "privacy_dated": practice.current().privacy_dated,
        "emergency_number": practice.emergency_number(),
    }
    return render(request, "bookings/waitlist_answer.html", context, status=status)


def wishes_in_words(entry: WaitingEntry) -> list[str]:
    """Return what somebody would take, one line per kind of wish."""
    people = ", ".join(person.name for person in entry.practitioners.order_by("name"))
    places = ", ".join(place.name for place in entry.locations.order_by("name"))
    return [line for line in (people, places, entry.days_words(), entry.parts_words()) if line]
