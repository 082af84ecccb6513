"""The pages of the library in the admin: read any version, change a draft, check, publish.

Whoever may view versions reads; only the clinical lead changes. For anybody else there is
nothing here: 404.
"""

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import library_actions as actions
from assessments.errors import RecordError
from assessments.library_desk.contents import (
    SECTIONS,
    all_parts,
    part_at_fault,
    part_named,
    parts_of,
)
from assessments.library_desk.differences import differences
from assessments.library_desk.fields import range_of
from assessments.library_desk.forms import NoteForm, PartForm, PublishForm, ReviewForm
from assessments.library_desk.parts import Part, seal_of, values_in
from assessments.library_desk.slots import found_at, shown
from assessments.models import LibraryVersion
from clinic.access import Request
from clinic.admin.desk import history_of

VIEW = "assessments.view_libraryversion"


@require_http_methods(["GET", "POST"])
def library_begin(request: Request) -> HttpResponse:
    """Begin the draft of the next version."""
    _may(request, actions.CHANGE)
    begun = actions.open_draft()
    if begun is not None:
        messages.info(request, str(actions.DraftOpen(begun.number)))
        return redirect("admin:library-version", begun.number)
    newest = LibraryVersion.objects.filter(state=LibraryVersion.State.PUBLISHED).latest("number")
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            draft = actions.begin_draft(newest, by=request.user, now=timezone.now(), note=note)
        except RecordError as error:
            form.add_error(None, str(error))
        else:
            return redirect("admin:library-version", draft.number)
    return _page(request, "library_begin", _("Begin a draft"), newest=newest, form=form)


@require_safe
def library_version(request: Request, number: int) -> HttpResponse:
    """One version: its state, who reviewed it, what it changes, and the way to its contents."""
    version = _version(request, number)
    before = actions.newest_before(version)
    return _page(
        request,
        "library_version",
        str(version),
        version,
        overview=True,
        before=before,
        history=history_of(version),
        differences=differences(before.data, version.data) if before else [],
        note_form=NoteForm(initial={"note": version.note}),
    )


@require_safe
def library_section(request: Request, number: int, section: str) -> HttpResponse:
    """Read one section of a version, with a way to change each part of a draft."""
    version = _version(request, number)
    if section not in SECTIONS:
        raise Http404
    parts = [
        {"part": part, "rows": _rows(version, part)} for part in parts_of(version.data, section)
    ]
    title = f"{version}: {SECTIONS[section]}"
    return _page(request, "library_section", title, version, section=section, parts=parts)


@require_http_methods(["GET", "POST"])
def library_part(request: Request, number: int, kind: str, ref: str) -> HttpResponse:
    """Change one part of a draft. Typed values stay, whatever is wrong with them."""
    version = _version(request, number, actions.CHANGE)
    part = part_named(version.data, f"{kind}/{ref}")
    if part is None or version.published_at is not None:
        raise Http404
    held = values_in(version.data, part)
    form = PartForm(request.POST or None, part=part, values=held, base=seal_of(version.data, part))
    status = 200
    if request.method == "POST":
        status = _save_part(request, version, part, form)
        if status == 302:
            messages.success(request, _("Saved: %(part)s") % {"part": part.heading})
            return redirect("admin:library-section", number, part.section)
    title = f"{version}: {part.heading}"
    return _page(
        request,
        "library_part",
        title,
        version,
        status,
        part=part,
        form=form,
        section=part.section,
    )


def _save_part(request: Request, version: LibraryVersion, part: Part, form: PartForm) -> int:
    """Hand valid values to the action; return 302, 409 when stale, or 422."""
    if not form.is_valid():
        return 422
    try:
        actions.change_draft(
            version,
            part.key,
            form.values(),
            by=request.user,
            now=timezone.now(),
            base=form.cleaned_data["base"],
        )
    except actions.StaleDraft as error:
        fresh = LibraryVersion.objects.get(pk=version.pk)
        form.compare(error.theirs, seal_of(fresh.data, part))
        form.add_error(None, str(error))
        return 409
    except actions.ValuesRefused as error:
        form.refuse(error.errors)
        return 422
    except RecordError as error:
        form.add_error(None, str(error))
        return 422
    return 302


@require_safe
def library_check(request: Request, number: int) -> HttpResponse:
    """Show what keeps a draft from being published, and where; nothing: the button to publish."""
    version = _version(request, number, actions.CHANGE)
    if version.published_at is not None:
        raise Http404
    return _checked(request, version, actions.check_draft(version))


