"""Reports: some days at one place or all, as a page to look at and print, as CSV and XLSX."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.admin.desk_pages import desk_only, desk_page
from bookings.forms.days import DaysForm
from bookings.reports.reading import Reading
from bookings.reports.register import Entry, entries
from bookings.reports.tables import Report, as_csv, as_xlsx
from clinic import audit, practice, roles
from clinic.access import has_role
from clinic.audit import actor_of
from clinic.sheets import CSV_TYPE, XLSX_TYPE, download

FILES = {"csv": (as_csv, CSV_TYPE), "xlsx": (as_xlsx, XLSX_TYPE)}
FOUR_WEEKS = timedelta(weeks=4)


@require_safe
@desk_only
def reports(request):
    """Every report somebody may see, with its figures at a glance."""
    form = _form(request)
    reading = _reading(form)
    cards = [
        (entry, entry.make(reading).headline if reading and entry.glance else [])
        for entry in _entries(request)
    ]
    return _page(request, "reports", _("Reports"), form, cards=cards)


@require_safe
@desk_only
def report(request, slug: str):
    """One report: figures, drawings and tables."""
    entry = _entry(request, slug)
    form = _form(request)
    reading = _reading(form)
    made = entry.make(reading) if reading else None
    return _page(request, "report", str(entry.title), form, entry=entry, report=made)


@require_safe
@desk_only
def report_file(request, slug: str, kind: str):
    """The same tables as a file; the trail keeps who took it."""
    entry = _entry(request, slug)
    if kind not in FILES:
        raise Http404
    form = _form(request)
    reading = _reading(form)
    if reading is None:
        return _page(request, "report", str(entry.title), form, entry=entry, report=None)
    write, content_type = FILES[kind]
    made: Report = entry.make(reading)
    name = f"{entry.slug}-{reading.first}-{reading.last}.{kind}"
    data = {"report": slug, "kind": kind, "first": str(reading.first), "last": str(reading.last)}
    audit.record("report.export", by=actor_of(request.user), data=data)
    return download(write(made), name, content_type)


def _entries(request) -> list[Entry]:
    manages = has_role(request.user, roles.MANAGER) or request.user.is_superuser
    return entries(manages=manages)


def _entry(request, slug: str) -> Entry:
    """Return a report by its address; 404 for one that is not for whoever asks."""
    found = next((entry for entry in _entries(request) if entry.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _form(request) -> DaysForm:
    """Return which days are asked for; the last four whole weeks where none are."""
    monday = _monday(_today())
    asked = {"first": monday - FOUR_WEEKS, "last": monday - timedelta(1), "place": ""}
    asked.update({name: request.GET[name] for name in asked if name in request.GET})
    form = DaysForm(asked)
    form.is_valid()
    return form


def _reading(form: DaysForm) -> Reading | None:
    if form.errors:
        return None
    typed = form.cleaned_data
    return Reading(form.places(), typed["first"], typed["last"], timezone.now())


def _page(request, name: str, title: str, form: DaysForm, **context: object) -> HttpResponse:
    return desk_page(
        request,
        name,
        title,
        status=422 if form.errors else 200,
        form=form,
        entries=_entries(request),
        query=_query(form),
        spans=_spans(_today()),
        place=request.GET.get("place", ""),
        **context,
    )


def _query(form: DaysForm) -> str:
    """Return the days asked for as the query of an address."""
    if form.errors:
        return ""
    typed = form.cleaned_data
    place = f"&place={typed['place'].slug}" if typed["place"] else ""
    return f"first={typed['first']}&last={typed['last']}{place}"


def _today() -> date:
    return timezone.now().astimezone(practice.current().tz).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _spans(today: date) -> list[tuple[str, date, date]]:
    """Return spans of days that are often asked for: what they are called, first and last day."""
    monday = _monday(today)
    month = today.replace(day=1)
    before = (month - timedelta(1)).replace(day=1)
    return [
        (_("This week"), monday, monday + timedelta(6)),
        (_("Last week"), monday - timedelta(7), monday - timedelta(1)),
        (_("Last four weeks"), monday - FOUR_WEEKS, monday - timedelta(1)),
        (_("This month"), month, _end_of(month)),
        (_("Last month"), before, month - timedelta(1)),
        (_("This year so far"), today.replace(month=1, day=1), today),
    ]


def _end_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(1)


urlpatterns = [
    path("", reports, name="reports"),
    path("<slug:slug>/", report, name="report"),
    path("<slug:slug>.<str:kind>", report_file, name="report-file"),
]
