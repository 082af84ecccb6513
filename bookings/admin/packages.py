"""Packages of visits at the desk: what was bought, and how much of it is left."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.actions.packages import visits_left
from bookings.admin.chosen import nobody_chosen, patient_field, to_search
from bookings.models import Package
from clinic.admin.desk import DeskAdmin


class PackageForm(forms.ModelForm):
    """The patient was found before, on the desk's own search page."""

    patient = patient_field("package")

    class Meta:
        model = Package
        fields = ("patient", "service", "visits", "price", "currency", "bought_on", "expires_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["currency"].required = False

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"] or Package._meta.get_field("currency").default


@admin.register(Package)
class PackageAdmin(DeskAdmin):
    """Bought, used, left: the last two are counted from the visits."""

    form = PackageForm
    list_display = ["patient", "service_or_any", "visits", "bought_on", "expires_on"]
    list_select_related = ["patient", "service"]
    search_fields = ["patient__found_by"]
    searched_by = "patient"
    ordering = ["-bought_on", "pk"]
    fields = ["patient", "service", "visits", "price", "currency", "bought_on", "expires_on"]
    actions = None

    def get_fields(self, request, obj=None):
        return [*self.fields, "left", "money"] if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return ["patient", "left", "money"] if obj else []

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Before a package is sold, somebody is chosen whom it is for."""
        if object_id is None and nobody_chosen(request) and self.has_add_permission(request):
            return to_search("package")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_changeform_initial_data(self, request):
        patient = request.GET.get("patient")
        return {"bought_on": timezone.localdate(), "patient": patient}

    @admin.display(description=gettext_lazy("service"), ordering="service__name")
    def service_or_any(self, package) -> str:
        return package.service.name if package.service else _("any")

    @admin.display(description=gettext_lazy("left"))
    def left(self, package) -> str:
        found = visits_left([package.patient], now=timezone.now())[package.patient_id]
        balance = next(each.balance for each in found if each.package == package)
        words = _("%(left)d of %(bought)d left; %(used)d used, %(ahead)d booked ahead")
        return words % {
            "left": balance.left,
            "bought": balance.bought,
            "used": balance.used,
            "ahead": balance.ahead,
        }

    @admin.display(description=gettext_lazy("money"))
    def money(self, package) -> str:
        url = reverse("package-money", args=[package.pk])
        return format_html('<a href="{}">{}</a>', url, _("Pay, refund, receipt"))
