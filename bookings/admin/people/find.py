"""Find the patient somebody means: a caller, or whoever a series or a package is for.

What is typed is posted and stands in no address. Script asks for the list alone while somebody
types; without it the same form answers with the whole page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bookings.admin.callbacks import callback_named
from bookings.admin.desk_pages import desk_only, desk_page
from bookings.models import CallbackRequest
from clinic import search
from clinic.models import Patient

LONGEST = 120  # characters


@dataclass(frozen=True, slots=True)
class Aim:
    """What a patient is wanted for: the title of the page, and where choosing somebody leads."""

    title: Any
    address: Callable[[Patient], str]


def _page(name: str) -> Callable[[Patient], str]:
    return lambda patient: reverse(name, query={"patient": str(patient.pk)})


AIMS = {
    "open": Aim(_("Find a patient"), lambda each: reverse("patient-page", args=[each.pk])),
    "book": Aim(_("Book by phone"), _page("phone-booking")),
    "series": Aim(_("Book a series"), _page("admin:bookings_series_add")),
    "package": Aim(_("Sell a package"), _page("admin:bookings_package_add")),
}


def aim_in(asked: QueryDict) -> str:
    """Return what the patient is for, by name; 404 for anything made up."""
    aim = asked.get("then", "open")
    if aim not in AIMS:
        raise Http404
    return aim


def leads_to(aim: str, patient: Patient, call: CallbackRequest | None = None) -> str:
    """Return where choosing a patient leads; a call-back that is answered goes along, by its id."""
    address = AIMS[aim].address(patient)
    if call is None or aim != "book":
        return address
    return f"{address}&callback={call.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def patient_find(request: HttpRequest) -> HttpResponse:
    """Search by part of a name, a number or a date of birth; a choice leads on."""
    asked = request.POST if request.method == "POST" else request.GET
    aim, call = aim_in(asked), callback_named(asked.get("callback", ""))
    typed = request.POST.get("q", "")[:LONGEST].replace("\0", " ").strip()
    return answer(request, aim, typed, call=call, searched=request.method == "POST")


def answer(
    request: HttpRequest,
    aim: str,
    typed: str = "",
    *,
    call: CallbackRequest | None = None,
    searched: bool = False,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """Render the search with whom it found; for script the list alone."""
    found = search.find(typed)
    context = {
        "then": aim,
        "call": call,
        "typed": typed,
        "searched": searched,
        "answer": found,
        "found": [(each, leads_to(aim, each.patient, call)) for each in found.found],
        "may_add": aim in ("open", "book"),
        **more,
    }
    if getattr(request, "htmx", False):
        return render(request, "admin/bookings/_patients_found.html", context)
    title = str(AIMS[aim].title)
    return desk_page(request, "patient_find", title, status=status, **context)
