"""The pages of translations in the admin: English beside the other language, written and reviewed.

Whoever may view the library reads; only the clinical lead writes. For anybody else there is
nothing here: 404.
"""

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from assessments import translation_actions as actions
from assessments.errors import RecordError
from assessments.library.translations import LANGUAGES, LONGEST
from assessments.library_actions import CHANGE
from assessments.library_desk.translations import (
    A_PAGE,
    PARTS,
    STATES,
    Row,
    chosen_of,
    counts_of,
    rows_of,
)
from assessments.library_desk.views import VIEW
from assessments.models import LibraryVersion, Translation
from assessments.translation_store import memory_at
from clinic.access import Request

NAMES = {"fr": gettext_lazy("French")}


class ReviewForm(forms.Form):
    """Who stands for the texts that are ticked."""

    reviewed_by = forms.CharField(
        label=gettext_lazy("Reviewed by"),
        max_length=actions.NAME,
        help_text=gettext_lazy(
            "Name and registration of the physiotherapist who read both languages."
        ),
    )


class TranslationForm(forms.Form):
    """One text in another language, and a seal of what it said when the page was made."""

    base = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Translation"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reviewed_by = forms.CharField(
        label=gettext_lazy("Reviewed by"),
        required=False,
        max_length=actions.NAME,
        help_text=gettext_lazy("Leave it empty until somebody has reviewed it clinically."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def library_translations(request: Request, language: str) -> HttpResponse:
    """Every text beside its translation; what is ticked is marked as reviewed."""
    _may(request, language, *([CHANGE] if request.method == "POST" else []))
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        marked = actions.review_translations(
            language,
            dict(each.split(":", 1) for each in request.POST.getlist("text") if ":" in each),
            reviewed_by=form.cleaned_data["reviewed_by"],
            by=request.user,
            now=timezone.now(),
        )
        _tell(request, marked)
        response = redirect("admin:library-translations", language)
        response["Location"] += f"?{_query(request)}"
        return response
    asked = _asked(request)
    rows = _rows(language)
    found = chosen_of(rows, asked["part"], asked["state"], asked["q"])
    context = {
        "rows": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "counts": counts_of(rows),
        "reviewed": sum(row.state == "reviewed" for row in rows),
        "total": len(rows),
        "asked": asked,
        "query": _query(request),
        "states": STATES,
        "form": form,
    }
    return _page(request, "library_translations", language, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def library_translation(request: Request, language: str, digest: str) -> HttpResponse:
    """One text: write it, with or without a review. Typed words stay, whatever is wrong."""
    _may(request, language, CHANGE)
    row = next((each for each in _rows(language) if each.digest == digest), None)
    if row is None:
        raise Http404
    start = {"base": row.seal, "text": row.said, "reviewed_by": row.reviewed_by}
    form = TranslationForm(request.POST or None, initial=start)
    status = 200
    if request.method == "POST":
        status = _save(request, language, row, form)
        if status == 302:
            messages.success(request, _("Saved."))
            response = redirect("admin:library-translations", language)
            response["Location"] += f"?{urlencode({'part': row.part, 'state': 'all'})}#t-{digest}"
            return response
    written = Translation.objects.filter(language=language, digest=digest).order_by("-number")
    context = {"row": row, "form": form, "written": written.select_related("written_by")}
    return _page(request, "library_translation", language, status=status, **context)


def _save(request: Request, language: str, row: Row, form: TranslationForm) -> int:
    """Hand what was typed to the action; return 302, 409 when stale, or 422."""
    if not form.is_valid():
        return 422
    said = form.cleaned_data
    try:
        actions.write_translation(
            language, row.source, said["text"], base=said["base"], reviewed_by=said["reviewed_by"],
            by=request.user, now=timezone.now(),
        )  # fmt: skip
    except actions.StaleTranslation as error:
        form.data = form.data.copy()
        form.data["base"] = actions.seal_of(error.theirs)
        form.add_error(None, str(error))
        form.add_error("text", _("Stored now: %(value)s") % {"value": error.theirs})
        return 409
    except actions.TranslationRefused as error:
        for name, sentence in error.errors.items():
            form.add_error(name, sentence)
        return 422
    except RecordError as error:
        form.add_error(None, str(error))
        return 422
    return 302


def _tell(request: Request, marked: int) -> None:
    if marked:
        said = ngettext("Reviewed: %(count)s text.", "Reviewed: %(count)s texts.", marked)
        messages.success(request, said % {"count": marked})
    else:
        messages.warning(
            request, _("Nothing is marked: tick texts, and look again at those that changed.")
        )


def _asked(request: Request) -> dict[str, str]:
    part, state = request.GET.get("part", ""), request.GET.get("state", "open")
    return {
        "part": part if part in PARTS else "",
        "state": state if state in STATES else "open",
        "q": request.GET.get("q", "")[:100],
    }


def _query(request: Request) -> str:
    return urlencode({name: value for name, value in _asked(request).items() if value})


def _rows(language: str) -> list[Row]:
    written = Translation.objects.filter(language=language)
    return rows_of(actions.texts_to_translate(), memory_at(language), written)


def _may(request: Request, language: str, *permissions: str) -> None:
    if language not in LANGUAGES or not request.user.has_perms((VIEW, *permissions)):
        raise Http404


def _page(
    request: Request, name: str, language: str, *, status: int = 200, **context: object
) -> HttpResponse:
    """Render a page in the dress of the library. 422 when a form on it has errors."""
    if status == 200 and getattr(context.get("form"), "errors", None):
        status = 422
    shared = {
        **admin.site.each_context(request),
        "title": _("The library in %(language)s") % {"language": NAMES[language]},
        "opts": LibraryVersion._meta,
        "language": language,
        "language_name": NAMES[language],
        "may_change": request.user.has_perms((VIEW, CHANGE)),
        **context,
    }
    template = f"admin/assessments/libraryversion/{name}.html"
    return render(request, template, shared, status=status)
