"""Every address of the site, and what its blanks are filled with so that it leads to something."""

import re
from collections.abc import Iterator

from django.contrib import admin
from django.urls import URLPattern, get_resolver

from assessments.translation_store import digest_of
from bookings.reports import utilisation
from tests.assessments.permission_rows import TABLE
from tests.trust.world import first_of

QUAD_SET = digest_of("Quad set")  # a text of the library that is translated
NOWHERE = "x" * 43  # a token nobody was ever given
MODELS = {model._meta.label_lower.replace(".", "/"): model for model in admin.site._registry}
OF_A_MODEL = re.compile(rf"/admin/({'|'.join(MODELS)})/(add/|<path:object_id>/(?:(\w+)/)?)?")
ROWS = {
    "bookings/appointment": "ahead",
    "bookings/groupsession": "session",
    "clinic/patient": "patient",
    "clinic/practitioner": "practitioner id",
    "clinic/user": "staff",
}

# Charts, plans and one's own pages: the tests of charts say which row each address is about.
OF_CHARTS = {}
for _row in sorted(TABLE, key=lambda row: (not row.may, row.method != "get")):
    OF_CHARTS.setdefault(_row.name, _row.address.partition("?")[0])

# What fills a blank: by the beginning of the address, then by the blank's own name.
TOKENS = {
    "/visit/": "visit link",
    "/check-in/": "check-in",
    "/book/details/": "held",
    "/waitlist/": "waiting link",
    "/calendar/": "feed",
    "/messages/": "choose",
    "/unsubscribe/": "stop",
    "/intake/": "code",
    "/accounts/invitation/": "invitation",
}
BLANKS = [
    ("/me/<uuid:patient>/claim/", {"patient": "claimed"}),
    ("/me/devices/", {"pk": "device"}),
    ("/me/visits/<uuid:pk>/receipt", {"pk": "done"}),
    ("/me/visits/", {"pk": "ahead"}),
    ("/accounts/invitation/", {"user": "invited"}),
    ("/admin/money/visit/", {"visit": "done"}),
    ("/admin/queues/affected/", {"pk": "affected"}),
    ("/admin/queues/messages/", {"pk": "message"}),
    ("/admin/import/", {"pk": "import"}),
    ("/admin/bookings/cliniciancall/<uuid:pk>/ask/", {"pk": "ahead"}),
    ("/admin/bookings/cliniciancall/", {"pk": "call"}),
    ("/admin/clinic/practitioner/", {"practitioner": "practitioner id"}),
    ("/team/", {"slug": "practitioner"}),
    ("/visit/<slug:token>/intake/files/", {"pk": "file"}),
    ("/admin/", {"visit": "ahead"}),
]
FIXED = {
    "size": "192",
    "step": "logo",
    "part": "first",
    "topic": "plan_ready",
    "channel": "email",
    "number": "2",
    "section": "exercises",
    "kind": "csv",
    "ref": "EX05",
    "content_type_id": "1",
    "object_id": "1",
    "app_label": "bookings",
    "url": "nothing-here/",
}
BY_ADDRESS = [
    ("/privacy/", {"day": "2027-01-10"}),
    ("/admin/rota/", {"day": "2027-01-11"}),
    ("/admin/reports/", {"slug": utilisation.SLUG}),
    ("/admin/assessments/libraryversion/<int:number>/review/", {"number": "1"}),
    ("/admin/assessments/", {"kind": "exercise", "language": "fr", "digest": QUAD_SET}),
    ("/visit/", {"step": "pain"}),
    ("/accounts/2fa/", {"pk": "1"}),
]
# What an address needs to be understood at all: a query, or one field of its form.
QUERIES = {
    "takings-csv": "?first=2027-01-01&last=2027-01-11",
    "api-slots": "?service=knee&from=2027-01-11&to=2027-01-12",
}
FORMS = {
    "board-step": {"do": "arrive"},
    "queue-message": {"do": "send"},
    "first-day-step": {"do": "skip"},
    "chart-letter-start": {"kind": "gp"},
    "chart-hand-over": {"do": "end"},
    "chart-referral": {"do": "sent", "to": "ambulance"},
    "bookings_cliniciancall_take": {},
}


def routes(resolver=None, before: str = "/") -> Iterator[tuple[str, str]]:
    """Yield (route, name) of every address, each once: what an earlier one hides is left out."""
    seen = set()
    for route, name in _all(resolver or get_resolver(), before):
        if route not in seen:
            seen.add(route)
            yield route, name


def _all(resolver, before):
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield plain(route), each.name or ""
        else:
            yield from _all(each, route)


def plain(route: str) -> str:
    """Return a route as one reads it: the two that Django writes as patterns as well."""
    return re.sub(r"\^?\(\?P<(\w+)>[^)]*\)", r"<\1>", route).replace("$", "")


def filled(route: str, name: str, ids: dict[str, str], *, token: bool = True) -> str:
    """Return an address that leads to a row of the world; with a wrong token where asked."""
    if name in OF_CHARTS and route.startswith(("/chart/", "/me/")):
        return OF_CHARTS[name].format(**ids)
    if found := OF_A_MODEL.fullmatch(route):
        number = ids.get(ROWS.get(found[1], "")) or first_of(MODELS[found[1]])
        return route.replace("<path:object_id>", number)

    def fill(match):
        blank = match[1].rpartition(":")[2]
        if blank == "token":
            key = next(key for start, key in TOKENS.items() if route.startswith(start))
            return ids[key] if token else NOWHERE
        for start, names in BLANKS:
            if route.startswith(start) and blank in names:
                return ids[names[blank]]
        for start, names in BY_ADDRESS:
            if route.startswith(start) and blank in names:
                return names[blank]
        return ids.get(blank) or FIXED[blank]

    return re.sub(r"<([^>]+)>", fill, route)
