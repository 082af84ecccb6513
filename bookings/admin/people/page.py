"""One patient as the desk knows them: contacts, family, visits, consents. Nothing clinical."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.actions.merging import take_back
from bookings.actions.packages import visits_left
from bookings.admin.desk_pages import desk_only, desk_page
from bookings.admin.people.forms import PaperForm, WantsForm
from bookings.errors import BookingError
from bookings.models import Appointment, WaitingEntry
from clinic import practice, sms
from clinic.admin.desk import history_of
from clinic.minors import needed_everywhere
from clinic.models import AuditEvent, Consent, Guardian, Patient, PatientGrant
from clinic.persons import theirs

AHEAD, BEFORE = 20, 20  # visits shown
FAMILY = 12  # people at the same address or number


def patient_or_404(pk: UUID) -> Patient:
    """Return a patient by id, merged or not."""
    found = Patient.objects.select_related("merged_into").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@desk_only
def patient_page(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Everything the desk keeps about somebody. A duplicate's address leads to the survivor."""
    one = patient_or_404(patient)
    if one.merged_into_id:
        return redirect("patient-page", patient=one.merged_into_id)
    return answer(request, one)


def answer(
    request: HttpRequest, one: Patient, *, paper: PaperForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the page of a patient whose record stands.

    paper  what was typed about a consent on paper, with what is wrong with it
    """
    now = timezone.now()
    family = _family(one, now)
    context = {
        "patient": one,
        **_visits(one, now),
        **_agreed(one),
        **family,
        "paper": paper or PaperForm(patient=one, guardians=family["guardians"]),
        "packages": visits_left([one], now=now).get(one.pk, []),
        "waiting": WaitingEntry.objects.waiting().select_related("service").filter(patient=one),
        "sign_ins": PatientGrant.objects.filter(theirs(one)).select_related("user", "patient"),
        "duplicates": one.duplicates.order_by("created_at"),
        "history": [done for done in history_of(one) if _is_the_desks(done["event"])],
    }
    return desk_page(request, "patient_page", str(one), status=status, **context)


def _is_the_desks(event: AuditEvent) -> bool:
    """Leave out who opened a chart and why: that is between the patient and the clinicians."""
    return event.action.startswith("patient")


def _visits(patient: Patient, now: datetime) -> dict[str, object]:
    """Return the visits ahead, soonest first, and those before, newest first. Two queries."""
    rows = Appointment.objects.visits().with_people().filter(theirs(patient))
    return {
        "ahead": list(rows.filter(ends_at__gt=now).order_by("starts_at")[:AHEAD]),
        "before": list(rows.filter(ends_at__lte=now).order_by("-starts_at")[:BEFORE]),
    }


def _agreed(patient: Patient) -> dict[str, object]:
    """Return the history of consents and what stands of it, for the boxes to tick."""
    kept = Consent.objects.filter(theirs(patient)).select_related("recorded_by")
    rows = list(kept.order_by("-given_at", "kind"))
    standing = {row.kind for row in rows if row.withdrawn_at is None}
    dated = practice.current().privacy_dated
    notices = {row.text_dated for row in rows if row.is_of_notice and row.withdrawn_at is None}
    return {
        "consents": rows,
        "notice_missing": dated if dated not in notices else None,
        "wants": WantsForm(initial={"wants": sorted(standing)}),
        "texts": sms.is_on() and bool(patient.phone) and Consent.Kind.SMS in standing,
    }


def _family(patient: Patient, now: datetime) -> dict[str, object]:
    """Return who answers for a patient, and who shares their address or number."""
    same = Q(pk__in=[])
    if patient.email:
        same |= Q(email=patient.email)
    if patient.phone:
        same |= Q(phone=patient.phone)
    others = Patient.objects.current().filter(same).exclude(pk=patient.pk)
    guardians = list(Guardian.objects.filter(theirs(patient)).order_by("name"))
    agreed = any(guardian.consented_at for guardian in guardians)
    return {
        "guardians": guardians,
        "of_nobody": not agreed and needed_everywhere(patient.date_of_birth, now),
        "family": others.order_by("first_name", "last_name")[:FAMILY],
    }


@require_POST
@desk_only
def patient_unmerge(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Take a merge back; what had moved goes back with it."""
    one = patient_or_404(patient)
    try:
        take_back(one, by=request.user, now=timezone.now())
    except BookingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("There are two records again."))
    return redirect("patient-page", patient=one.pk)
