"""A practitioner's diary in another calendar program: the address, and what it shows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import actions, feeds
from bookings.models import PractitionerFeed
from bookings.views.answers import SeeOther, private
from clinic import access
from clinic.access import Request

FRESH = 300  # seconds a calendar program may keep the file


@login_not_required
@require_safe
def practitioner_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The diary behind a secret address. Unknown and revoked addresses look the same."""
    practitioner = feeds.practitioner_of(token)
    if practitioner is None:
        raise Http404
    content = feeds.calendar(practitioner, timezone.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = feeds.tag(content)
    response["Cache-Control"] = f"private, max-age={FRESH}"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


@private
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: Request) -> HttpResponse:
    """Make an address, or see that there is one. A new one is shown once and never again."""
    practitioner = access.practitioner_of(request.user)
    fresh = ""
    if request.method == "POST":
        token = actions.make_feed(practitioner, by=request.user, now=timezone.now())
        fresh = feeds.address(token)
    standing = PractitionerFeed.objects.filter(practitioner=practitioner, revoked_at__isnull=True)
    context = {"fresh": fresh, "feed": standing.first()}
    return render(request, "bookings/my_calendar.html", context)


@private
@require_POST
def my_calendar_revoke(request: Request) -> HttpResponse:
    """End the address: programs that know it find nothing any more."""
    practitioner = access.practitioner_of(request.user)
    actions.revoke_feed(practitioner, by=request.user, now=timezone.now())
    messages.success(request, _("The address no longer works."))
    return SeeOther(reverse("my-calendar"))
