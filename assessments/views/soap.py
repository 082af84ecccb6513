"""The note of a chart, written before the signature: by script part by part, or as one form."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import actions
from assessments.access import draft_for, examiner_of
from assessments.errors import AlreadySigned, StaleVersion
from assessments.models import Assessment
from assessments.notes.charted import drawn_soap
from assessments.notes.lines import SOAP
from assessments.notes.soap_page import SoapTyped
from assessments.screen.entries import Entry
from assessments.screen.sent import read_save
from assessments.views.chart import opened
from assessments.views.scripted import as_stored, by_script, kept
from assessments.views.sign import review
from bookings.views.answers import SeeOther
from clinic.access import Request


@require_POST
def chart_soap(request: Request, pk: UUID) -> HttpResponse:
    """Keep the whole note, for browsers without script; or let one part write itself again."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    redraw = request.POST.get("redraw", "")
    base = request.POST.get("base_version", "")
    if not base.isdecimal() or len(base) > 9 or (redraw and redraw not in SOAP):
        messages.warning(request, _("This form was not complete. Nothing was saved."))
        return redirect("chart-sign", pk=pk)
    if redraw:  # whatever stands there by now
        return _keep(request, assessment, assessment.version, {redraw: ""})
    typed = {name: _plain(request.POST[name]) for name in SOAP if name in request.POST}
    return _keep(request, assessment, int(base), typed)


@require_POST
@by_script
def chart_soap_save(request: Request, pk: UUID) -> HttpResponse:
    """Keep single parts: 200, or 409 with both texts, or 422 with what is wrong per part."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    sent = read_save(request.body)
    version, faults = actions.save_soap(
        assessment, sent.base, sent.entries, by=request.user, now=timezone.now()
    )
    return kept(version, faults)


@require_safe
@by_script
def chart_soap_values(request: Request, pk: UUID) -> HttpResponse:
    """What stands in the note now, and a fresh form token."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    opened(request, assessment)
    controls = actions.texts_of(assessment, drawn_soap(assessment))
    return as_stored(request, assessment.version, controls, signed=assessment.signed_at is not None)


def _keep(
    request: Request, assessment: Assessment, base: int, typed: dict[str, str]
) -> HttpResponse:
    entries = [Entry(name, "", text or None) for name, text in typed.items()]
    try:
        version, faults = actions.save_soap(
            assessment, base, entries, by=request.user, now=timezone.now()
        )
    except AlreadySigned as error:
        raise PermissionDenied from error
    except StaleVersion as stale:
        theirs = {
            each.field: str(each.theirs or "")
            for each in stale.clashes
            if (each.yours or "") != (each.theirs or "")
        }
        note = SoapTyped(texts=typed, theirs=theirs, version=stale.version)
        return review(request, assessment, note=note, status=409)
    if faults:
        errors = {fault.field: fault.said(_) for fault in faults}
        note = SoapTyped(texts=typed, errors=errors, version=version)
        return review(request, assessment, note=note, status=422)
    messages.success(request, _("Saved."))
    return SeeOther(reverse("chart-sign", args=[assessment.pk]) + "#note")


def _plain(text: str) -> str:
    """Return a text with line ends as the chart itself writes them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
