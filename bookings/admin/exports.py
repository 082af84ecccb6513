"""Patients and visits as files: contact data and times only, no note and nothing clinical.

For managers, who say who they are once more first; the trail keeps who took a file.
"""

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.admin.desk_pages import desk_page, manager_only
from bookings.forms.days import DaysForm
from bookings.models import Appointment
from bookings.reports.reading import Reading
from clinic import audit
from clinic.audit import actor_of
from clinic.models import Patient
from clinic.sheets import CSV_TYPE, csv_bytes, download


@require_safe
@manager_only
@reauthentication_required
def patients_csv(request) -> HttpResponse:
    """Everybody's name, date of birth and how to reach them."""
    header = ["First name", "Last name", "Date of birth", "E-mail", "Phone", "Address", "Language"]
    rows = Patient.objects.current().order_by("last_name", "first_name", "pk")
    lines = [
        (
            one.first_name, one.last_name, one.date_of_birth, one.email, one.phone, one.address,
            one.language,
        )
        for one in rows.iterator(chunk_size=2000)
    ]  # fmt: skip
    audit.record("patient.export", by=actor_of(request.user), data={"rows": len(lines)})
    return download(csv_bytes(header, lines), "patients.csv", CSV_TYPE)


@require_safe
@manager_only
@reauthentication_required
def visits_csv(request) -> HttpResponse:
    """The visits of some days: whose, when, with whom, how they ended."""
    form = DaysForm(request.GET)
    if not form.is_valid():
        return desk_page(request, "export_days", _("Export visits"), status=422, form=form)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    header = [
        "First name", "Last name", "Date of birth", "Date", "Time", "Minutes", "Practitioner",
        "Service", "Location", "Status", "Booked by way of",
    ]  # fmt: skip
    lines = []
    for place in form.places():
        start, end = Reading([place], first, last, timezone.now()).bounds(place)
        rows = (
            Appointment.objects.visits()
            .with_people()
            .filter(location=place, starts_at__gte=start, starts_at__lt=end, patient__isnull=False)
        )
        lines += [_line(one) for one in rows.order_by("starts_at", "pk")]
    data = {"rows": len(lines), "first": first.isoformat(), "last": last.isoformat()}
    audit.record("visit.export", by=actor_of(request.user), data=data)
    return download(csv_bytes(header, lines), f"visits-{first}-{last}.csv", CSV_TYPE)


def _line(visit: Appointment) -> tuple:
    local = visit.starts_at.astimezone(visit.location.tz)
    patient = visit.patient
    return (
        patient.first_name, patient.last_name, patient.date_of_birth, local.date(),
        f"{local:%H:%M}", int((visit.ends_at - visit.starts_at).total_seconds() // 60),
        visit.practitioner.name, visit.service.neutral_name, visit.location.name,
        visit.get_state_display(), visit.get_source_display(),
    )  # fmt: skip
