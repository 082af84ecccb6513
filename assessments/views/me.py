"""The patient's own pages: the plan, what was done, how it goes."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from assessments import actions, trail
from assessments.actions.logs import MOST_ENTRIES
from assessments.day import day_of, run_cards
from assessments.mine import my_progress
from assessments.models import Plan
from assessments.pdf import plan_pdf, running_targets, stages_of
from assessments.phase_now import phase_now
from assessments.phase_words import here_for_patient, standing_for_patient
from assessments.plan_history import changed_since
from assessments.run_forms import ahead_form, run_form
from assessments.running_part import running_of
from assessments.screen.sent import UnreadableError, read_body
from assessments.sheet import Sheet, sheet_of
from assessments.translation_store import speaker
from assessments.views.reader import Reader, full_page, plan_page, signed_out
from clinic import access, devices, practice
from clinic.models import Patient
from clinic.persons import theirs


@login_not_required  # a phone that keeps one plan is led to it
@require_safe
def me_plan_any(request: HttpRequest) -> HttpResponse:
    """Lead to the plan when there is only one patient to choose."""
    return _only_one(request, "me-plan")


@login_not_required
@require_safe
def me_progress_any(request: HttpRequest) -> HttpResponse:
    """Lead to the progress when there is only one patient to choose."""
    return _only_one(request, "me-progress")


@plan_page
@gzip_page  # a phone loads it every day: the drawings and forms in it shrink to a sixth
@require_safe
def me_plan(request: HttpRequest, me: Reader) -> HttpResponse:
    """Today, running, good to know; an older version by its number."""
    if request.GET.get("plan") and not me.signed_in:
        return signed_out(request, me.patient.pk)
    plans = issued_plans(me.patient)
    plan = _wanted(request, plans)
    if plan is None:
        context = {"patient": me.patient, "paused": plans.exists()}
        return render(request, "assessments/me_no_plan.html", context)
    sheet = _shown(me, plan)
    versions = list(plans)
    context = {
        "patient": me.patient,
        "me": me,
        "changed": changed_since(plan, versions),
        "sheet": sheet,
        "targets": running_targets(sheet.running),
        "stages": stages_of(sheet),
        "versions": versions,
        "emergency_number": sheet.number,
    }
    if not sheet.ended:
        context |= _today(sheet, me.patient, timezone.localdate())
    return render(request, "assessments/me_plan.html", context)


def _today(sheet: Sheet, patient: Patient, today: date) -> dict[str, object]:
    """Return what the page says of this day: what is due, and whether to run."""
    part = running_of(sheet, patient, today)
    return {
        "day": day_of(sheet, patient, today),
        "part": part,
        "run_cards": run_cards(sheet, patient, today),
        "run_form": run_form(sheet.plan, part, today) if part.logs else None,
        "ahead_form": ahead_form(part, today) if part.planner else None,
        "now": timezone.now(),
    }


@plan_page
@full_page
@require_safe
def me_plan_pdf(request: HttpRequest, me: Reader) -> HttpResponse:
    """The plan on paper; in large print with ``?print=large``."""
    plans = issued_plans(me.patient)
    plan = _wanted(request, plans)
    if plan is None:
        raise Http404
    content = plan_pdf(
        _shown(me, plan),
        me.patient,
        practice.current(),
        changed=changed_since(plan, plans),
        large=request.GET.get("print") == "large",
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="plan.pdf"'
    return response


@plan_page
@require_POST
def me_plan_log(request: HttpRequest, me: Reader) -> HttpResponse:
    """Keep what was done: one entry from a form, or a JSON list with an answer for each."""
    scripted = request.content_type == "application/json"
    try:
        entries = _sent(request.body) if scripted else [_form_entry(request)]
    except UnreadableError as error:
        return JsonResponse({"error": str(error)}, status=400)
    answers = actions.log_sessions(me.patient, entries, by=me.user, now=timezone.now())
    if scripted:
        return JsonResponse([_answer(each) for each in answers], safe=False)
    return _logged(request, me.patient, answers[0])


@plan_page
@require_safe
def me_progress(request: HttpRequest, me: Reader) -> HttpResponse:
    """How much was done this week, and how pain and function went."""
    person, now = me.patient, timezone.now()
    with transaction.atomic():
        trail.did_again("progress.opened", person, by=me.user, patient_id=person.pk, now=now)
    today = timezone.localdate(now)
    said = speaker()
    context = {"patient": person, "progress": my_progress(person, today, said)}
    plan = current_plan(person)
    here = phase_now(plan, today) if plan else None
    if here is not None:
        context["here"] = here_for_patient(here, said)
        context["standing"] = standing_for_patient(here.standing, said)
    context["translation"] = said.notes()
    return render(request, "assessments/me_progress.html", context)


def _only_one(request: HttpRequest, name: str) -> HttpResponse:
    if not request.user.is_authenticated:
        kept = devices.patients_on(request, timezone.now())
        return redirect(name, patient=kept[0]) if len(kept) == 1 else redirect_to_login("/me/")
    patients = list(access.patients_of(request.user)[:2])
    if len(patients) == 1:
        return redirect(name, patient=patients[0].pk)
    return redirect("me")


def current_plan(patient: Patient) -> Plan | None:
    """Return the plan that is in force."""
    return issued_plans(patient).filter(replaced_at__isnull=True).first()


def issued_plans(patient: Patient) -> QuerySet[Plan]:
    """Every plan this patient was given, newest first; none of a chart in error."""
    return (
        Plan.objects.filter(theirs(patient, "episode__patient"), issued_at__isnull=False)
        .filter(assessment__mistake__isnull=True)
        .select_related("episode", "assessment__appointment__location", "issued_by__practitioner")
        .order_by("-issued_at", "-version")
    )


def _wanted(request: HttpRequest, plans: QuerySet[Plan]) -> Plan | None:
    """Return the plan in force, or the one whose id the address names (404 if there is none)."""
    named = request.GET.get("plan", "")
    if not named:
        return plans.filter(replaced_at__isnull=True).first()
    try:
        found = plans.filter(pk=UUID(named)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _shown(me: Reader, plan: Plan) -> Sheet:
    with transaction.atomic():
        trail.did_again(
            "plan.opened", plan, by=me.user, patient_id=me.patient.pk, now=timezone.now()
        )
    visit = plan.assessment.appointment
    return sheet_of(plan, visit.location if visit else None)


def _sent(body: bytes) -> list[Mapping[str, object]]:
    content = read_body(body)
    if not isinstance(content, list) or len(content) > MOST_ENTRIES:
        raise UnreadableError(
            _("Send a list of at most %(count)s entries.") % {"count": MOST_ENTRIES}
        )
    if not all(isinstance(each, dict) for each in content):
        raise UnreadableError(_("Each entry is an object."))
    return content


def _form_entry(request: HttpRequest) -> Mapping[str, object]:
    """Read one entry from a plain form; what was not chosen is not given."""
    form = request.POST
    version = form.get("plan_version", "")
    return {
        "kind": form.get("kind") or "exercise",
        "client_id": form.get("client_id") or str(uuid4()),
        "line": form.get("line"),
        "knee": form.get("knee"),
        "on": form.get("on") or timezone.localdate().isoformat(),
        "done": form.get("done"),
        "pain": _whole(form.get("pain", "")),
        "effort": _whole(form.get("effort", "")),
        "plan_version": int(version) if version.isdecimal() and len(version) < 9 else None,
    }


def _whole(text: str) -> int | str | None:
    """Return the number a radio button stands for; nothing chosen is None, which is not 0."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else text


def _answer(answer: actions.Answer) -> dict[str, str]:
    said = {"client_id": answer.client_id, "status": answer.status}
    return said | ({"error": answer.error} if answer.error else {})


def _logged(request: HttpRequest, patient: Patient, answer: actions.Answer) -> HttpResponse:
    if answer.status == "refused":
        context = {"patient": patient, "error": answer.error}
        return render(request, "assessments/me_log_refused.html", context, status=422)
    messages.success(request, _("Noted."))
    response = redirect("me-plan", patient=patient.pk)
    response.status_code = 303
    line = request.POST.get("line", "")
    response["Location"] += f"#line-{line}" if answer.status else ""
    return response
