"""The practice and its locations."""

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from clinic.actions import save_practice
from clinic.actions.notices import check_notice
from clinic.actions.settings import redrawn
from clinic.admin.desk import DeskAdmin
from clinic.errors import LogoRefused, NoticeAgreedTo
from clinic.models import Location, Practice


class PracticeSettingsForm(forms.ModelForm):
    """Says beside the logo and the day of the notice what is wrong with them."""

    def clean(self):
        cleaned = super().clean()
        if "privacy_text" in cleaned and "privacy_dated" in cleaned:
            try:
                check_notice(cleaned["privacy_dated"], cleaned["privacy_text"])
            except NoticeAgreedTo as error:
                self.add_error("privacy_dated", str(error))
        return cleaned

    def clean_logo(self):
        logo = self.cleaned_data.get("logo")
        if isinstance(logo, UploadedFile):
            try:
                redrawn(logo)
            except LogoRefused as error:
                raise forms.ValidationError(str(error)) from error
        return logo


@admin.register(Practice)
class PracticeAdmin(DeskAdmin):
    """One row, never a second."""

    form = PracticeSettingsForm
    fieldsets = [
        (None, {"fields": ["name", "tagline", "logo", "colour", "email", "phone", "time_zone"]}),
        (
            _("Booking"),
            {
                "fields": [
                    "hold_minutes", "claim_minutes", "horizon_days", "upcoming_limit",
                    "travel_minutes", "care_days", "cancellation_policy",
                ]
            },
        ),
        (_("Records"), {"fields": ["late_entry_hours"]}),
        (_("Reminders of visits"), {"fields": ["reminder_hours", "last_reminder_hours"]}),
        (_("Money"), {"fields": ["receipt_text"]}),
        (
            _("Privacy"),
            {
                "fields": [
                    "privacy_dated", "privacy_text", "record_days", "correction_days",
                    "retention_years", "retention_minor_years", "retention_on",
                ]
            },
        ),
    ]  # fmt: skip

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "colour":
            kwargs["widget"] = forms.TextInput(attrs={"type": "color"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request) -> bool:
        return False

    def save_model(self, request, obj, form, change):
        save_practice(obj, by=request.user, changed=form.changed_data)


@admin.register(Location)
class LocationAdmin(DeskAdmin):
    """Where the clinic works. A place is switched off, never deleted."""

    list_display = ["name", "address", "phone", "time_zone", "is_active"]
    list_filter = ["is_active"]
    ordering = ["position", "name"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "address", "phone", "is_active", "position"]}),
        (
            _("Clock and law"),
            {
                "fields": [
                    "time_zone", "country", "region", "emergency_number", "guardian_below_age",
                ]
            },
        ),
        (_("For patients"), {"fields": ["directions", "what_to_wear"]}),
    ]  # fmt: skip

    def get_prepopulated_fields(self, request, obj=None):
        can_write = self.has_change_permission(request, obj) and obj is None
        return self.prepopulated_fields if can_write else {}
