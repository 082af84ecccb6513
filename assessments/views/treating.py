"""Treatment given: written on a chart or a note, and taken off it again, while it is a draft."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import actions
from assessments.access import draft_for, examiner_of, own_note
from assessments.actions.notes import held_of
from assessments.errors import ManualVisitsFull, RecordError
from assessments.models import Assessment, Note
from assessments.views.chart import chart_page
from assessments.views.notes import note_page
from assessments.views.treatment_form import TreatmentForm
from bookings.views.answers import SeeOther
from clinic.access import Request

Again = Callable[[TreatmentForm], HttpResponse]  # the page once more, with what was typed


@require_POST
def chart_treatment_add(request: Request, pk: UUID) -> HttpResponse:
    """Write one treatment on a chart, or say beside its field why not."""
    chart = draft_for(request.user, examiner_of(request.user), pk)

    def again(form: TreatmentForm) -> HttpResponse:
        return chart_page(request, chart, treatment_form=form, status=422)

    return _add(request, chart, again)


@require_POST
def chart_treatment_remove(request: Request, pk: UUID, given: UUID) -> HttpResponse:
    """Take a treatment off a chart."""
    return _remove(request, draft_for(request.user, examiner_of(request.user), pk), given)


@require_POST
def chart_note_treatment_add(request: Request, pk: UUID) -> HttpResponse:
    """Write one treatment on the note of a visit, or say beside its field why not."""
    note = own_note(request.user, examiner_of(request.user), pk)
    if note.kind == Note.Kind.PHONE:
        raise Http404

    def again(form: TreatmentForm) -> HttpResponse:
        return note_page(request, note, held_of(note), treatment_form=form, status=422)

    return _add(request, note, again)


@require_POST
def chart_note_treatment_remove(request: Request, pk: UUID, given: UUID) -> HttpResponse:
    """Take a treatment off a note."""
    return _remove(request, own_note(request.user, examiner_of(request.user), pk), given)


def _add(request: Request, record: Assessment | Note, again: Again) -> HttpResponse:
    if _is_final(record):
        raise PermissionDenied
    form = TreatmentForm(request.POST)
    if not form.is_valid():
        return again(form)
    try:
        actions.add_treatment(record, form.given(), by=request.user, now=timezone.now())
    except ManualVisitsFull as error:
        form = TreatmentForm(request.POST, asks_why=True)
        form.add_error("over_cap", str(error))
        return again(form)
    except RecordError as error:
        form.add_error(None, str(error))
        return again(form)
    messages.success(request, _("The treatment is written down."))
    return SeeOther(_page_of(record))


def _remove(request: Request, record: Assessment | Note, given: UUID) -> HttpResponse:
    if _is_final(record):
        raise PermissionDenied
    if not actions.remove_treatment(record, given, by=request.user, now=timezone.now()):
        raise Http404
    return SeeOther(_page_of(record))


def _is_final(record: Assessment | Note) -> bool:
    in_error = isinstance(record, Assessment) and record.in_error
    return record.signed_at is not None or in_error


def _page_of(record: Assessment | Note) -> str:
    name = "chart-note" if isinstance(record, Note) else "chart-assessment"
    return f"{reverse(name, args=[record.pk])}#treatment"
