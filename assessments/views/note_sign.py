"""Read a note once more and sign it; a call may book the assessment with the same press."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import actions
from assessments.access import examiner_of, needs_cosign, own_note
from assessments.actions.notes import WantedTime, held_of, is_late
from assessments.errors import NoteIncomplete, NoteSigned, RecordError
from assessments.models import Note
from assessments.notes.page import written
from assessments.notes.times import own_services, service_for, times_for
from assessments.treatment.page import treated
from assessments.views.notes import note_opened
from bookings.errors import BookingError
from bookings.models import Service
from clinic.access import Request
from clinic.models import Location


@require_http_methods(["GET", "HEAD", "POST"])
def chart_note_sign(request: Request, pk: UUID) -> HttpResponse:
    """What would be signed; a POST signs, and books where a time was pressed."""
    note = own_note(request.user, examiner_of(request.user), pk)
    if note.signed_at is not None:
        raise PermissionDenied
    note_opened(request, note)
    if request.method != "POST":
        return _review(request, note)
    time = None
    if pressed := request.POST.get("time", ""):
        time = _time_of(pressed, own_services(note.author))
        if time is None:
            return _review(request, note, against=_("Choose one of the times."), status=422)
    try:
        signed = actions.sign_note(note, by=request.user, now=timezone.now(), time=time)
    except NoteSigned as error:
        raise PermissionDenied from error
    except NoteIncomplete as error:
        return _review(request, note, missing=error.missing, status=422)
    except RecordError as error:
        return _review(request, note, against=str(error), status=422)
    except BookingError as error:
        said = _("Nothing was signed or booked.")
        return _review(request, note, against=f"{error} {said}", status=409)
    done = _("Signed, and booked. The patient is told.") if signed.booked_id else _("Signed.")
    if signed.cosign_needed:
        done = f"{done} {_('It waits for a co-signature.')}"
    messages.success(request, done)
    return redirect("chart-note", pk=pk)


def _time_of(pressed: str, services: list[Service]) -> WantedTime | None:
    """Read a button: the service, the place and the instant; None where it makes no sense."""
    slug, _sep, rest = pressed[:200].partition("|")
    place, _sep, instant = rest.partition("|")
    service = next((each for each in services if each.slug == slug), None)
    location = Location.objects.open().filter(slug=place).first()
    try:
        starts_at = datetime.fromisoformat(instant)
    except ValueError:
        return None
    if service is None or location is None or starts_at.tzinfo is None:
        return None
    return WantedTime(service, location, starts_at)


def _review(
    request: Request,
    note: Note,
    *,
    missing: tuple[tuple[str, str], ...] = (),
    against: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "note": note,
        "patient": note.patient,
        "lines": written(note, held_of(note)),
        "treated": treated(note),
        "missing": [_(sentence) for _name, sentence in missing],
        "against": against,
        "supervised": needs_cosign(note.author),
        "late": is_late(note, timezone.now()),
    }
    if note.outcome == Note.Outcome.BOOK and note.amends_id is None:
        services = own_services(note.author)
        chosen = service_for(note.patient, services, request.GET.get("service", "")[:60])
        context["services"], context["service"] = services, chosen
        context["times"] = times_for(note.author, chosen, timezone.now()) if chosen else []
    return render(request, "assessments/chart_note_sign.html", context, status=status)
