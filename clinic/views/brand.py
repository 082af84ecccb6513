"""The clinic's colour, logo and icon, as files a browser may keep."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from clinic import addresses, brand, practice

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


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def brand_icon(request: HttpRequest, size: int) -> HttpResponse:
    """The same drawing for a phone's home screen."""
    if size not in brand.PICTURES:
        raise Http404
    picture = brand.picture(practice.current().colour, size)
    return HttpResponse(picture, content_type="image/png")


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the plan on its home screen. The same for everybody."""
    clinic = practice.current()
    icons = [
        {
            "src": reverse("brand-icon", args=[size]),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in brand.PICTURES
        for purpose in ("any", "maskable")
    ]
    content = {
        "name": clinic.name,
        "short_name": clinic.name[:12].strip(),
        "start_url": addresses.MY_PLAN,
        "scope": "/",
        "display": "standalone",
        "background_color": brand.LIGHT_SURFACE,
        "theme_color": clinic.colour,
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")
