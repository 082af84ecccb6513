"""The test before the first run, written down by the physio who saw it passed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import actions
from assessments.access import examiner_of, patient_for
from assessments.errors import RecordError
from assessments.models import EpisodeOfCare
from assessments.running_part import running_test_of
from clinic.access import Request
from clinic.persons import theirs


@require_POST
def chart_running_test(request: Request, pk: UUID) -> HttpResponse:
    """Write down that the test before the first run was passed."""
    patient = patient_for(request.user, examiner_of(request.user), pk)
    standing = EpisodeOfCare.objects.filter(theirs(patient), discharged_at__isnull=True)
    episode = standing.order_by("opened_at").first()
    if episode is None:
        raise Http404
    try:
        actions.pass_running_test(
            episode, request.POST.getlist("check"), by=request.user, now=timezone.now()
        )
    except RecordError as error:
        messages.warning(request, str(error))
    else:
        test = running_test_of(patient)
        opened = _("Written down. Walk-jog stage 1 is open to the patient.")
        messages.success(request, opened if test and test.opens else _("Written down."))
    return redirect("chart-patient", pk=pk)
