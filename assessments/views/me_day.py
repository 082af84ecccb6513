"""What a patient arranges on the plan page: strength days, reminders; and "it flared up"."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions
from assessments.day import eased_lines, weekdays
from assessments.errors import DaysTooClose
from assessments.flare_questions import QUESTIONS, question_words
from assessments.intake.advice import Advice, advice_at
from assessments.library_store import library_of, newest_version
from assessments.models import Flare
from assessments.sheet import sheet_of
from assessments.translation_store import speaker
from assessments.views.me import current_plan
from assessments.views.reader import Reader, plan_page
from bookings.views.answers import SeeOther
from clinic import audit
from clinic.actions.consents import give_consent, withdraw_consent
from clinic.models import Consent, Location
from clinic.persons import theirs

NONE = "none"


@plan_page
@require_POST
def me_plan_days(request: HttpRequest, me: Reader) -> HttpResponse:
    """Pick the weekdays for strength work; turn the reminders on or off."""
    now, back = timezone.now(), SeeOther(reverse("me-plan", args=[me.patient.pk]) + "#days")
    remind = request.POST.get("remind", "")
    if remind in ("on", "off"):
        act = give_consent if remind == "on" else withdraw_consent
        act(me.patient, Consent.Kind.REMINDERS, by=audit.actor_of(me.user), now=now)
        on = _("Reminders are on: a short mail on your days, without a word about your health.")
        messages.success(request, on if remind == "on" else _("Reminders are off."))
        return back
    days = {int(day) for day in request.POST.getlist("day") if day in tuple("0123456")}
    try:
        actions.choose_strength_days(me.patient, days, by=me.user, now=now)
    except DaysTooClose as error:
        context = {"patient": me.patient, "error": str(error), "weekdays": weekdays(days)}
        return render(request, "assessments/me_plan_days.html", context, status=422)
    messages.success(request, _("Your strength days are set."))
    return back


@plan_page
@require_http_methods(["GET", "HEAD", "POST"])
def me_plan_ask(request: HttpRequest, me: Reader) -> HttpResponse:
    """Ask the safety questions, then say what to do and tell the physio."""
    plan = current_plan(me.patient)
    if plan is None:
        raise Http404
    if request.method != "POST":
        return _ask(request, me)
    ticked = set(request.POST.getlist("yes"))
    yes = [name for name in QUESTIONS if name in ticked]
    pain = request.POST.get("pain", "")
    errors = _flare_errors(bool(yes), NONE in ticked, pain)
    if errors:
        return _ask(request, me, ticked=ticked, pain=pain, errors=errors)
    flare = actions.report_flare(
        me.patient,
        plan,
        client_id=_client_id(request),
        yes=yes,
        pain=int(pain) if pain else None,
        by=me.user,
        now=timezone.now(),
    )
    return SeeOther(reverse("me-plan-asked", args=[me.patient.pk, flare.pk]))


@plan_page
@require_http_methods(["GET", "HEAD"])
def me_plan_asked(request: HttpRequest, me: Reader, flare: UUID) -> HttpResponse:
    """What to do now, for a flare that was reported."""
    found = (
        Flare.objects.filter(theirs(me.patient), pk=flare)
        .select_related("plan__episode", "plan__assessment__appointment__location")
        .first()
    )
    if found is None:
        raise Http404
    visit = found.plan.assessment.appointment
    place = visit.location if visit else Location.objects.open().first()
    sheet = sheet_of(found.plan, place)
    context = {
        "patient": me.patient,
        "flare": found,
        "sheet": sheet,
        "advice": _advice(found, sheet.number, place),
        "emergency_number": sheet.number,
        "eased": [] if sheet.ended else eased_lines(sheet, timezone.localdate()),
    }
    return render(request, "assessments/me_plan_asked.html", context)


def _advice(flare: Flare, number: str, place: Location | None) -> Advice | None:
    """Return what the answers call for, in the words of the published library."""
    if not flare.level:
        return None
    return advice_at(
        flare.level,
        tuple(question_words(name) for name in flare.yes),
        library_of(newest_version().number),
        number=number,
        country=place.country if place else "",
        speaker=speaker(),
    )


def _ask(
    request: HttpRequest, me: Reader, *, ticked=frozenset(), pain: str = "", errors=None
) -> HttpResponse:
    context = {
        "patient": me.patient,
        "questions": [(name, question_words(name), name in ticked) for name in QUESTIONS],
        "none": NONE in ticked,
        "pain": pain,
        "scores": [str(score) for score in range(11)],
        "errors": errors or {},
        "client_id": _client_id(request),
    }
    status = 422 if errors else 200
    return render(request, "assessments/me_plan_ask.html", context, status=status)


def _flare_errors(some: bool, none: bool, pain: str) -> dict[str, str]:
    errors = {}
    if some == none:
        errors["yes"] = (
            _("You ticked something and “none of these”. Which is it?")
            if some
            else _("Tick what you have, or “none of these”.")
        )
    if pain and pain not in [str(score) for score in range(11)]:
        errors["pain"] = _("Choose a number from 0 to 10, or none.")
    return errors


def _client_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("client_id", ""))
    except ValueError:
        return uuid4()
