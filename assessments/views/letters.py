"""Letters: begun from a signed chart, edited, finished, printed, and logged as given on."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import actions, trail
from assessments.access import assessment_for, examiner_of, letter_for, may_sign
from assessments.actions.letters import address, first_text
from assessments.correspondence import letters_about, referral_of
from assessments.course import last_correction
from assessments.errors import RecordError
from assessments.letters.paper import letter_facts, letter_pdf
from assessments.models import Assessment, Letter
from assessments.views.letter_forms import LetterForm, SendingForm
from assessments.where import zone_of
from clinic.access import Request
from clinic.models import Practitioner


@require_POST
def chart_letter_start(request: Request, pk: UUID) -> HttpResponse:
    """Draft a letter of a signed chart, or go on with the one begun."""
    assessment = assessment_for(request.user, examiner_of(request.user), pk)
    kind = request.POST.get("kind", "")
    if assessment.signed_at is None or assessment.in_error or kind not in Letter.Kind.values:
        raise Http404
    letter = actions.draft_letter(assessment, kind, by=request.user, now=timezone.now())
    return redirect("chart-letter", pk=letter.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def chart_letter(request: Request, pk: UUID) -> HttpResponse:
    """An unfinished letter as a form; a finished one with its log of who gave it on."""
    practitioner = examiner_of(request.user)
    letter = letter_for(request.user, practitioner, pk)
    _looked_at(request, letter)
    if letter.fixed_at is not None:
        if request.method == "POST":
            messages.warning(request, _("This letter is finished and stays as it is."))
            return redirect("chart-letter", pk=pk)
        return _finished(request, letter)
    if request.method == "POST" and request.POST.get("do") == "discard":
        actions.discard_letter(letter, by=request.user, now=timezone.now())
        messages.success(request, _("The draft is gone."))
        return redirect("chart-patient", pk=letter.assessment.episode.patient.survivor.pk)
    return _unfinished(request, practitioner, letter)


@require_POST
def chart_letter_send(request: Request, pk: UUID) -> HttpResponse:
    """Write down that a finished letter was given on: how, to whom, when."""
    letter = letter_for(request.user, examiner_of(request.user), pk)
    form = SendingForm(request.POST, zone=zone_of(letter.assessment), now=timezone.now())
    if letter.fixed_at is None:
        raise Http404
    if not form.is_valid():
        return _finished(request, letter, form)
    actions.log_sending(letter, **form.cleaned_data, by=request.user, now=timezone.now())
    messages.success(request, _("Written down."))
    return redirect("chart-letter", pk=pk)


@require_safe
def chart_letter_pdf(request: Request, pk: UUID) -> HttpResponse:
    """A letter on paper; until it is finished, marked as a draft."""
    practitioner = examiner_of(request.user)
    letter = letter_for(request.user, practitioner, pk)
    _looked_at(request, letter)
    return _paper(letter, practitioner)


@require_safe
def chart_assessment_letter(request: Request, pk: UUID) -> HttpResponse:
    """The newest letter of a signed chart; where nobody wrote one, the draft as it would be."""
    practitioner = examiner_of(request.user)
    assessment = assessment_for(request.user, practitioner, pk)
    if assessment.signed_at is None or assessment.in_error:
        raise Http404
    written = letters_about(Q(assessment=assessment)).order_by("-fixed_at", "-drafted_at")
    letter = written.filter(fixed_at__isnull=False).first() or written.first()
    if letter is not None:
        _looked_at(request, letter)
        return _paper(letter, practitioner)
    with transaction.atomic():
        trail.did_again(
            "chart.opened",
            assessment,
            by=request.user,
            patient_id=assessment.episode.patient_id,
            now=timezone.now(),
        )
    return _paper(_unwritten(assessment), practitioner)


def _unwritten(assessment: Assessment) -> Letter:
    """Return the letter this chart calls for as last amended, saved nowhere."""
    assessment = last_correction(assessment)
    kind = Letter.Kind.REFERRAL if assessment.plan_status == "BLOCKED" else Letter.Kind.GP
    drafted = first_text(assessment, kind)
    letter = Letter(assessment=assessment, kind=kind, subject=drafted.subject)
    letter.sections = [{"heading": each.heading, "text": each.text} for each in drafted.sections]
    address(letter)
    return letter


def _paper(letter: Letter, signer: Practitioner) -> HttpResponse:
    facts = letter.facts
    if letter.fixed_at is None:
        day = timezone.localdate(timezone.now(), zone_of(letter.assessment))
        facts = letter_facts(letter, signer, day, final=False)
    response = HttpResponse(letter_pdf(facts), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="letter.pdf"'
    return response


def _unfinished(request: Request, practitioner: Practitioner, letter: Letter) -> HttpResponse:
    form = LetterForm(request.POST if request.method == "POST" else None, letter=letter)
    if form.is_valid():
        try:
            return _keep(request, practitioner, letter, form)
        except RecordError as error:
            form.add_error(None, str(error))
    newest = last_correction(letter.assessment)
    amended = newest if newest.pk != letter.assessment_id else None
    return _page(request, letter, {"form": form, "amended": amended}, 422 if form.errors else 200)


def _keep(
    request: Request, practitioner: Practitioner, letter: Letter, form: LetterForm
) -> HttpResponse:
    """Save what was typed, and finish the letter if that was pressed: both or neither."""
    now, finish = timezone.now(), request.POST.get("do") == "finish"
    with transaction.atomic():
        actions.edit_letter(letter, form.edited(), by=request.user, now=now)
        if finish:
            actions.finish_letter(letter, practitioner, by=request.user, now=now)
    if finish:
        messages.success(request, _("Finished. Print it or save it, then write down how it went."))
    else:
        messages.success(request, _("Kept."))
    return redirect("chart-letter", pk=letter.pk)


def _finished(request: Request, letter: Letter, form: SendingForm | None = None) -> HttpResponse:
    empty = SendingForm(
        initial={"to": letter.to_name}, zone=zone_of(letter.assessment), now=timezone.now()
    )
    sendings = letter.sendings.select_related("sent_by").order_by("sent_at", "written_at")
    context = {"sending": form or empty, "sendings": sendings, "hows": SendingForm.HOWS}
    return _page(request, letter, context, 422 if form else 200)


def _page(request: Request, letter: Letter, more: dict, status: int) -> HttpResponse:
    context = {
        "letter": letter,
        "patient": letter.assessment.episode.patient.survivor,
        "signs": may_sign(request.user),
        "referral": referral_of(letter) if letter.kind == Letter.Kind.REFERRAL else None,
        **more,
    }
    return render(request, "assessments/chart_letter.html", context, status=status)


def _looked_at(request: Request, letter: Letter) -> None:
    with transaction.atomic():
        trail.did_again(
            "letter.opened",
            letter,
            by=request.user,
            patient_id=letter.assessment.episode.patient_id,
            now=timezone.now(),
        )
