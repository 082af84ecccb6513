"""The form before a visit, behind the link of the visit, made for a phone and a thumb.

Every screen is a form of its own and is kept when it is sent; with a script also as it is filled
in. No address and no status tells what was answered.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments import actions
from assessments.errors import IntakeClosed, IntakeElsewhere, IntakeIncomplete, IntakeSent
from assessments.intake import device as devices
from assessments.intake.answers import missing_in
from assessments.intake.form import read_form
from assessments.intake.page import (
    Form,
    advice_in,
    asked_questionnaires,
    beside,
    consent_text,
    form_of,
    phone_of,
    screens,
    translated_in,
)
from assessments.intake.screen import Shown, questions_of
from assessments.intake.steps import (
    FIRST,
    MORE,
    STEP_BY_NAME,
    Step,
    steps_of,
)
from assessments.intake.told import Told
from assessments.models import IntakeFile
from bookings import links
from bookings.messages import facts
from bookings.models import Appointment
from bookings.views.answers import SeeOther, private, visitor
from clinic.forms import MessageChoicesForm
from clinic.models import Consent

FRESH = "intake_fresh"  # in the session: there is something to do at once, say it in full


Page = Callable[..., HttpResponse]


def on_this_device(page: Page) -> Page:
    """Call a page with the form of the visit, where this device may go on with it.

    A link that does not hold is 404, a visit that is over says so, and whoever did not begin the
    form sees which screens are done.
    """

    @wraps(page)
    def opened(request: HttpRequest, token: str, **at: str) -> HttpResponse:
        now = timezone.now()
        visit = links.visit_of(token, now, form=True)
        if visit is None:
            raise Http404
        form = form_of(visit, devices.device_of(request, visit, devices.key_of(request)), now)
        if not form.open:
            return _closed(request, token, visit, now)
        if not form.mine:
            return _elsewhere(request, token, form, now)
        return page(request, token, form, now, **at)

    return opened


@login_not_required
@require_safe
@private
@on_this_device
def visit_intake(request, token: str, form: Form, now: datetime) -> HttpResponse:
    """Where one is: the first questions, the list of screens, or that it was sent."""
    if not form.begun:
        return screen_page(request, token, form, steps_of(FIRST)[0], now, first=True)
    context = {
        **_frame(request, token, form, now),
        "first": form.lines(FIRST),
        "more": form.lines(MORE),
        "first_sent": form.sent(FIRST),
        "more_sent": form.sent(MORE),
        "more_begun": MORE in form.intakes,
        "go_on": _where_to(token, form),
        "files": files_of(form),
    }
    return render(request, "assessments/visit_intake.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
@on_this_device
def visit_intake_step(request, token: str, form: Form, now: datetime, *, step: str) -> HttpResponse:
    """One screen: its questions, kept when it is sent."""
    if step not in STEP_BY_NAME:
        raise Http404
    screen = STEP_BY_NAME[step]
    if request.method == "POST":
        return _answered(request, token, form, screen, now)
    return screen_page(request, token, form, screen, now)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@private
@on_this_device
def visit_intake_send(request, token: str, form: Form, now: datetime, *, part: str) -> HttpResponse:
    """The last screen of a part: what is still open, what is agreed to, and sending it."""
    if part not in (FIRST, MORE):
        raise Http404
    if form.sent(part):
        return SeeOther(reverse("visit-intake", args=[token]))
    if request.method == "POST":
        return _sent(request, token, form, part, now)
    return _send_page(request, token, form, part, now)


def _answered(request, token: str, form: Form, step: Step, now: datetime) -> HttpResponse:
    """Keep a screen, or a correction of one, and lead on."""
    visit, corrects = form.visit, form.sent(step.part)
    in_between = "in_between" in request.POST
    sent = read_form(
        step, request.POST, now.astimezone(visit.location.tz).date(), finished=not in_between
    )
    key = devices.key_of(request) or devices.new_key()
    more = {} if corrects else {"finished": not in_between and not sent.faults}
    act = actions.correct_intake if corrects else actions.save_answers
    try:
        kept = act(
            visit, step, {**sent.values, **translated_in(step, sent.values)},
            by=visitor(request), now=now,
            device=devices.device_of(request, visit, key), **more,
        )  # fmt: skip
    except IntakeElsewhere:
        return _elsewhere(request, token, form_of(visit, actions.Device(""), now), now)
    except (IntakeClosed, IntakeSent):
        return SeeOther(reverse("visit-intake", args=[token]))
    if kept.alarmed:
        request.session[FRESH] = str(visit.pk)
    faults = (*sent.faults, *kept.faults)
    if in_between:
        response = render(request, "assessments/_intake_saved.html", {"now": now})
    elif not faults and kept.missing and not set(kept.missing) & set(request.POST.getlist("asked")):
        # An answer brought a question that was not on the screen yet: the same screen, with it.
        response = SeeOther(reverse("visit-intake-step", args=[token, step.name]) + "#more")
    elif faults or kept.missing:
        fresh = form_of(visit, devices.device_of(request, visit, key), now)
        response = screen_page(
            request, token, fresh, step, now, faults=faults, missing=kept.missing, status=422
        )
    else:
        response = SeeOther(_after(token, step, corrects))
    devices.remember(response, key, visit, now)
    return response


def _after(token: str, step: Step, corrects: bool) -> str:
    if corrects:
        return reverse("visit-intake", args=[token])
    follows = beside(step, 1)
    if follows is None:
        return reverse("visit-intake-send", args=[token, step.part])
    return reverse("visit-intake-step", args=[token, follows.name])


def _sent(request, token: str, form: Form, part: str, now: datetime) -> HttpResponse:
    visit, key = form.visit, devices.key_of(request)
    try:
        actions.send_intake(
            visit, part, agreed=_agreed(request, visit), by=visitor(request), now=now,
            device=devices.device_of(request, visit, key),
        )  # fmt: skip
    except IntakeElsewhere:
        return _elsewhere(request, token, form_of(visit, actions.Device(""), now), now)
    except IntakeClosed:
        return SeeOther(reverse("visit-intake", args=[token]))
    except IntakeIncomplete as error:
        return _send_page(request, token, form, part, now, error=error)
    request.session[FRESH] = str(visit.pk)
    return SeeOther(reverse("visit-intake", args=[token]))


def _agreed(request: HttpRequest, visit: Appointment) -> list[str]:
    """Return the consents that were ticked, of those that were offered."""
    offered = [str(Consent.Kind.TREATMENT), *(kind for kind, _label in _message_choices(visit))]
    return [kind for kind in offered if f"agree-{kind}" in request.POST]


def _message_choices(visit: Appointment) -> list[tuple[str, str]]:
    """Return what the patient may be written to about and has not agreed to, but for news."""
    if visit.patient is None:
        return []
    form = MessageChoicesForm(patient=visit.patient)
    standing = set(form.fields["kinds"].initial)
    kinds = (Consent.Kind.REMINDERS, Consent.Kind.SMS)
    return [
        (kind, label)
        for kind, label in form.fields["kinds"].choices
        if kind in kinds and kind not in standing
    ]


def screen_page(
    request, token: str, form: Form, step: Step, now: datetime, *,
    first: bool = False, faults=(), missing=(), file_error: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    corrects = form.sent(step.part)
    shown = Shown(
        told=Told() if corrects else form.told(step.part),
        known=form.known,
        typed=request.POST if status == 422 else None,
        faults=faults,
        missing=missing,
        questionnaires=asked_questionnaires() if step.way == "forms" else {},
    )
    row = screens(step.part)
    before = beside(step, -1)
    missing_now = () if corrects or shown.typed else missing_in(step, shown.told, form.known)
    begun = any(shown.told.has(item.field) for item in step.items)
    context = {
        **_frame(request, token, form, now),
        "step": step,
        "questions": questions_of(step, shown),
        "place": row.index(step) + 1 if step in row else 1,
        "total": len(row),
        "before": before.name if before else "",
        "first": first,
        "corrects": corrects,
        "one_more": missing_now[0] if missing_now and begun else "",
        "wrong": status == 422,
        "files": files_of(form) if step.way == "papers" else [],
        "file_kinds": IntakeFile.Kind.choices,
        "file_error": file_error,
    }
    return render(request, "assessments/visit_intake_step.html", context, status=status)


def _send_page(
    request, token: str, form: Form, part: str, now: datetime, *, error: object = None
) -> HttpResponse:
    consent, notes = consent_text() if part == FIRST else ("", ())
    context = {
        **_frame(request, token, form, now),
        "part": part,
        "lines": form.lines(part),
        "error": error,
        "consent": consent,
        "translation": notes,
        "messages_offered": _message_choices(form.visit) if part == FIRST else [],
        "last": screens(part)[-1].name,
    }
    status = 422 if error else 200
    return render(request, "assessments/visit_intake_send.html", context, status=status)


def _elsewhere(request, token: str, form: Form, now: datetime) -> HttpResponse:
    """Which screens are done, and that a code comes first; no answer, whoever asks."""
    context = {
        **_frame(request, token, form, now, advice=False),
        "first": form.lines(FIRST),
        "first_sent": form.sent(FIRST),
        "more_sent": form.sent(MORE),
        "signed_in": request.user.is_authenticated,
    }
    status = 403 if request.method == "POST" else 200
    return render(request, "assessments/visit_intake_elsewhere.html", context, status=status)


def _closed(request, token: str, visit: Appointment, now: datetime) -> HttpResponse:
    context = {**facts(visit, now), "token": token}
    context["emergency_number"] = visit.location.emergency_number
    status = 403 if request.method == "POST" else 200
    return render(request, "assessments/visit_intake_closed.html", context, status=status)


def _frame(request, token: str, form: Form, now: datetime, *, advice: bool = True) -> dict:
    """Return what every screen shows around its questions.

    What to do at once stays on every screen until the answers are sent, and is said in full when
    it is news and in an emergency.
    """
    visit = form.visit
    fresh = advice and request.session.get(FRESH) == str(visit.pk)
    if fresh and request.method != "POST":
        request.session.pop(FRESH)
    shown = advice and form.mine and (fresh or not form.sent(FIRST) or request.method == "POST")
    return {
        **facts(visit, now),
        "token": token,
        "advice": advice_in(form, now) if shown else None,
        "advice_fresh": fresh,
        "phone": phone_of(visit),
        "emergency_number": visit.location.emergency_number,
    }


def _where_to(token: str, form: Form) -> str:
    """Return the address of the next thing to do."""
    part = MORE if form.sent(FIRST) else FIRST
    step = form.next_open(part)
    if step is None:
        return reverse("visit-intake-send", args=[token, part])
    return reverse("visit-intake-step", args=[token, step.name])


def files_of(form: Form) -> list[IntakeFile]:
    """Return the files that were added; that there are any is for this device alone."""
    return list(form.visit.intake_files.order_by("added_at")) if form.mine else []
