"""Two records that may be one person: side by side, which one survives, and who may read it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.actions.merging import merge
from bookings.admin.chosen import is_uuid
from bookings.admin.desk_pages import desk_only, desk_page
from bookings.admin.people.find import LONGEST
from bookings.admin.people.forms import MergeForm
from bookings.admin.people.page import patient_or_404
from bookings.errors import BookingError
from bookings.forms.staff_times import in_the_way
from bookings.models import Appointment
from clinic import search
from clinic.models import Consent, Patient, PatientGrant

SHOWN = (
    "first_name", "last_name", "date_of_birth", "phone", "email", "address", "language", "needs",
    "desk_note", "created_at",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def patient_merge(request: HttpRequest, patient: UUID) -> HttpResponse:
    """First the other record, among look-alikes or by search; then both beside each other."""
    one = patient_or_404(patient)
    if one.merged_into_id:
        return redirect("patient-merge", patient=one.merged_into_id)
    other = _other(request, one)
    if other is None:
        return _choose(request, one)
    form = MergeForm(request.POST or None, pair=(one, other), sign_ins=_sign_ins(one, other))
    status = 200
    if request.method == "POST":
        if form.is_valid() and (survivor := _merged(request, form)):
            return redirect("patient-page", patient=survivor.pk)
        status = 409 if form.refused else 422
    context = {"one": one, "other": other, "form": form, "rows": _rows(one, other)}
    title = _("Merge two records")
    return desk_page(request, "patient_merge", title, status=status, **context)


def _other(request: HttpRequest, one: Patient) -> Patient | None:
    pk = request.GET.get("with")
    if not is_uuid(pk) or str(one.pk) == pk:
        return None
    return Patient.objects.current().filter(pk=pk).first()


def _choose(request: HttpRequest, one: Patient) -> HttpResponse:
    """Offer who looks alike, and a search, to choose the other record from."""
    typed = request.POST.get("q", "")[:LONGEST].replace("\0", " ").strip()
    found = [each.patient for each in search.find(typed).found] if typed else search.alike(one)
    here = reverse("patient-merge", args=[one.pk])
    others = [(each, f"{here}?with={each.pk}") for each in found if each.pk != one.pk]
    context = {"one": one, "typed": typed, "others": others}
    return desk_page(request, "patient_merge_choose", _("Merge two records"), **context)


def _sign_ins(one: Patient, other: Patient) -> list[PatientGrant]:
    rows = PatientGrant.objects.filter(patient__in=[one, other], revoked_at__isnull=True)
    return list(rows.select_related("user", "patient").order_by("granted_at"))


def _merged(request: HttpRequest, form: MergeForm) -> Patient | None:
    duplicate, survivor = form.chosen()
    try:
        found = merge(
            duplicate, survivor, by=request.user, now=timezone.now(),
            sign_ins=form.cleaned_data["sign_ins"],
        )  # fmt: skip
    except BookingError as error:
        form.refuse(error, [in_the_way(clash) for clash in getattr(error, "clashes", ())])
        return None
    messages.success(request, _("Merged. Both records are read as one; it can be taken back."))
    return found


def _rows(one: Patient, other: Patient) -> list[dict[str, object]]:
    """Return what stands in both records, line by line; nothing of it is clinical."""
    rows = [
        {
            "label": Patient._meta.get_field(name).verbose_name,
            "values": [getattr(each, name) or "–" for each in (one, other)],
            "differs": getattr(one, name) != getattr(other, name),
        }
        for name in SHOWN
    ]
    for label, counted in (
        (_("visits"), Appointment.objects.visits()),
        (_("consents"), Consent.objects.filter(withdrawn_at__isnull=True)),
    ):
        numbers = [counted.filter(patient=each).count() for each in (one, other)]
        rows.append({"label": label, "values": numbers, "differs": False})
    return rows
