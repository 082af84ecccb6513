"""The Django admin as the front desk's workplace: the clinic's own name, the one sign-in."""

from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from clinic import roles
from clinic.access import has_role


class ClinicAdminSite(AdminSite):
    """Open to staff who work in it: front desk, managers, and the clinical lead's library."""

    site_header = _("Front desk")
    site_title = _("Front desk")
    index_title = _("Today at the clinic")
    enable_nav_sidebar = True
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether this person works here; a mark without a role opens nothing."""
        user = request.user
        if not user.is_active or not user.is_staff:
            return False
        return user.is_superuser or has_role(user, *roles.IN_ADMIN)

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        """Name the place after what this person does here."""
        named = {}
        if not request.user.has_perm("bookings.view_appointment"):
            named = {"site_header": _("Library"), "site_title": _("Library")}
        elif request.user.has_perm("clinic.change_practice"):
            named = {"site_header": _("Management"), "site_title": _("Management")}
        return {**super().each_context(request), **named}

    def index(self, request: HttpRequest, extra_context=None) -> TemplateResponse:
        """Who does not see the diary is not promised the day."""
        named = {}
        if not request.user.has_perm("bookings.view_appointment"):
            named = {"title": _("The clinic's library")}
        return super().index(request, {**named, **(extra_context or {})})

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """There is one sign-in. Somebody signed in who may not come here finds nothing here."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            raise Http404  # a patient learns nothing of what is here
        query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return redirect(f"{reverse('account_login')}?{query}")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def password_change_done(self, request, extra_context=None):
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        return redirect("account_logout")
