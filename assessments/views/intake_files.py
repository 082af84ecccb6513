"""Files a patient adds to the form before a visit, and takes away again. None is shown back."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.files.base import File
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import actions
from assessments.errors import IntakeClosed, IntakeElsewhere, RecordError
from assessments.intake import device as devices
from assessments.intake.page import Form
from assessments.intake.steps import STEP_BY_NAME
from assessments.models import IntakeFile
from assessments.views.intake import on_this_device, screen_page
from bookings.views.answers import SeeOther, private, visitor
from clinic.errors import ClinicError

PAPERS = STEP_BY_NAME["papers"]


@login_not_required
@require_POST
@private
@on_this_device
def visit_intake_file_add(request, token: str, form: Form, now: datetime) -> HttpResponse:
    """Keep one file, or say why not."""
    file, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if not isinstance(file, File):
        return _refused(request, token, form, now, _("Choose a file first."))
    if kind not in IntakeFile.Kind.values:
        kind = IntakeFile.Kind.OTHER
    device = devices.device_of(request, form.visit, devices.key_of(request))
    try:
        actions.add_file(form.visit, kind, file, device=device, by=visitor(request), now=now)
    except (IntakeElsewhere, IntakeClosed):
        return SeeOther(reverse("visit-intake", args=[token]))
    except (ClinicError, RecordError) as error:
        return _refused(request, token, form, now, str(error))
    return SeeOther(_papers(token))


@login_not_required
@require_POST
@private
@on_this_device
def visit_intake_file_remove(
    request, token: str, form: Form, now: datetime, *, pk: UUID
) -> HttpResponse:
    """Take a file away that was not sent yet."""
    device = devices.device_of(request, form.visit, devices.key_of(request))
    try:
        gone = actions.remove_file(form.visit, pk, device=device, by=visitor(request), now=now)
    except (IntakeElsewhere, IntakeClosed):
        return SeeOther(reverse("visit-intake", args=[token]))
    if not gone:
        raise Http404
    return SeeOther(_papers(token))


def _papers(token: str) -> str:
    return reverse("visit-intake-step", args=[token, PAPERS.name])


def _refused(request, token: str, form: Form, now: datetime, why: str) -> HttpResponse:
    return screen_page(request, token, form, PAPERS, now, file_error=why, status=422)
