"""Choosing the language of the pages for patients and guests."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clinic import audit, languages
from clinic.actions.patients import choose_language as choose


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember a language in this browser and, for somebody signed in, in their own record."""
    code = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/"
    answer = HttpResponseRedirect(back)
    answer.status_code = 303
    if code not in dict(settings.LANGUAGES):
        return answer
    if request.user.is_authenticated:
        choose(request.user, code, by=audit.actor_of(request.user), now=timezone.now())
    answer.set_cookie(
        languages.COOKIE, code, max_age=languages.COOKIE_AGE, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return answer
