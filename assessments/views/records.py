"""The whole record as one ZIP: asked for and fetched on one's own pages, or made by a physio."""

from datetime import datetime
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import trail
from assessments.access import examiner_of, may_sign, own_patient, patient_for
from assessments.subject.archive import members_of, stream
from assessments.subject.coverage import LEFT_OUT, NOT_HERE
from assessments.subject.reading import read_record
from clinic import practice
from clinic.access import Request
from clinic.actions import record_requests as actions
from clinic.models import Patient, RecordRequest
from clinic.persons import theirs


@require_http_methods(["GET", "HEAD", "POST"])
def me_record(request: Request, patient: UUID) -> HttpResponse:
    """Ask for everything that is kept; see until when it is answered, and where it is."""
    person, now = own_patient(request.user, patient), timezone.now()
    if request.method == "POST":
        actions.ask(person, by=request.user, now=now)
        messages.success(request, _("We have your request."))
        return redirect("me-record", patient=person.pk)
    asked = RecordRequest.objects.filter(theirs(person))
    context = {
        "patient": person,
        "waiting": asked.waiting().first(),
        "open": asked.open(now).order_by("-released_at").first(),
        "earlier": asked.order_by("-asked_at", "pk")[:12],
        "days": practice.current().record_days,
        "not_here": NOT_HERE,
        "zone": practice.current().tz,
    }
    return render(request, "assessments/me_record.html", context)


@require_POST
def me_record_zip(request: Request, patient: UUID) -> StreamingHttpResponse:
    """The record, while it is handed out."""
    person, now = own_patient(request.user, patient), timezone.now()
    released = RecordRequest.objects.filter(theirs(person)).open(now)
    found = released.order_by("-released_at", "pk").first()
    if found is None:
        raise Http404
    answer = zip_of(person, now)
    actions.taken(found, by=request.user, now=now)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def chart_record(request: Request, pk: UUID) -> HttpResponse:
    """For whoever signs and looks after the patient: what it is for, then the file itself."""
    practitioner = examiner_of(request.user)
    if not may_sign(request.user):
        raise Http404
    return _proven(request, patient_for(request.user, practitioner, pk))


@reauthentication_required(allow_get=True)
def _proven(request: Request, patient: Patient) -> HttpResponse:
    if request.method != "POST":
        context = {"patient": patient, "not_here": NOT_HERE, "left_out": LEFT_OUT}
        return render(request, "assessments/chart_record.html", context)
    now = timezone.now()
    answer = zip_of(patient, now)
    with transaction.atomic():
        trail.did("record.exported", patient, by=request.user, patient_id=patient.pk, now=now)
    return answer


def zip_of(patient: Patient, now: datetime) -> StreamingHttpResponse:
    """Return the ZIP as an attachment; the database is read before the first byte leaves."""
    members = members_of(read_record(patient, now))
    response = StreamingHttpResponse(stream(members), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="record-{now:%Y-%m-%d}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
