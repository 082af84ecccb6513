"""A practitioner's own sentences for the notes of a chart."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments import actions
from assessments.access import examiner_of
from assessments.errors import SnippetRefused
from clinic.access import Request


@require_http_methods(["GET", "HEAD", "POST"])
def chart_snippets(request: Request) -> HttpResponse:
    """The list; a POST adds or replaces one, or takes one away."""
    practitioner = examiner_of(request.user)
    word, text = request.POST.get("word", ""), request.POST.get("text", "")
    error, status, now = "", 200, timezone.now()
    if request.method == "POST" and "remove" in request.POST:
        actions.remove_snippet(practitioner, request.POST["remove"], by=request.user, now=now)
        return redirect("chart-snippets")
    if request.method == "POST":
        try:
            actions.save_snippet(practitioner, word, text, by=request.user, now=now)
        except SnippetRefused as refusal:
            error, status = str(refusal), 422
        else:
            messages.success(request, _("Kept."))
            return redirect("chart-snippets")
    context = {
        "snippets": actions.snippets_of(practitioner),
        "word": word,
        "text": text,
        "error": error,
    }
    return render(request, "assessments/chart_snippets.html", context, status=status)
