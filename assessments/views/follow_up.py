"""A follow-up's two questions, and the course of an episode: side by side and drawn."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments import actions
from assessments.access import draft_for, examiner_of, patient_for
from assessments.course import findings_by_visit, visits_of
from assessments.errors import AlreadySigned, NoVisitBefore, StaleVersion
from assessments.screen.changes import changes_of, courses_of, visit_of
from assessments.views.chart import opened
from clinic import practice
from clinic.access import Request


@require_POST
def chart_follow_up(request: Request, pk: UUID) -> HttpResponse:
    """Nothing new: the safety list is answered again. Or: what was not retested comes along."""
    assessment = draft_for(request.user, examiner_of(request.user), pk)
    base, by, now = request.POST.get("base_version", ""), request.user, timezone.now()
    version = int(base) if base.isdecimal() and len(base) < 10 else assessment.version
    try:
        if request.POST.get("do") == "nothing_new":
            given = len(actions.nothing_new(assessment, version, by=by, now=now).changed)
            said = ngettext("%(n)d answer given again.", "%(n)d answers given again.", given)
        else:
            given = len(actions.carry_measurements(assessment, version, by=by, now=now).values)
            said = ngettext("%(n)d finding carried.", "%(n)d findings carried.", given)
    except AlreadySigned as error:
        raise PermissionDenied from error
    except NoVisitBefore as error:
        messages.warning(request, str(error))
        return redirect("chart-assessment", pk=pk)
    except StaleVersion:
        messages.warning(request, _("The chart was changed elsewhere. Look at it and try again."))
        return redirect("chart-assessment", pk=pk)
    messages.success(request, said % {"n": given})
    return redirect("chart-assessment", pk=pk)


@require_safe
def chart_course(request: Request, pk: UUID) -> HttpResponse:
    """The newest episode with a signed visit: scores side by side and over time, also on paper."""
    practitioner = examiner_of(request.user)
    patient = patient_for(request.user, practitioner, pk)
    episodes = patient.episodes.filter(
        assessments__signed_at__isnull=False, assessments__mistake__isnull=True
    )
    episode = episodes.order_by("-opened_at").first()
    charted = visits_of(episode) if episode else []
    found = findings_by_visit(charted)
    visits = [visit_of(each.on, known) for each, known in zip(charted, found, strict=True)]
    if charted:
        opened(request, charted[-1].assessment)
    context = {
        "patient": patient,
        "charted": charted,
        "before_newest": charted[-2].on if len(charted) > 2 else None,
        "changes": changes_of(visits[:-1] or visits, visits[-1]) if len(visits) > 1 else (),
        "courses": courses_of(visits, timezone.localdate(timezone=practice.current().tz)),
    }
    return render(request, "assessments/chart_course.html", context)
