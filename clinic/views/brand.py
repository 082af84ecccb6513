"""The clinic's colour, logo and icon, as files a browser may keep."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from clinic import brand, practice

DAY = 86_400  # seconds


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def brand_css(request: HttpRequest) -> HttpResponse:
    """The brand variables. Pages ask with the colour in the query, so a new one shows at once."""
    return HttpResponse(brand.stylesheet(practice.current().colour), content_type="text/css")


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def brand_logo(request: HttpRequest) -> FileResponse:
    """The logo, which was drawn anew as a PNG when it was saved."""
    logo = practice.current().logo
    if not logo or not logo.name or not logo.storage.exists(logo.name):
        raise Http404
    return FileResponse(logo.open(), content_type="image/png")


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def favicon(request: HttpRequest) -> HttpResponse:
    """Three steps down in the clinic's colour."""
    return HttpResponse(brand.icon(practice.current().colour), content_type="image/x-icon")
