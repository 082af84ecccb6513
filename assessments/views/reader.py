"""Who reads a patient's own plan, log and progress: somebody signed in, or a kept phone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.access import own_patient
from clinic import devices
from clinic.models import Patient, User


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose pages these are, and who opened them.

    signed_in  False on a phone that keeps the plan: only today's plan, log and progress are open
    kept       whether the phone keeps the plan
    """

    user: User
    patient: Patient
    signed_in: bool = True
    kept: bool = False


def plan_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the reader; lead others to the sign-in, a script to 401.

    The answer says whether this phone may keep the page; nothing else on the way may.
    """

    @login_not_required  # answered here: a script gets 401, not a page to sign in
    @wraps(view)
    def opened(request: HttpRequest, patient: UUID, **kwargs: object) -> HttpResponse:
        kept = devices.kept_on(request, patient, timezone.now())
        if request.user.is_authenticated:
            person = own_patient(request.user, patient)
            me = Reader(request.user, person, kept=kept is not None)
        elif kept is not None:
            me = Reader(kept.user, kept.patient.survivor, signed_in=False, kept=True)
        else:
            return signed_out(request, patient)
        response = view(request, me, **kwargs)
        response["Cache-Control"] = "no-store, private"
        if kept is not None:
            response["X-Plan-Kept"] = "yes"
        return response

    return opened


def full_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask a phone that keeps the plan for a sign-in: it opens today's plan only."""

    @wraps(view)
    def opened(request: HttpRequest, me: Reader, **kwargs: object) -> HttpResponse:
        if not me.signed_in:
            return signed_out(request, me.patient.pk)
        return view(request, me, **kwargs)

    return opened


def signed_out(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Answer somebody who is not signed in; a form cannot be opened, so they land on the plan."""
    if request.content_type == "application/json":
        return JsonResponse({"error": _("Sign in again to go on.")}, status=401)
    page = request.get_full_path() if request.method in ("GET", "HEAD") else f"/me/{patient}/plan/"
    return redirect_to_login(page)
