"""What somebody signed in finds first, and what belongs to their own sign-in."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import access, actions, addresses, audit, practice, roles, sections
from clinic.access import Request
from clinic.actions.grants import locked_until, must_be_confirmed
from clinic.actions.users import user_invited_by
from clinic.errors import ClinicError
from clinic.forms import BirthDateForm, NewPasswordForm
from clinic.middleware import needs_second_factor
from clinic.models import Patient


@require_safe
def home_for_me(request: Request) -> HttpResponse:
    """Lead to the right place: the first day, the chart, the admin or one's own pages."""
    user = request.user
    if access.has_role(user, roles.MANAGER) and not practice.current().is_open_for_booking:
        return redirect(addresses.FIRST_DAY)
    if access.has_role(user, *access.CHARTING):
        return redirect(addresses.CHART)
    if user.is_staff or access.has_role(user, roles.FRONT_DESK, roles.MANAGER, roles.CLINICAL_LEAD):
        return redirect("admin:index")
    return redirect("me")


@require_safe
def account(request: Request) -> HttpResponse:
    """One's own sign-in: address, password, second factor."""
    context = {
        "works_here": audit.works_here(request.user),
        "second_factor_missing": not settings.DEMO and needs_second_factor(request.user),
    }
    return render(request, "account/account.html", context)


@require_safe
def me(request: Request) -> HttpResponse:
    """The patients this sign-in may read, and those it may claim."""
    return _my_page(request)


@require_POST
def claim(request: Request, patient: UUID) -> HttpResponse:
    """Open a patient's pages to this sign-in, if the date of birth fits."""
    wanted = access.claimable_for(request.user, patient)
    form = BirthDateForm(request.POST, auto_id=f"patient-{wanted.pk}-%s")
    if form.is_valid():
        try:
            actions.claim_patient(request.user, wanted, form.cleaned_data["date_of_birth"])
        except ClinicError as error:
            form.add_error("date_of_birth", str(error))
        else:
            messages.success(request, _("You can now see the pages of %s.") % wanted.first_name)
            return redirect("me")
    return _my_page(request, form, wanted)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, user: UUID, token: str) -> HttpResponse:
    """Somebody invited chooses a password; the link then leads nowhere."""
    invited = user_invited_by(user, token)
    if invited is None:
        return render(request, "account/invitation_over.html", status=410)
    form = NewPasswordForm(request.POST or None, user=invited)
    if form.is_valid():
        actions.accept_invitation(invited, form.cleaned_data["password"])
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    context = {"form": form, "invited": invited}
    status = 422 if form.is_bound else 200
    return render(request, "account/accept_invitation.html", context, status=status)


def _my_page(
    request: Request, failed: BirthDateForm | None = None, wanted: Patient | None = None
) -> HttpResponse:
    patients = list(access.patients_of(request.user).order_by("first_name", "created_at"))
    claims = [
        {
            "patient": patient,
            "form": failed
            if patient == wanted
            else BirthDateForm(auto_id=f"patient-{patient.pk}-%s"),
            "desk_only": must_be_confirmed(request.user, patient),
            "locked_until": locked_until(request.user, patient),
        }
        for patient in access.claimable_by(request.user)
    ]
    context = {
        "patients": patients,
        "claims": claims,
        "sections": sections.of_my_page(request, patients),
    }
    return render(request, "clinic/me.html", context, status=422 if failed else 200)
