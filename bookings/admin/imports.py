"""Files of other systems: uploaded, looked at row by row, applied, taken back. For managers."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bookings.actions import importing
from bookings.admin.desk_pages import desk_page, manager_only
from bookings.admin.exports import patients_csv, visits_csv
from bookings.errors import AlreadyImported, BookingError, RowsInUse
from bookings.imports.columns import fields_of, guess
from bookings.imports.files import ENCODINGS, MOST_BYTES, SEPARATORS, Unreadable, opened
from bookings.imports.values import DATE_FORMATS
from bookings.models import DataImport
from clinic.audit import actor_of

LISTED = 50
SHOWN = 300  # rows of a look; the counts are of all


class ReadForm(forms.Form):
    """How the file is to be read; said, because guessing a date is guessing a birthday."""

    dates = forms.ChoiceField(
        label=gettext_lazy("Days are written like"),
        choices=[(key, example) for key, (example, _patterns) in DATE_FORMATS.items()],
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters (CSV)"),
        choices=[("", gettext_lazy("find out")), *ENCODINGS.items()],
        required=False,
    )
    separator = forms.ChoiceField(
        label=gettext_lazy("Separator (CSV)"),
        choices=[("", gettext_lazy("find out")), *SEPARATORS.items()],
        required=False,
    )


class UploadForm(ReadForm):
    """A file, and what is in it."""

    kind = forms.ChoiceField(label=gettext_lazy("The file holds"), choices=DataImport.Kind.choices)
    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        help_text=gettext_lazy("At most 5 MB; 5,000 patients or 1,000 visits. Titles come first."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    field_order = ("kind", "file", "dates", "encoding", "separator")

    def clean_file(self):
        if self.cleaned_data["file"].size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Split it."))
        return self.cleaned_data["file"]


@require_http_methods(["GET", "HEAD", "POST"])
@manager_only
def imports(request):
    """Upload a file; what was uploaded before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        settings = {name: typed[name] for name in ("dates", "encoding", "separator")}
        content = typed["file"].read()
        try:
            sheet = opened(content, encoding=settings["encoding"], separator=settings["separator"])
            settings["columns"] = guess(sheet.header, typed["kind"])
            made = importing.upload(
                typed["kind"], typed["file"].name, content, settings,
                by=actor_of(request.user), now=timezone.now(),
            )  # fmt: skip
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            return redirect("import-look", made.pk)
    rows = DataImport.objects.exclude(state=DataImport.State.GIVEN_UP).select_related("made_by")
    return desk_page(
        request, "imports", _("Import"), status=422 if form.errors else 200, form=form,
        done=rows.defer("content").order_by("-made_at")[:LISTED],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@manager_only
def import_look(request, pk: UUID):
    """One file: which column is what, a look at its rows, and the button that applies it."""
    row = get_object_or_404(DataImport.objects.select_related("made_by"), pk=pk)
    if row.state != DataImport.State.DRAFT:
        return _done_page(request, row)
    form = ReadForm(request.POST if "read" in request.POST else None, initial=row.settings)
    status = 200
    if request.method == "POST" and "read" in request.POST:
        if form.is_valid():
            importing.choose(row, _chosen(request, row, form))
            return redirect("import-look", row.pk)
        status = 422
    elif request.method == "POST":
        return _apply(request, row, form)
    return _look_page(request, row, form, status=status)


def _chosen(request, row: DataImport, form: ReadForm) -> dict[str, Any]:
    """Return the settings as posted; a column that is none is left out."""
    columns = {}
    for field in fields_of(row.kind):
        place = request.POST.get(f"column-{field.name}", "")
        if place.isdigit():
            columns[field.name] = int(place)
    return {**form.cleaned_data, "columns": columns}


def _look_page(
    request, row: DataImport, form: ReadForm, *, status: int = 200, error: str = ""
) -> HttpResponse:
    """Every row as it would be imported; nothing is written by looking."""
    missing, rows, header = [], [], []
    try:
        header = importing.sheet_of(row).header
        chosen = row.settings["columns"]
        missing = [
            each.label for each in fields_of(row.kind) if each.required and each.name not in chosen
        ]
        if not missing:
            rows = importing.look(row, by=actor_of(request.user), now=timezone.now())
    except Unreadable as fault:
        error, status = str(fault), 422
    wrong = [each for each in rows if each.errors]
    doubtful = [each for each in rows if not each.errors and getattr(each, "same", None)]
    return desk_page(
        request, "import_look", _("Import: %(file)s") % {"file": row.file_name}, status=status,
        row=row, form=form, error=error, header=list(enumerate(header)), missing=missing,
        fields=[(each, row.settings["columns"].get(each.name)) for each in fields_of(row.kind)],
        rows=(wrong + [each for each in rows if not each.errors])[:SHOWN],
        counts={
            "rows": len(rows), "wrong": len(wrong), "doubtful": len(doubtful),
            "good": len(rows) - len(wrong) - len(doubtful), "hidden": max(0, len(rows) - SHOWN),
            "warned": sum(bool(each.warnings) for each in rows),
        },
    )  # fmt: skip


def _apply(request, row: DataImport, form: ReadForm) -> HttpResponse:
    apart = {int(number) for number in request.POST.getlist("apart") if number.isdigit()}
    try:
        done = importing.apply(
            row, apart=apart, leave_out="leave_out" in request.POST, tell="tell" in request.POST,
            by=actor_of(request.user), now=timezone.now(),
        )  # fmt: skip
    except BookingError as error:
        status = 409 if isinstance(error, AlreadyImported) else 422
        return _look_page(request, row, form, status=status, error=str(error))
    text = _("Imported: %(made)d new of %(rows)d rows, %(left_out)d left out.")
    messages.success(request, text % done.counts)
    return redirect("import-look", row.pk)


def _done_page(request, row: DataImport, *, status: int = 200, error: str = "") -> HttpResponse:
    return desk_page(
        request, "import_done", _("Import: %(file)s") % {"file": row.file_name},
        status=status, row=row, error=error,
    )  # fmt: skip


@require_POST
@manager_only
def import_rollback(request, pk: UUID):
    """Take a whole import back, if nothing has happened to its rows."""
    row = get_object_or_404(DataImport, pk=pk)
    try:
        importing.roll_back(row, by=actor_of(request.user), now=timezone.now())
    except RowsInUse as error:
        rows = ", ".join(map(str, error.rows[:20]))
        text = _("%(error)s Rows: %(rows)s.") % {"error": error, "rows": rows}
        return _done_page(request, row, status=409, error=text)
    except BookingError as error:
        return _done_page(request, row, status=409, error=str(error))
    messages.success(request, _("Rolled back: nothing of this file is left."))
    return redirect("imports")


@require_POST
@manager_only
def import_give_up(request, pk: UUID):
    """Forget a file that was not applied."""
    importing.give_up(get_object_or_404(DataImport, pk=pk))
    return redirect("imports")


urlpatterns = [
    path("", imports, name="imports"),
    path("patients.csv", patients_csv, name="patients-csv"),
    path("visits.csv", visits_csv, name="visits-csv"),
    path("<uuid:pk>/", import_look, name="import-look"),
    path("<uuid:pk>/rollback/", import_rollback, name="import-rollback"),
    path("<uuid:pk>/give-up/", import_give_up, name="import-give-up"),
]
