"""What is searched for in a list of the admin stays out of addresses, histories and logs.

The search form posts. What was typed is kept in the session under a key that says nothing, and
the key stands in the address, so that filters, pages and "back" work as ever.
"""

import secrets
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import redirect

LOOK_FOR = "look_for"  # the field of the form
KEPT = "searches"  # in the session
MOST = 10  # searches kept; an older one is typed again
LONGEST = 200  # characters
ANEW = {"q", "p", "e"}  # what a new search begins without: the old one, its page, its faults


def keep(request: HttpRequest, typed: str) -> str:
    """Keep what was typed for this session; return the key it is known by, "" for nothing."""
    words = typed.replace("\0", " ").strip()[:LONGEST]
    if not words:
        return ""
    key = f"~{secrets.token_urlsafe(9)}"
    searches = [*request.session.get(KEPT, {}).items(), (key, words)]
    request.session[KEPT] = dict(searches[-MOST:])
    return key


def typed_in(request: HttpRequest, query: str) -> str:
    """Return what a key stands for; anything else is what somebody typed into the address."""
    return request.session.get(KEPT, {}).get(query, "") if query.startswith("~") else query


class PostedSearch:
    """For a ModelAdmin: its search form posts."""

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST" and LOOK_FOR in request.POST:
            asked = {
                name: value for name, value in request.GET.items() if name not in {"q", "p", "e"}
            }
            key = keep(request, request.POST[LOOK_FOR])
            query = urlencode({**asked, **({"q": key} if key else {})})
            return redirect(f"{request.path}?{query}" if query else request.path)
        return super().changelist_view(request, extra_context)  # type: ignore[misc]

    def get_changelist_instance(self, request):
        """Show again in the form what was typed, not its key."""
        changelist = super().get_changelist_instance(request)  # type: ignore[misc]
        changelist.query = typed_in(request, changelist.query)
        return changelist

    def get_search_results(self, request, queryset, search_term):
        typed = typed_in(request, search_term)
        return super().get_search_results(request, queryset, typed)  # type: ignore[misc]
