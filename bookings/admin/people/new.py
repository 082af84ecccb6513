"""Add a patient: who they are, how to reach them, and who answers for a child."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.admin.callbacks import callback_named, starting_values
from bookings.admin.desk_pages import desk_only, desk_page
from bookings.admin.people.find import aim_in, leads_to
from bookings.admin.people.forms import NewPatientForm, taken_from
from clinic import minors
from clinic.actions.patients import add_patient
from clinic.audit import actor_of
from clinic.errors import GuardianMissing
from clinic.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def patient_new(request: HttpRequest) -> HttpResponse:
    """Add somebody, then go on to what they are needed for. Look-alikes are named first."""
    asked = request.POST if request.method == "POST" else request.GET
    aim, call = aim_in(asked), callback_named(asked.get("callback", ""))
    if "key" in request.POST:
        form = NewPatientForm(request.POST)
        if form.is_valid() and (patient := _added(request, form)):
            return redirect(leads_to(aim, patient, call))
    else:  # it begins with what was searched for, or with what who asked to be called left
        known = starting_values(call) if call else taken_from(request.POST.get("q", ""))
        form = NewPatientForm(initial=known)
    context = {
        "form": form,
        "then": aim,
        "call": call,
        "look_alikes": [(each, leads_to(aim, each, call)) for each in form.look_alikes],
        "age": minors.lowest_age(),
        "folded": ("address", "language", "needs", "desk_note"),
    }
    status = 422 if form.errors else 200
    return desk_page(request, "patient_new", _("Add a patient"), status=status, **context)


def _added(request: HttpRequest, form: NewPatientForm) -> Patient | None:
    try:
        return add_patient(
            form.patient(), guardian=form.guardian(),
            by=actor_of(request.user), now=timezone.now(),
        )  # fmt: skip
    except GuardianMissing as error:
        form.add_error("guardian_name", str(error))
        return None
