"""Notes in words: begun, written with or without a script, shown once signed, amended."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions, trail
from assessments.access import (
    examiner_of,
    may_cosign,
    needs_cosign,
    note_for,
    own_note,
    patient_for,
)
from assessments.actions.notes import CHOSEN, held_of
from assessments.emergency import Banner, looked
from assessments.errors import NoteSigned, RecordError, StaleVersion
from assessments.findings import Fault
from assessments.models import Note
from assessments.notes.lines import LINES
from assessments.notes.page import (
    changes_between,
    choices_of,
    lines_of,
    safety_questions,
    written,
)
from assessments.screen.entries import Entry
from assessments.screen.sent import read_save
from assessments.treatment.page import treated
from assessments.views.corrections import key_of, typed_in
from assessments.views.patient import visit_of
from assessments.views.scripted import as_stored, by_script, kept
from assessments.views.treatment_form import TreatmentForm
from clinic import emergency
from clinic.access import Request
from clinic.models import Practitioner


@require_POST
def chart_note_start(request: Request, pk: UUID) -> HttpResponse:
    """Begin a note, of a visit if one is named; ``kind`` says whether it is of a call."""
    practitioner = examiner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    about = visit_of(request, patient) or patient
    kind = request.POST.get("kind", Note.Kind.VISIT)
    if kind not in Note.Kind.values:
        raise Http404
    try:
        note = actions.start_note(about, practitioner, kind, by=request.user, now=timezone.now())
    except RecordError as error:
        messages.warning(request, str(error))
        return redirect("chart-patient", pk=pk)
    return redirect("chart-note", pk=note.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def chart_note(request: Request, pk: UUID) -> HttpResponse:
    """The note to write; once signed, as it was signed."""
    practitioner = examiner_of(request.user)
    if request.method == "POST":
        return _save(request, own_note(request.user, practitioner, pk))
    opened = emergency.opened_here(request)
    note = note_for(request.user, practitioner, pk, opened)
    banner = looked(request, opened, note.patient_id, "note", note)
    if banner is None:
        note_opened(request, note)
    if note.signed_at is None:
        return note_page(request, note, held_of(note))
    return signed_note_page(request, practitioner, note, emergency_banner=banner)


@require_POST
def chart_note_amend(request: Request, pk: UUID) -> HttpResponse:
    """Begin a correction of a signed note."""
    practitioner = examiner_of(request.user)
    original = note_for(request.user, practitioner, pk)
    reason = request.POST.get("reason", "").replace("\0", "")
    try:
        amendment = actions.amend_note(
            original, reason, practitioner, by=request.user, now=timezone.now()
        )
    except RecordError as error:
        messages.warning(request, str(error))
        return redirect("chart-note", pk=pk)
    return redirect("chart-note", pk=amendment.pk)


def signed_note_page(
    request: Request,
    practitioner: Practitioner,
    note: Note,
    *,
    emergency_banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw a signed note; with what was typed where an addendum could not be kept (422)."""
    again = status == 422
    amendment = note.amendments.filter(signed_at__isnull=False).select_related("author").first()
    context = {
        "emergency": emergency_banner,
        "note": note,
        "patient": note.patient,
        "lines": written(note, held_of(note)),
        "treated": treated(note),
        "amendment": amendment,
        "corrected": changes_between(note, amendment) if amendment else (),
        "changes": changes_between(note.amends, note) if note.amends else (),
        "cosigns": may_cosign(practitioner, note),
        "adds": not needs_cosign(practitioner),
        "addenda": note.addenda.order_by("written_at", "pk"),
        "key": key_of(request) or uuid4(),
        "typed": request.POST if again else {},
        "fault_why": again and not typed_in(request, "why"),
        "fault_text": again and not typed_in(request, "text"),
    }
    return render(request, "assessments/chart_note_signed.html", context, status=status)


@require_POST
@by_script
def chart_note_save(request: Request, pk: UUID) -> HttpResponse:
    """Keep single lines: 200, or 409 with both texts, or 422 with what is wrong per line."""
    note = own_note(request.user, examiner_of(request.user), pk)
    sent = read_save(request.body)
    saved = actions.save_note(note, sent.base, sent.entries, by=request.user, now=timezone.now())
    return kept(saved.version, saved.errors)


@require_safe
@by_script
def chart_note_values(request: Request, pk: UUID) -> HttpResponse:
    """What is stored now, as the controls of the page hold it, and a fresh form token."""
    note = own_note(request.user, examiner_of(request.user), pk)
    note_opened(request, note)
    return as_stored(request, note.version, held_of(note), signed=note.signed_at is not None)


def note_opened(request: Request, note: Note) -> None:
    """Write down that somebody looked."""
    with transaction.atomic():
        trail.did_again(
            "note.opened",
            note,
            by=request.user,
            patient_id=note.patient_id,
            now=timezone.now(),
        )


def note_page(
    request: Request,
    note: Note,
    held: dict[str, str],
    *,
    faults: tuple[Fault, ...] = (),
    stale: StaleVersion | None = None,
    treatment_form: TreatmentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the note; with what was typed where something is wrong with it."""
    errors = {fault.field: fault.said(_) for fault in faults}
    labels = {line.name: _(line.label) for line in LINES[note.kind]}
    context = {
        "note": note,
        "patient": note.patient,
        "lines": lines_of(note, held, errors),
        "choices": choices_of(note, held, errors),
        "questions": safety_questions() if note.kind == Note.Kind.PHONE else [],
        "version": stale.version if stale else note.version,
        "snippets": actions.snippets_of(note.author),
        **_treatments(note, treatment_form),
        "clashes": [
            {"label": labels.get(each.field, each.field), "theirs": each.theirs or ""}
            for each in (stale.clashes if stale else ())
            if (each.yours or "") != (each.theirs or "")
        ],
    }
    return render(request, "assessments/chart_note.html", context, status=status)


def _treatments(note: Note, form: TreatmentForm | None) -> dict[str, object]:
    """What was done at the visit, and the form for more; nothing on the record of a call."""
    if note.kind == Note.Kind.PHONE:
        return {}
    return {"treated": treated(note, adds=True), "treatment_form": form or TreatmentForm()}


def _save(request: Request, note: Note) -> HttpResponse:
    """Keep the whole note, for browsers without script."""
    base = request.POST.get("base_version", "")
    if not base.isdecimal() or len(base) > 9:
        messages.warning(request, _("This form was not complete. Nothing was saved."))
        return redirect("chart-note", pk=note.pk)
    names = (*(line.name for line in LINES[note.kind]), *CHOSEN)
    typed = {name: request.POST[name] for name in names if name in request.POST}
    held = held_of(note)
    entries = [
        Entry(name, "", text or None)
        for name, text in typed.items()
        if text.splitlines() != held.get(name, "").splitlines()
    ]
    try:
        saved = actions.save_note(note, int(base), entries, by=request.user, now=timezone.now())
    except NoteSigned as error:
        raise PermissionDenied from error
    except StaleVersion as stale:
        return note_page(request, note, typed, stale=stale, status=409)
    note.version = saved.version
    if saved.errors:
        return note_page(request, note, typed, faults=saved.errors, status=422)
    if "sign" in request.POST:
        return redirect("chart-note-sign", pk=note.pk)
    messages.success(request, _("Saved."))
    return redirect("chart-note", pk=note.pk)
