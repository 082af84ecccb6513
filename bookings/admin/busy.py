"""Busy times from another system: a file is read, looked at, and put in place of the last one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings import busy
from bookings.actions import busy as actions
from bookings.admin.desk_pages import desk_only, desk_page
from bookings.errors import LookFirst
from bookings.forms.busy import BusyFileForm, packed, unpacked
from bookings.forms.look import look_in, looked
from bookings.models import BusyImport
from clinic.audit import actor_of
from clinic.models import Practitioner

LISTED = 12  # times and faults shown


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def rota_busy(request, practitioner):
    """Read a file, show what it says and whom it touches; then put it in place of the last one."""
    person = Practitioner.objects.filter(slug=practitioner).first()
    if person is None:
        raise Http404
    if request.method != "POST":
        return _page(request, person, BusyFileForm())
    if request.POST.get("do") in {"save", "clear"}:
        return _save(request, person)
    form = BusyFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, person, form, status=422)
    return _read(request, person, form)


def _read(request: HttpRequest, person: Practitioner, form: BusyFileForm) -> HttpResponse:
    """Say what a file holds. Nothing is written, and the file is gone with the request."""
    now = timezone.now()
    data, tz = form.cleaned_data["file"].read(), form.cleaned_data["place"].tz
    try:
        reading = busy.read(data, tz=tz, now=now)
    except busy.Unreadable as error:
        form.add_error("file", str(error))
        return _page(request, person, form, status=422)
    return _page(
        request,
        person,
        BusyFileForm(),
        status=422 if reading.faults else 200,
        reading=reading,
        faults=reading.faults[:LISTED],
        more_faults=len(reading.faults[LISTED:]),
        times=packed(person, reading.spans),
        **_shown(reading.spans, tz),
        **looked(actions.touched(person, reading.spans, now=now)),
    )


def _save(request: HttpRequest, person: Practitioner) -> HttpResponse:
    now, clear = timezone.now(), request.POST["do"] == "clear"
    spans = [] if clear else unpacked(person, request.POST.get("times", ""))
    if spans is None:
        form = BusyFileForm()
        fault = _("That was too long ago. Choose the file again.")
        return _page(request, person, form, status=422, fault=fault)
    try:
        by = actor_of(request.user)
        done = actions.replace(person, spans, look=look_in(request.POST), by=by, now=now)
    except LookFirst as error:
        missing = bool(request.POST.get("look-seen"))
        return _page(
            request,
            person,
            BusyFileForm(),
            status=409,
            times=request.POST.get("times", ""),
            **_shown(spans, timezone.get_current_timezone()),
            **looked(error.touched, missing=missing),
        )
    text = _("%(n)d busy times of %(who)s cannot be booked now.")
    messages.success(request, text % {"n": len(spans), "who": person})
    if done.change:
        return redirect("admin:bookings_hourschange_change", done.change.pk)
    return redirect(reverse("rota-overview"))


def _shown(spans, tz) -> dict[str, object]:
    """Return the first times of a file on the clock of a place."""
    local = [(start.astimezone(tz), end.astimezone(tz)) for start, end in spans]
    return {"count": len(local), "first": local[:LISTED], "last": local[-1][1] if local else None}


def _page(request, person: Practitioner, form: BusyFileForm, *, status: int = 200, **context):
    return desk_page(
        request,
        "rota_busy",
        _("Busy times of %(name)s") % {"name": person},
        status=status,
        person=person,
        form=form,
        known=BusyImport.objects.filter(practitioner=person).first(),
        **context,
    )
