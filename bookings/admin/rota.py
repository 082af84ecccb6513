"""The rota: who works when, written by the week or by the day, from one place.

Nothing is saved before the visits it touches were looked at. Without script as with it: one form,
one POST, and everything typed stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings import rota as reading
from bookings.actions import rota
from bookings.actions.hours import Outcome
from bookings.admin.busy import rota_busy
from bookings.admin.desk_pages import desk_only, desk_page
from bookings.availability.patterns import period_on, periods
from bookings.board.layout import monday_of
from bookings.errors import HoursChanged, LookFirst
from bookings.forms import rota as forms
from bookings.forms.look import look_in, looked
from bookings.models import Room
from clinic.audit import actor_of
from clinic.models import Location, Practitioner


@require_safe
@desk_only
def rota_overview(request):
    """One week of everybody, what lies ahead out of the ordinary, and the way to change each."""
    day, fault = _day_asked(request, "week")
    monday = monday_of(day)
    people = list(Practitioner.objects.working())
    places = list(Location.objects.open())
    today = timezone.localdate()
    rooms = Room.objects.select_related("location").order_by("location__position", "name")
    return desk_page(
        request,
        "rota",
        _("Rota"),
        status=422 if fault else 200,
        fault=fault,
        lines=reading.week_of(people, places, monday),
        monday=monday,
        days=[monday + timedelta(days=number) for number in range(7)],
        today=today,
        this_week=monday_of(today),
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        places=places,
        ahead=reading.ahead(people, today),
        rooms=rooms,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def rota_week(request, practitioner):
    """Write somebody's week from a day on. The day before, the old one ends."""
    person = _person(practitioner)
    page = _WeekPage(request, person)
    if request.method != "POST":
        return page.fresh()
    return page.posted()


