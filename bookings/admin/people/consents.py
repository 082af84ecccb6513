"""Consents at the desk: what a patient wants to hear, what was signed on paper, what ends."""

from itertools import chain
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.admin.desk_pages import desk_only
from bookings.admin.people.forms import PaperForm, WantsForm
from bookings.admin.people.page import answer, patient_or_404
from clinic.actions import consents
from clinic.audit import actor_of
from clinic.errors import PaperRefused
from clinic.models import Consent, Patient, User
from clinic.persons import theirs


@require_POST
@desk_only
def patient_wants(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Write down what a patient told the desk they want to hear."""
    one = patient_or_404(patient)
    form = WantsForm(request.POST)
    if form.is_valid():
        wanted = set(form.cleaned_data["wants"])
        changed = consents.choose_messages(
            one.survivor, wanted, offered=consents.CHOICES,
            by=actor_of(request.user), now=timezone.now(),
        )  # fmt: skip
        if changed:
            messages.success(request, _("Written down, with today's date."))
    else:
        messages.error(request, " ".join(chain.from_iterable(form.errors.values())))
    return redirect("patient-page", patient=one.survivor.pk)


@require_POST
@desk_only
def patient_paper(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Write down what a patient signed on paper: one sheet, one or several consents."""
    one = patient_or_404(patient).survivor
    form = PaperForm(request.POST, patient=one)
    if not form.is_valid() or not _written(form, one, request):
        return answer(request, one, paper=form, status=422)
    return redirect("patient-page", patient=one.pk)


def _written(form: PaperForm, patient: Patient, request: HttpRequest) -> bool:
    """Write every ticked consent down, or none of them and say beside the field why."""
    typed = form.cleaned_data
    assert isinstance(request.user, User)  # noqa: S101  # desk_only
    try:
        new = consents.record_papers(
            patient, typed["kinds"], text_dated=typed["text_dated"],
            signed_on=typed["signed_on"], signed_by=typed["signed_by"],
            by=request.user, now=timezone.now(),
        )  # fmt: skip
    except PaperRefused as error:
        form.add_error(error.field, str(error))
        return False
    if new:
        messages.success(request, _("Written down, with the day on the paper."))
    else:
        messages.info(request, _("This was written down before and still stands."))
    return True


@require_POST
@desk_only
def consent_end(request: HttpRequest, patient: UUID, consent: UUID) -> HttpResponse:
    """Write down that one consent no longer stands; its row stays."""
    one = patient_or_404(patient).survivor
    rows = Consent.objects.select_related("patient").exclude(kind=Consent.Kind.TREATMENT)
    found = rows.filter(theirs(one), pk=consent).first()
    if found is None:
        raise Http404
    assert isinstance(request.user, User)  # noqa: S101  # desk_only
    if consents.withdraw_one(found, by=request.user, now=timezone.now()):
        messages.success(request, _("Written down: this consent ended today."))
    return redirect("patient-page", patient=one.pk)
