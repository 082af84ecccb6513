"""The learning page, for clinical leads and the clinic's managers, and its tables as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.learning.reading import Reading
from assessments.learning.report import report
from assessments.library_store import library_of, newest_version
from bookings.admin.desk_pages import frame, only
from bookings.reports.tables import Report, as_csv, as_xlsx
from clinic import audit, roles
from clinic.access import has_role
from clinic.audit import actor_of
from clinic.sheets import CSV_TYPE, XLSX_TYPE, download

FILES = {"csv": (as_csv, CSV_TYPE), "xlsx": (as_xlsx, XLSX_TYPE)}
for_the_clinic = only(roles.CLINICAL_LEAD, roles.MANAGER)


def _made() -> Report:
    return report(Reading(timezone.now()), library_of(newest_version().pk))


@require_safe
@for_the_clinic
def learning(request: HttpRequest) -> HttpResponse:
    """Rejected rules, stalled phases, time to sign, outcomes, adherence: of groups of people."""
    made = _made()
    context = {**frame(request), "title": made.title, "report": made}
    if not has_role(request.user, roles.MANAGER):
        context |= {"site_header": _("Library"), "site_title": _("Library")}
    return render(request, "admin/assessments/learning.html", context)


@require_safe
@for_the_clinic
def learning_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same tables as a file; the trail keeps who took it."""
    if kind not in FILES:
        raise Http404
    write, content_type = FILES[kind]
    now = timezone.now()
    made = _made()
    audit.record("report.export", by=actor_of(request.user), data={"report": made.slug})
    return download(write(made), f"{made.slug}-{now:%Y-%m-%d}.{kind}", content_type)


urlpatterns = [
    path("", learning, name="learning"),
    path("<str:kind>", learning_file, name="learning-file"),
]