@dataclass(slots=True)
class _WeekPage:
    """The editor of a week: what is shown first, and what becomes of what is sent."""

    request: HttpRequest
    person: Practitioner

    def fresh(self) -> HttpResponse:
        """Show the week of a day, to be written anew from today or from the day asked for."""
        day, fault = _day_asked(self.request, "on")
        if not fault:
            day = forms.day_or_none(self.request.GET.get("from", "")) or day
        known = self._known()
        held = period_on(known, day)
        first = day if "from" in self.request.GET else max(held.first or day, timezone.localdate())
        last = held.last if held.last and held.last >= first else None
        places = _places(known)
        place = _usual_place(known, places)
        rows = forms.with_every_day(forms.rows_of(held.week), range(7), place)
        days = forms.PeriodForm(initial={"first": first, "last": last})
        windows = forms.windows_form(places, rows=rows)
        return self._page(places, windows, days, fault=fault, status=422 if fault else 200)

    def posted(self) -> HttpResponse:
        """Carry out the button that was pressed: a row more, Monday for all, look, or save."""
        data = self.request.POST
        known = self._known()
        places = _places(known)
        do, _sep, about = data.get("do", "save").partition("-")
        if do in {"more", "fill"}:
            rows = forms.rows_typed(data)
            place = _usual_place(known, places)
            if do == "fill":
                rows = forms.with_every_day(forms.as_on_monday(rows), range(7), place)
            elif about in {*"0123456"}:
                rows = forms.with_room(rows, int(about), place)
            windows = forms.windows_form(places, rows=rows, focus_last=do == "more")
            days = forms.PeriodForm(initial=data.dict())
            return self._page(places, windows, days, seen=data.get("seen", ""))
        windows, days = forms.windows_form(places, data=data), forms.PeriodForm(data)
        if not (days.is_valid() & windows.is_valid()):
            return self._page(places, windows, days, seen=data.get("seen", ""), status=422)
        plan = rota.WeekPlan((self.person,), windows.week, **days.cleaned_data)
        answer = carry_out(self.request, plan, looking=do == "look")
        if answer.outcome:
            return _saved(self.request, answer.outcome, plan.first)
        return self._page(places, windows, days, **answer.shown)

    def _known(self) -> list:
        return rota.weekly_rows([self.person.pk])[self.person.pk]

    def _page(self, places, windows, days, *, status: int = 200, **context: Any) -> HttpResponse:
        known = self._known()
        context.setdefault("seen", rota.stamp(known))
        others = [period for period in periods(known) if period.week or period.first]
        return desk_page(
            self.request,
            "rota_week",
            _("Hours of %(name)s") % {"name": self.person},
            status=status,
            person=self.person,
            windows=windows,
            columns=_columns(windows),
            period=days,
            patterns=[reading.pattern(period, places) for period in others],
            today=timezone.localdate(),
            most=forms.MOST_A_DAY,
            **context,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def rota_copy(request, practitioner):
    """Copy somebody's week to colleagues, or to other weeks."""
    person = _person(practitioner)
    day, _fault = _day_asked(request, "on")
    known = rota.weekly_rows(
        [person.pk, *Practitioner.objects.working().values_list("pk", flat=True)]
    )
    held = period_on(known[person.pk], day)
    form = forms.CopyForm(request.POST or None, initial={"first": timezone.localdate()})
    seen = rota.stamp(row for rows in known.values() for row in rows)
    shown: dict[str, Any] = {"seen": request.POST.get("seen", seen)}
    shown["status"] = 422 if form.errors else 200
    if form.is_valid():
        typed = form.cleaned_data
        people = tuple(typed["people"])
        plan = rota.WeekPlan(people, held.week, typed["first"], typed["last"], frozenset(known))
        answer = carry_out(request, plan, looking=request.POST.get("do") == "look")
        if answer.outcome:
            return _saved(request, answer.outcome, plan.first)
        shown.update(answer.shown)
    return desk_page(
        request,
        "rota_copy",
        _("Copy the week of %(name)s") % {"name": person},
        person=person,
        form=form,
        on=day,
        pattern=reading.pattern(held, _places(known[person.pk])),
        **shown,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def rota_day(request, practitioner, day):
    """Write the hours of one date, or give it back its usual ones."""
    person, on = _person(practitioner), forms.day_or_none(day)
    if on is None:
        raise Http404
    known = rota.weekly_rows([person.pk])[person.pk]
    places = _places(known)
    usual = rota.usual_day(known, on)
    written = rota.changed_rows(person, on)
    windows, shown = _day_windows(request, on, places, usual, written), {}
    do = request.POST.get("do", "save")
    if request.method == "POST" and not do.startswith("more"):
        if do != "usual" and not windows.is_valid():
            shown = {"status": 422, "seen": request.POST.get("seen", "")}
        else:
            plan = rota.DayPlan(person, on, None if do == "usual" else windows.spans)
            answer = carry_out(request, plan, looking=do == "look")
            if answer.outcome:
                return _saved(request, answer.outcome, on)
            shown = {**answer.shown, "do": "usual" if do == "usual" else "save"}
    shown.setdefault("seen", rota.day_stamp(person, on))
    return desk_page(
        request,
        "rota_day",
        _("%(name)s on %(day)s") % {"name": person, "day": date_format(on, "l j F Y")},
        person=person,
        on=on,
        windows=windows,
        columns=_columns(windows, [on.weekday()]),
        changed=bool(written),
        most=forms.MOST_A_DAY,
        usual=reading.spans_words(usual, places),
        breaks=reading.breaks_words(known, on),
        **shown,
    )


def _day_windows(request, on: date, places, usual, written):
    """Return the windows of a date: as sent, with a row more, or as they are now."""
    weekday, place = on.weekday(), str(places[0].pk) if places else ""
    if request.POST.get("do", "").startswith("more"):
        rows = forms.with_room(forms.rows_typed(request.POST), weekday, place)
        return forms.windows_form(places, rows=rows, focus_last=True)
    if request.method == "POST":
        return forms.windows_form(places, data=request.POST)
    changed = {str(row.location_id) for row in written}
    spans = {span for span in usual if span[0] not in changed}
    spans |= {rota.span_of(row) for row in written if row.starts is not None}
    rows = [forms.row_of(weekday, span) for span in sorted(spans, key=lambda span: span[1:])]
    return forms.windows_form(places, rows=forms.with_every_day(rows, [weekday], place))


@dataclass(slots=True)
class _Answer:
    """What became of a plan: done, or what the page shows instead."""

    outcome: Outcome | None
    shown: dict[str, Any]


def carry_out(request: HttpRequest, plan: rota.Plan, *, looking: bool) -> _Answer:
    """Try a plan, or save it; what stands in its way is shown with what was typed."""
    now = timezone.now()
    seen = request.POST.get("seen", "")
    if looking:
        touched = rota.touched(plan, now=now)
        return _Answer(None, {"seen": seen, **looked(touched)})
    try:
        by = actor_of(request.user)
        done = rota.save(plan, seen=seen, look=look_in(request.POST), by=by, now=now)
    except HoursChanged as error:
        shown = {"seen": rota.stamp_of(plan), "stale": str(error), "status": 409}
        return _Answer(None, shown)
    except LookFirst as error:
        shown = looked(error.touched, missing=bool(request.POST.get("look-seen")))
        return _Answer(None, {"seen": seen, "status": 409, **shown})
    return _Answer(done, {})


def _saved(request: HttpRequest, done: Outcome, day: date) -> HttpResponse:
    if done.change:
        text = _("Saved. %(n)d visits need another time.") % {"n": len(done.touched)}
        messages.success(request, text)
        return redirect("admin:bookings_hourschange_change", done.change.pk)
    text = _("Saved. No visit was touched.")
    if done.touched:
        text = _("Saved. %(n)d visits lie outside working hours now.") % {"n": len(done.touched)}
    messages.success(request, text)
    return redirect(f"{reverse('rota-overview')}?week={day:%Y-%m-%d}")


def _person(slug: str) -> Practitioner:
    found = Practitioner.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _places(known) -> list[Location]:
    """Return where somebody may work: the open places, and those their rows name."""
    named = {row.what.where for row in known}
    found = Location.objects.order_by("position", "name")
    return [place for place in found if place.is_active or str(place.pk) in named]


def _usual_place(known, places: Sequence[Location]) -> str:
    """Return the place somebody works at most, for empty rows."""
    here = [row.what.where for row in known]
    if here:
        return max(sorted(set(here)), key=here.count)
    return str(places[0].pk) if places else ""


def _columns(windows, days: Sequence[int] = range(7)) -> list[dict[str, Any]]:
    """Return the windows by weekday, in the order they were typed."""
    by_day: dict[str, list] = {str(day): [] for day in days}
    for form in windows:
        by_day.get(str(form["weekday"].value()), []).append(form)
    return [
        {"weekday": int(day), "name": WEEKDAYS[int(day)], "forms": forms_of_day}
        for day, forms_of_day in by_day.items()
    ]


def _day_asked(request: HttpRequest, name: str) -> tuple[date, str]:
    """Return the day asked for; today, and what to say, where that is no day.

    ``day`` is understood everywhere: it is what the board's addresses call it.
    """
    typed = request.GET.get(name) or request.GET.get("day", "")
    day = forms.day_or_none(typed)
    if day is None:
        return timezone.localdate(), str(forms.DAY_ERRORS["invalid"]) if typed else ""
    return day, ""


urlpatterns = [
    path("", rota_overview, name="rota-overview"),
    path("<slug:practitioner>/", rota_week, name="rota-week"),
    path("<slug:practitioner>/copy/", rota_copy, name="rota-copy"),
    path("<slug:practitioner>/busy/", rota_busy, name="rota-busy"),
    path("<slug:practitioner>/day/<str:day>/", rota_day, name="rota-day"),
]
