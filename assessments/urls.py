"""The addresses of charts and plans. Names are the views' own names, with hyphens."""

from django.urls import path

from assessments.views import (
    calls,
    chart,
    corrections,
    diary,
    follow_up,
    here,
    intake,
    intake_files,
    knee,
    me,
    own_time,
    patient,
    plan,
    reading,
    receipts,
    save,
    sign,
    snippets,
    today,
)

ASSESSMENT = "chart/assessments/<uuid:pk>/"
VISIT = "chart/visits/<uuid:pk>/"
PLAN = f"{ASSESSMENT}plan/"
LINE = f"{PLAN}<uuid:line>/"
ME = "me/<uuid:patient>/"
INTAKE = "visit/<slug:token>/intake/"

urlpatterns = [
    path("knee/", knee.knee, name="knee"),
    path("intake/", here.intake_here, name="intake-here"),
    path("intake/done/", here.intake_here_done, name="intake-here-done"),
    path("intake/<slug:token>/", here.intake_here_link, name="intake-here-link"),
    path(INTAKE, intake.visit_intake, name="visit-intake"),
    path(f"{INTAKE}send/<slug:part>/", intake.visit_intake_send, name="visit-intake-send"),
    path(f"{INTAKE}files/add/", intake_files.visit_intake_file_add, name="visit-intake-file-add"),
    path(
        f"{INTAKE}files/<uuid:pk>/remove/",
        intake_files.visit_intake_file_remove,
        name="visit-intake-file-remove",
    ),
    path(f"{INTAKE}<slug:step>/", intake.visit_intake_step, name="visit-intake-step"),
    path("chart/", today.chart_today, name="chart-today"),
    path("chart/calls/<uuid:pk>/take/", calls.chart_call_take, name="chart-call-take"),
    path("chart/time-off/", own_time.chart_time_off, name="chart-time-off"),
    path(
        "chart/time-off/<uuid:pk>/remove/",
        own_time.chart_time_off_remove,
        name="chart-time-off-remove",
    ),
    path(VISIT, diary.chart_visit, name="chart-visit"),
    path(f"{VISIT}move/", diary.chart_visit_move, name="chart-visit-move"),
    path(f"{VISIT}cancel/", diary.chart_visit_cancel, name="chart-visit-cancel"),
    path("chart/visits/<uuid:pk>/intake/", reading.chart_intake, name="chart-intake"),
    path("chart/visits/<uuid:pk>/receipt/", receipts.chart_receipt, name="chart-receipt"),
    path(
        "chart/visits/<uuid:pk>/receipt.pdf", receipts.chart_receipt_pdf, name="chart-receipt-pdf"
    ),
    path("chart/files/<uuid:pk>/", reading.chart_file, name="chart-file"),
    path("chart/patients/", today.chart_patients, name="chart-patients"),
    path("chart/patients/<uuid:pk>/", patient.chart_patient, name="chart-patient"),
    path("chart/patients/<uuid:pk>/timeline/", patient.chart_timeline, name="chart-timeline"),
    path("chart/patients/<uuid:pk>/course/", follow_up.chart_course, name="chart-course"),
    path("chart/patients/<uuid:pk>/book/", diary.chart_book, name="chart-book"),
    path("chart/patients/<uuid:pk>/series/", own_time.chart_series, name="chart-series"),
    path("chart/patients/<uuid:pk>/looked/", today.chart_looked, name="chart-looked"),
    path("chart/patients/<uuid:pk>/start/", patient.chart_start, name="chart-start"),
    path("chart/patients/<uuid:pk>/discharge/", patient.chart_discharge, name="chart-discharge"),
    path("chart/snippets/", snippets.chart_snippets, name="chart-snippets"),
    path(ASSESSMENT, chart.chart_assessment, name="chart-assessment"),
    path(f"{ASSESSMENT}save/", save.chart_save, name="chart-save"),
    path(f"{ASSESSMENT}values/", save.chart_values, name="chart-values"),
    path(f"{ASSESSMENT}rest/<slug:section>/", save.chart_rest, name="chart-rest"),
    path(f"{ASSESSMENT}panel/", chart.chart_panel, name="chart-panel"),
    path(f"{ASSESSMENT}follow-up/", follow_up.chart_follow_up, name="chart-follow-up"),
    path(f"{ASSESSMENT}sign/", sign.chart_sign, name="chart-sign"),
    path(f"{ASSESSMENT}amend/", corrections.chart_amend, name="chart-amend"),
    path(f"{ASSESSMENT}add/", corrections.chart_addendum, name="chart-addendum"),
    path(PLAN, plan.chart_plan, name="chart-plan"),
    path(f"{PLAN}draft/", plan.chart_plan_draft, name="chart-plan-draft"),
    path(f"{PLAN}compose/", plan.chart_plan_compose, name="chart-plan-compose"),
    path(f"{PLAN}add/", plan.chart_plan_add, name="chart-plan-add"),
    path(f"{PLAN}note/", plan.chart_plan_note, name="chart-plan-note"),
    path(f"{PLAN}preview/", plan.chart_plan_preview, name="chart-plan-preview"),
    path(f"{PLAN}issue/", plan.chart_plan_issue, name="chart-plan-issue"),
    path(f"{LINE}edit/", plan.chart_plan_edit, name="chart-plan-edit"),
    path(f"{LINE}remove/", plan.chart_plan_remove, name="chart-plan-remove"),
    path(f"{LINE}restore/", plan.chart_plan_restore, name="chart-plan-restore"),
    path("me/plan/", me.me_plan_any, name="me-plan-any"),
    path("me/progress/", me.me_progress_any, name="me-progress-any"),
    path(f"{ME}plan/", me.me_plan, name="me-plan"),
    path(f"{ME}plan/log/", me.me_plan_log, name="me-plan-log"),
    path(f"{ME}plan/plan.pdf", me.me_plan_pdf, name="me-plan-pdf"),
    path(f"{ME}progress/", me.me_progress, name="me-progress"),
]
