"""A chart that waits for a second signature, and one that is wrong as a whole."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions
from assessments.access import assessment_for, examiner_of, may_cosign, needs_cosign
from assessments.errors import NotTheAuthor, RecordError
from assessments.models import Assessment, EnteredInError
from bookings.models import Appointment
from bookings.views.answers import SeeOther
from clinic import access
from clinic.access import Request
from clinic.models import Patient, Practitioner
from clinic.persons import records_of

Kind = EnteredInError.Kind
MOST_LISTED = 1000
HINTS = {
    Kind.PATIENT: gettext_lazy(
        "A chart for the right patient is begun with what you found and your notes. What this "
        "patient said, and what was carried over from their visits, is not taken along."
    ),
    Kind.SIDE: gettext_lazy(
        "A chart is begun in which everything you found has changed sides. What the patient said "
        "stays as it was said. Check both before you sign."
    ),
    Kind.OTHER: gettext_lazy("No other chart is begun."),
}


@require_POST
def chart_cosign(request: Request, pk: UUID) -> HttpResponse:
    """Put the second signature under a chart; asked again, it leads to the chart."""
    practitioner = examiner_of(request.user)
    signed = assessment_for(request.user, practitioner, pk)
    there = SeeOther(reverse("chart-assessment", args=[pk]))
    if signed.signed_at is None:
        raise Http404
    if not signed.waits_for_cosign:
        return there
    if not may_cosign(practitioner, signed):
        messages.warning(request, _("A physio who signs without supervision co-signs this."))
        return there
    try:
        actions.co_sign(signed, practitioner, by=request.user, now=timezone.now())
    except RecordError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Co-signed."))
    return there


@require_http_methods(["GET", "HEAD", "POST"])
def chart_wrong(request: Request, pk: UUID) -> HttpResponse:
    """Mark a chart as entered in error; go on with the right one, if there is to be one."""
    practitioner = examiner_of(request.user)
    wrong = assessment_for(request.user, practitioner, pk)
    if wrong.in_error:
        return SeeOther(reverse("chart-assessment", args=[pk]))
    if not may_mark(practitioner, wrong):
        raise Http404
    if request.method != "POST":
        return _page(request, practitioner, wrong, {})
    kind, reason = request.POST.get("kind", ""), _typed(request, "reason")
    patient = _right_patient(request, practitioner) if kind == Kind.PATIENT else None
    faults = _faults(wrong, kind, reason, patient)
    if faults:
        return _page(request, practitioner, wrong, faults)
    told = actions.Mistake(kind=kind, reason=reason, patient=patient)
    try:
        mark = actions.enter_in_error(
            wrong, told, practitioner, by=request.user, now=timezone.now()
        )
    except NotTheAuthor as error:
        raise Http404 from error
    messages.success(request, _("Marked. It stays in the record, struck through."))
    right = mark.right_chart
    return SeeOther(reverse("chart-assessment", args=[right.pk if right else pk]))


def may_mark(practitioner: Practitioner, assessment: Assessment) -> bool:
    """Say whether this practitioner may mark a chart they may read: theirs, or signing alone."""
    mine = assessment.author_id == practitioner.pk
    return mine or (assessment.signed_at is not None and not needs_cosign(practitioner))


def _faults(wrong: Assessment, kind: str, reason: str, patient: Patient | None) -> dict[str, str]:
    faults = {}
    if kind not in Kind.values:
        faults["kind"] = _("Choose what is wrong.")
    if not reason:
        faults["reason"] = _("Say in a few words how it happened.")
    if kind == Kind.PATIENT:
        same = records_of(wrong.episode.patient_id)
        if patient is None:
            faults["patient"] = _("Choose the patient this chart is about.")
        elif same.filter(pk=patient.pk).exists():
            faults["patient"] = _("This is the patient the chart is under now.")
    return faults


def _right_patient(request: Request, practitioner: Practitioner) -> Patient | None:
    try:
        chosen = UUID(request.POST.get("patient", ""))
    except ValueError:
        return None
    return access.caseload(practitioner).filter(pk=chosen).first()


def _page(
    request: Request, practitioner: Practitioner, wrong: Assessment, faults: dict[str, str]
) -> HttpResponse:
    at = wrong.examined_at
    seen = Appointment.objects.visits().filter(
        patient=OuterRef("pk"), practitioner=practitioner,
        starts_at__range=(at - timedelta(hours=12), at + timedelta(hours=12)),
    )  # fmt: skip
    listed = (
        access.caseload(practitioner)
        .exclude(pk__in=records_of(wrong.episode.patient_id))
        .annotate(that_day=Exists(seen))
        .order_by("last_name", "first_name", "pk")[:MOST_LISTED]
    )
    context = {
        "assessment": wrong,
        "patient": wrong.episode.patient,
        "form": request.POST,
        "kinds": [(kind.value, kind.label, HINTS[kind]) for kind in Kind],
        "that_day": [each for each in listed if each.that_day],
        "others": [each for each in listed if not each.that_day],
        "faults": faults,
    }
    status = 422 if faults else 200
    return render(request, "assessments/chart_wrong.html", context, status=status)


def _typed(request: Request, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()


def right_chart_for(practitioner: Practitioner, assessment: Assessment) -> Assessment | None:
    """Return the chart begun in the place of one in error, if its patient is looked after here."""
    right = assessment.mistake.right_chart if assessment.in_error else None
    if right is None:
        return None
    mine = access.caseload(practitioner).filter(pk=right.episode.patient.survivor.pk).exists()
    return right if mine and (right.signed_at or right.author_id == practitioner.pk) else None
