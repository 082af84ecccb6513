"""What the clinic may write to people about: chosen on ``/me/`` or by link, ended by one click."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from clinic import access, audit, choices
from clinic.access import Request
from clinic.actions import consents
from clinic.audit import Actor
from clinic.forms import MessageChoicesForm
from clinic.models import Consent, Patient, User

BY_LINK = Actor("patient")  # whoever has the patient's own link; nobody is signed in


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _choose(form: MessageChoicesForm, patient: Patient, by: Actor) -> None:
    consents.choose_messages(
        patient, form.wanted(), offered=form.offered, by=by, now=timezone.now()
    )


@require_POST
def me_messages(request: Request, patient: UUID) -> HttpResponse:
    """What one patient may be written to about, chosen by somebody who reads their pages."""
    person = access.patient_for_user(request.user, patient)
    form = MessageChoicesForm(request.POST, patient=person)
    if not form.is_valid():
        return _private(_page(request, person, form, status=422))
    _choose(form, person, audit.actor_of(request.user))
    messages.success(request, _("Your choice is saved."))
    return _see(reverse("me"))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def message_choices(request: HttpRequest, token: str) -> HttpResponse:
    """The same by link, without a sign-in; it shows nothing else about the patient."""
    person = choices.chosen_by(token)
    if person is None:
        raise Http404
    form = MessageChoicesForm(request.POST or None, patient=person)
    if request.method == "POST":
        form = MessageChoicesForm(request.POST, patient=person)
        if form.is_valid():
            _choose(form, person, BY_LINK)
            return _see(f"{request.path}?saved=1")
    return _private(_page(request, person, form, status=422 if form.is_bound else 200))


@csrf_exempt  # mail programs post here without a cookie (RFC 8058); the link is the permission
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST ends messages of one kind. Asked twice, they stay ended."""
    found = choices.stopped_by(token)
    if found is None:
        raise Http404
    patient, kind = found
    if request.method == "POST":
        consents.withdraw_consent(patient, kind, by=BY_LINK, now=timezone.now())
    context = {
        "kind": Consent.Kind(kind).label,
        "done": request.method == "POST" or not consents.has_agreed(patient, kind),
        "choices": choices.choices_path(patient.pk),
    }
    return _private(render(request, "clinic/unsubscribe.html", context))


def _page(request, patient: Patient, form: MessageChoicesForm, status: int) -> HttpResponse:
    context = {
        "patient": patient,
        "form": form,
        "saved": "saved" in request.GET,
        "signed_in": isinstance(request.user, User),
        "privacy": consents.standing(patient).get(Consent.Kind.PRIVACY),
    }
    return render(request, "clinic/message_choices.html", context, status=status)


def _see(path: str) -> HttpResponse:
    response = HttpResponseRedirect(path)
    response.status_code = 303
    return response
