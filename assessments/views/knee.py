"""A sore kneecap, explained to everybody, in the words of the published library."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.library import Library, shipped
from assessments.library.knee_page import answer, has_page, knee_page
from assessments.library.translating import Speaker
from assessments.library_store import library_of, newest_version
from assessments.models import LibraryVersion
from assessments.translation_store import speaker
from clinic import practice, structured


@login_not_required
@require_safe
def knee(request: HttpRequest) -> HttpResponse:
    """What it is, when to come, when not to; a self-check that keeps nothing.

    The statements ticked come as numbers in the query, so that it works without script and no
    word about anybody's health stands in an address. Nothing of them is kept anywhere.
    """
    version = newest_version()
    library = _with_page(version)
    number = practice.emergency_number() or _("the emergency number")
    said = speaker()
    page = knee_page(library, emergency_number=number, speaker=said)
    ticked = request.GET.getlist("tick")
    context = {
        "page": page,
        "version": version,
        "ticked": ticked,
        "answer": answer(library, ticked, said) if "check" in request.GET else None,
        "review": _review_of(library, version, said),
        "structured": structured.as_text(
            structured.questions([(each.title, each.text) for each in page.questions])
        ),
    }
    context["translation"] = said.notes()
    return render(request, "assessments/knee.html", context)


def _with_page(version: LibraryVersion) -> Library:
    """Return the published version; one from before the page was written lends from ours."""
    published = library_of(version.number)
    return published if has_page(published) else shipped()


def _review_of(library: Library, version: LibraryVersion, said: Speaker) -> str:
    if version.reviewed_by:
        return said.told(library.phrase_by_id["notice.reviewed"], name=version.reviewed_by).text
    return said.say(library.phrase_by_id["notice.unreviewed"].title)