@require_POST
def library_publish(request: Request, number: int) -> HttpResponse:
    """Publish a draft as it was checked."""
    version = _version(request, number, actions.CHANGE)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _checked(request, version, actions.check_draft(version), 422)
    base = form.cleaned_data["base"]
    try:
        actions.publish(version, by=request.user, now=timezone.now(), base=base)
    except actions.CannotPublish as error:
        return _checked(request, version, list(error.faults), 422)
    except RecordError as error:
        messages.error(request, str(error))
        return redirect("admin:library-version", number)
    said = _("Version %(number)s is published. New assessments use it from now on.")
    messages.success(request, said % {"number": number})
    return redirect("admin:library-version", number)


@require_POST
def library_note(request: Request, number: int) -> HttpResponse:
    """Keep the sentence for the list of versions."""
    version = _version(request, number, actions.CHANGE)
    form = NoteForm(request.POST)
    try:
        if form.is_valid():
            note = form.cleaned_data["note"]
            actions.note_draft(version, note, by=request.user, now=timezone.now())
            messages.success(request, _("Saved: %(part)s") % {"part": _("What changed")})
        else:
            messages.error(request, " ".join(map(str, form.errors["note"])))
    except RecordError as error:
        messages.error(request, str(error))
    return redirect("admin:library-version", number)


@require_http_methods(["GET", "POST"])
def library_discard(request: Request, number: int) -> HttpResponse:
    """Ask once, then throw a draft away."""
    version = _version(request, number, actions.CHANGE)
    if version.published_at is not None:
        raise Http404
    if request.method == "POST":
        try:
            actions.discard_draft(version, by=request.user, now=timezone.now())
        except RecordError as error:
            messages.error(request, str(error))
            return redirect("admin:library-version", number)
        messages.success(request, _("The draft is gone. Nothing was drafted from it."))
        return redirect("admin:assessments_libraryversion_changelist")
    return _page(request, "library_discard", _("Throw the draft away"), version)


@require_http_methods(["GET", "POST"])
def library_review(request: Request, number: int) -> HttpResponse:
    """Record who reviewed a published version."""
    version = _version(request, number, actions.CHANGE)
    if version.published_at is None:
        raise Http404
    form = ReviewForm(request.POST or None, initial=_review_of(version))
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_review(version, **form.cleaned_data, by=request.user, now=timezone.now())
        except actions.ValuesRefused as error:
            for name, sentence in error.errors.items():
                form.add_error(name, sentence)
        else:
            messages.success(request, _("The review is recorded."))
            return redirect("admin:library-version", number)
    title = _("Review of version %(number)s") % {"number": number}
    return _page(request, "library_review", title, version, form=form)


def _review_of(version: LibraryVersion) -> dict[str, object]:
    return {
        "reviewed_by": version.reviewed_by,
        "registration": version.reviewer_registration,
        "on": version.reviewed_on,
        "remarks": version.review_remarks,
    }


def _may(request: Request, *permissions: str) -> None:
    if not request.user.has_perms((VIEW, *permissions)):
        raise Http404


def _version(request: Request, number: int, *permissions: str) -> LibraryVersion:
    """Return the version with this number if this person may, else 404."""
    _may(request, *permissions)
    version = LibraryVersion.objects.select_related("published_by").filter(number=number).first()
    if version is None:
        raise Http404
    return version


def _rows(version: LibraryVersion, part: Part) -> list[dict[str, object]]:
    """Every value of a part in words; thresholds with unit, range and sources."""
    rows = []
    held = values_in(version.data, part)
    for slot in part.slots:
        row = {"slot": slot, "value": shown(slot, held[slot.name]), "range": range_of(slot)}
        if part.kind == "thresholds":
            row["sources"] = ", ".join(_sources(version, slot.name))
        rows.append(row)
    return rows


def _sources(version: LibraryVersion, threshold: str) -> list[str]:
    found = found_at(version.data, ("thresholds", threshold, "sources"))
    return [str(each) for each in found] if isinstance(found, list) else []


def _checked(
    request: Request, version: LibraryVersion, faults: list, status: int = 200
) -> HttpResponse:
    parts = all_parts(version.data)
    found = [
        {"fault": each, "message": each.said(_), "part": part_at_fault(each, parts)}
        for each in faults
    ]
    form = PublishForm(initial={"base": actions.seal(version)})
    title = _("Check of version %(number)s") % {"number": version.number}
    return _page(request, "library_check", title, version, status, faults=found, form=form)


def _page(
    request: Request,
    name: str,
    title: str,
    version: LibraryVersion | None = None,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    """Render a page in the dress of the admin. 422 when a form on it has errors."""
    form = context.get("form")
    if status == 200 and getattr(form, "errors", None):
        status = 422
    draft = version is not None and version.published_at is None
    shared = {
        **admin.site.each_context(request),
        "title": title,
        "opts": LibraryVersion._meta,
        "version": version,
        "draft": draft,
        "sections": SECTIONS,
        "may_change": request.user.has_perms((VIEW, actions.CHANGE)),
        **context,
    }
    template = f"admin/assessments/libraryversion/{name}.html"
    return render(request, template, shared, status=status)
