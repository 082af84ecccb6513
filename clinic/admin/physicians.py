"""The directory of general practitioners: found by name, practice or number."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clinic.admin.desk import DeskAdmin
from clinic.models import GeneralPractitioner


@admin.register(GeneralPractitioner)
class GeneralPractitionerAdmin(DeskAdmin):
    """Switched off, never deleted: old letters name them."""

    list_display = ["name", "practice", "phone", "fax", "email", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "practice", "phone", "fax", "email"]
    search_help_text = _("Name, practice, number or e-mail address")
    ordering = ["name", "practice", "pk"]
    actions = None
    fieldsets = [
        (None, {"fields": ["name", "practice", "is_active"]}),
        (_("How to reach them"), {"fields": ["phone", "fax", "email", "address"]}),
    ]

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("General practitioners")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "address":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)
