"""Files of other systems: uploaded, looked at row by row, applied, taken back. For managers."""

from collections.abc import Sequence
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

from bookings.actions import importing, importing_later
from bookings.admin.desk_pages import desk_page, manager_only
from bookings.admin.exports import patients_csv, visits_csv
from bookings.errors import AlreadyImported, BookingError, RowsInUse
from bookings.imports import seen
from bookings.imports.columns import fields_of, guess
from bookings.imports.files import ENCODINGS, MOST_BYTES, SEPARATORS, Unreadable, opened
from bookings.imports.seen import SHOWN
from bookings.imports.values import DATE_FORMATS
from bookings.models import DataImport
from clinic.audit import actor_of

LISTED = 50
Wanted = DataImport.Wanted


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
        help_text=gettext_lazy("At most 5 MB and 5,000 rows. Titles come first."),
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
            _look_later(request, made)
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
    if row.wanted:
        return _working_page(request, row)
    if row.state != DataImport.State.DRAFT:
        return _done_page(request, row)
    form = ReadForm(request.POST if "read" in request.POST else None, initial=row.settings)
    status = 200
    if request.method == "POST" and "read" in request.POST:
        if form.is_valid():
            _look_later(request, importing.choose(row, _chosen(request, row, form)))
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


def _missing(row: DataImport) -> list[Any]:
    """Return what is needed and stands in no column yet."""
    chosen = row.settings["columns"]
    return [each.label for each in fields_of(row.kind) if each.required and each.name not in chosen]


def _look_later(request, row: DataImport) -> None:
    """Leave a long file to the worker, once it can be read."""
    if importing_later.is_long(row) and not _missing(row):
        importing_later.ask(row, Wanted.LOOK, by=actor_of(request.user))


def _working_page(request, row: DataImport) -> HttpResponse:
    """How far the worker is with a long file."""
    title = _("Import: %(file)s") % {"file": row.file_name}
    return desk_page(request, "import_working", title, row=row)


def _rows(request, row: DataImport) -> Sequence[Any]:
    """Return the rows as they would be imported; of a long file those the worker saw."""
    if importing_later.is_long(row):
        return seen.shown(row.found)
    return importing.look(row, by=actor_of(request.user), now=timezone.now())


def _look_page(
    request, row: DataImport, form: ReadForm, *, status: int = 200, error: str = ""
) -> HttpResponse:
    """Every row as it would be imported; nothing is written by looking."""
    rows: Sequence[Any] = []
    header, missing = [], _missing(row)
    error = error or row.found.get("fault", "")
    try:
        header = importing.sheet_of(row).header
        if not missing:
            rows = _rows(request, row)
    except Unreadable as fault:
        error, status = str(fault), 422
    wrong = [each for each in rows if each.errors]
    ordered = wrong + [each for each in rows if not each.errors]
    return desk_page(
        request, "import_look", _("Import: %(file)s") % {"file": row.file_name}, status=status,
        row=row, form=form, error=error, header=list(enumerate(header)), missing=missing,
        fields=[(each, row.settings["columns"].get(each.name)) for each in fields_of(row.kind)],
        rows=ordered[:SHOWN], counts=_counts(row, rows),
    )  # fmt: skip


def _counts(row: DataImport, rows: Sequence[Any]) -> dict[str, int]:
    """Return how many rows are how, of all rows of the file."""
    counts = {
        "rows": len(rows),
        "wrong": sum(bool(each.errors) for each in rows),
        "warned": sum(bool(each.warnings) for each in rows),
        **row.found.get("counts", {}),
    }
    doubtful = sum(not each.errors and bool(getattr(each, "same", None)) for each in rows)
    return {
        **counts,
        "doubtful": doubtful,
        "good": counts["rows"] - counts["wrong"] - doubtful,
        "hidden": max(0, counts["rows"] - SHOWN),
    }


def _apply(request, row: DataImport, form: ReadForm) -> HttpResponse:
    apart = {int(number) for number in request.POST.getlist("apart") if number.isdigit()}
    how = {name: name in request.POST for name in ("leave_out", "tell")}
    by = actor_of(request.user)
    try:
        if importing_later.is_long(row):
            importing_later.ask(row, Wanted.APPLY, by=by, how=how)
            return redirect("import-look", row.pk)
        done = importing.apply(row, apart=apart, by=by, now=timezone.now(), **how)
    except BookingError as error:
        status = 409 if isinstance(error, AlreadyImported) else 422
        return _look_page(request, row, form, status=status, error=str(error))
    text = _("Imported: %(made)d new of %(rows)d rows, %(left_out)d left out.")
    messages.success(request, text % done.counts)
    return redirect("import-look", row.pk)


def _done_page(request, row: DataImport, *, status: int = 200, error: str = "") -> HttpResponse:
    return desk_page(
        request, "import_done", _("Import: %(file)s") % {"file": row.file_name}, status=status,
        row=row, error=error or row.found.get("fault", ""), left_out=row.found.get("wrong", []),
    )  # fmt: skip


@require_POST
@manager_only
def import_rollback(request, pk: UUID):
    """Take a whole import back, if nothing has happened to its rows."""
    row = get_object_or_404(DataImport, pk=pk)
    by = actor_of(request.user)
    try:
        if row.counts.get("rows", 0) > importing_later.IN_REQUEST:
            importing_later.ask(row, Wanted.ROLL_BACK, by=by)
            return redirect("import-look", row.pk)
        importing.roll_back(row, by=by, now=timezone.now())
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
