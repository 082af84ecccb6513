"""Patients as the desk knows them: how to reach them, who answers for them, when they come."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import clock
from bookings.actions.packages import visits_left
from bookings.admin.people.forms import PatientForm
from bookings.models import Appointment
from clinic.actions import consents
from clinic.admin.desk import DeskAdmin
from clinic.audit import actor_of
from clinic.models import Consent, GeneralPractitioner, Guardian, Patient

SHOWN = 10  # visits ahead on a patient's page


class GuardianForm(forms.ModelForm):
    """Somebody who answers for a patient; that they agree is told once and keeps its day."""

    agrees = forms.BooleanField(
        label=gettext_lazy("They agree to the care, and told us so today"), required=False
    )

    class Meta:
        model = Guardian
        fields = ("name", "relationship", "email", "phone")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("agrees") and self.instance.consented_at is None:
            self.instance.consented_at = timezone.now()
        return cleaned


class GuardianInline(admin.StackedInline):
    """Who answers for a patient."""

    model = Guardian
    form = GuardianForm
    extra = 0
    fields = ("name", "relationship", "email", "phone", "agrees", "consented_at")
    readonly_fields = ("consented_at",)
    can_delete = False


@admin.register(Patient)
class PatientAdmin(DeskAdmin):
    """Contact data, practical needs, visits ahead. Nothing clinical lives in these tables."""

    form = PatientForm
    list_display = ["last_name", "first_name", "date_of_birth", "phone", "email", "book"]
    list_display_links = ["last_name", "first_name"]
    search_fields = ["found_by"]
    searched_by = "pk"
    search_help_text = gettext_lazy("Name, phone number, e-mail address or date of birth")
    ordering = ["last_name", "first_name", "pk"]
    readonly_fields = ("visits_ahead", "packages", "agreed")
    inlines = [GuardianInline]
    actions = None
    change_form_template = "admin/bookings/patient.html"

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["first_name", "last_name", "date_of_birth"]}),
            (_("How to reach them"), {"fields": ["email", "phone", "address", "language"]}),
            (_("For the desk"), {"fields": ["needs", "desk_note", "general_practitioner"]}),
            (
                _("Visits and consents"),
                {"fields": ["visits_ahead", "packages", "wants", "agreed"]},
            ),
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Somebody new is added on a page of its own, which names look-alikes and guardians."""
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return redirect("patient-new")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        """Save the record, and what the patient said they want to hear."""
        super().save_model(request, obj, form, change)
        if change and "wants" in form.changed_data:
            consents.choose_messages(
                obj, set(form.cleaned_data["wants"]), offered=consents.CHOICES,
                by=actor_of(request.user), now=timezone.now(),
            )  # fmt: skip

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "general_practitioner":
            patient = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = GeneralPractitioner.objects.offered_to(patient)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(merged_into__isnull=True)

    @admin.display(description=gettext_lazy("book"))
    def book(self, patient):
        url = reverse("phone-booking", query={"patient": str(patient.pk)})
        return format_html('<a href="{}">{}</a>', url, _("Book a visit"))

    @admin.display(description=gettext_lazy("visits ahead"))
    def visits_ahead(self, patient):
        ahead = Appointment.objects.with_people().filter(
            patient=patient, ends_at__gt=timezone.now()
        )
        rows = [
            (
                reverse("admin:bookings_appointment_change", args=[visit.pk]),
                clock.day_words(visit.starts_at, visit.location.tz),
                clock.wall(visit.starts_at, visit.location.tz),
                visit.practitioner,
                visit.get_state_display(),
            )
            for visit in ahead.visits().order_by("starts_at")[:SHOWN]
        ]
        return format_html_join("", '<p><a href="{}">{}, {}</a>, {} ({})</p>', rows) or _("none")

    @admin.display(description=gettext_lazy("packages"))
    def packages(self, patient):
        found = visits_left([patient], now=timezone.now()).get(patient.pk, [])
        rows = [
            (
                reverse("admin:bookings_package_change", args=[each.package.pk]),
                each.package.service or _("any service"),
                each.balance.left,
                each.balance.bought,
            )
            for each in found
            if not each.over
        ]
        words = _("{} of {} left")
        return format_html_join("", '<p><a href="{}">{}</a>: ' + words + "</p>", rows) or _("none")

    @admin.display(description=gettext_lazy("consents"))
    def agreed(self, patient):
        rows = [
            (
                consent.get_kind_display(),
                consent.given_at.date().isoformat(),
                _("withdrawn") if consent.withdrawn_at else _("stands"),
            )
            for consent in Consent.objects.filter(patient=patient).order_by("given_at")
        ]
        return format_html_join("", "<p>{}, {}: {}</p>", rows) or _("none")
