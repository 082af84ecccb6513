"""Who reads a patient's own plan, log and progress: somebody signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from assessments.access import own_patient
from clinic.models import Patient, User


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose pages these are, and who opened them."""

    user: User
    patient: Patient


def plan_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the reader; lead others to the sign-in, a script to 401."""

    @login_not_required  # answered here: a script gets 401, not a page to sign in
    @wraps(view)
    def opened(request: HttpRequest, patient: UUID, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return signed_out(request, patient)
        return view(request, Reader(request.user, own_patient(request.user, patient)), **kwargs)

    return opened


def signed_out(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Answer somebody who is not signed in; a form cannot be opened, so they land on the plan."""
    if request.content_type == "application/json":
        return JsonResponse({"error": _("Sign in again to go on.")}, status=401)
    page = request.get_full_path() if request.method in ("GET", "HEAD") else f"/me/{patient}/plan/"
    return redirect_to_login(page)
