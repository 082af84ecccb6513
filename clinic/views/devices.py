"""Keep the plan on this phone, forget it, and end it on another one from ``/me/``."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import access, devices
from clinic.access import Request
from clinic.actions.devices import end_device, end_plans_on, keep_plan
from clinic.models import PlanDevice


@require_POST
def me_phone(request: Request, patient: UUID) -> HttpResponse:
    """Keep one patient's plan on this phone: only somebody signed in chooses that."""
    person = access.patient_for_user(request.user, patient)
    token = devices.new_token(request)
    mark = hashlib.sha256(token.encode()).hexdigest()
    now = timezone.now()
    keep_plan(request.user, person, mark, devices.name_of(request), now=now)
    messages.success(request, _("The plan stays on this phone for 90 days, also without a signal."))
    response = _see(f"{reverse('me')}{person.pk}/plan/")
    devices.remember(request, response, token)
    return response


@login_not_required  # a phone that is kept has no sign-in; it may always forget
@require_POST
def phone_forget(request: HttpRequest) -> HttpResponse:
    """Forget every plan on this phone."""
    mark = devices.mark_of(request)
    if mark:
        end_plans_on(mark, now=timezone.now())
    response = _see("/")
    devices.forget(response)
    return response


@require_POST
def me_device_end(request: Request, pk: UUID) -> HttpResponse:
    """End the plan on a device: any device of this sign-in."""
    kept = PlanDevice.objects.filter(user=request.user, pk=pk).first()
    if kept is None:
        raise Http404
    end_device(kept, by=request.user, now=timezone.now())
    messages.success(request, _("That device no longer opens the plan."))
    return _see(reverse("me"))


def _see(path: str) -> HttpResponse:
    response = HttpResponseRedirect(path)
    response.status_code = 303
    return response
