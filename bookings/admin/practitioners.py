"""Practitioners: what patients read about them, what they offer where, their week."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.actions.handover import save_practitioner
from bookings.admin.handover import handover_view
from bookings.admin.inviting import invite_view
from bookings.errors import StillAtWork
from bookings.handover import open_work
from bookings.models import ServiceOffer, WorkingHours
from clinic import roles
from clinic.admin.desk import DeskAdmin
from clinic.models import Practitioner, User
from clinic.models.practitioners import LANGUAGES

LISTED = 10  # items named beside the field; the rest is on the page of the hand-over


class PractitionerForm(forms.ModelForm):
    """Languages as boxes to tick."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=list(LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    video_link = forms.URLField(
        label=gettext_lazy("Video room"), max_length=200, required=False, assume_scheme="https"
    )

    class Meta:
        model = Practitioner
        fields = (
            "name", "slug", "discipline", "title", "languages", "interests", "bio",
            "registration_body", "registration_number", "video_link", "user", "is_active",
            "supervised", "supervisor",
        )  # fmt: skip

    def clean(self):
        """Whoever still has visits, plans or charts is not switched off."""
        cleaned = super().clean()
        off = "is_active" in self.changed_data and not cleaned.get("is_active", True)
        known = not self.instance._state.adding
        if off and known and (left := open_work(self.instance, timezone.now())):
            self.add_error("is_active", still_at_work(self.instance, left))
        return cleaned


def still_at_work(practitioner: Practitioner, left) -> str:
    """Return why somebody cannot be switched off yet: what is left, with links."""
    rows = [
        (kind.label, len(kind.items), "; ".join(item.words for item in kind.items[:LISTED]))
        for kind in left
    ]
    listed = format_html_join("", "<li>{} ({}): {}</li>", rows)
    url = reverse("admin:clinic_practitioner_handover", args=[practitioner.pk])
    return format_html(
        '{} <a href="{}">{}</a><ul>{}</ul>', str(StillAtWork(left)), url, _("Hand over"), listed
    )


class OfferInline(admin.StackedInline):
    """Which services they offer where."""

    model = ServiceOffer
    extra = 1
    fields = ("service", "location")


@admin.register(Practitioner)
class PractitionerAdmin(DeskAdmin):
    """Switched off, never deleted."""

    form = PractitionerForm
    list_display = ["name", "discipline", "title", "spoken", "is_active"]
    list_filter = ["is_active", "discipline"]
    search_fields = ["name"]
    ordering = ["name"]
    inlines = [OfferInline]
    readonly_fields = ("week",)
    actions = None
    change_form_template = "admin/bookings/practitioner.html"

    def get_urls(self):
        view = self.admin_site.admin_view(partial(handover_view, self))
        own = path("<uuid:practitioner>/handover/", view, name="clinic_practitioner_handover")
        invite = self.admin_site.admin_view(partial(invite_view, self))
        invited = path("<uuid:practitioner>/invite/", invite, name="clinic_practitioner_invite")
        return [own, invited, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        changed = form.changed_data
        try:
            save_practitioner(obj, by=request.user, now=timezone.now(), changed=changed)
        except StillAtWork as error:  # booked while the form was being sent
            obj.is_active = True
            self.message_user(request, str(error), messages.ERROR)

    def get_fieldsets(self, request, obj=None):
        sets = [
            (None, {"fields": ["name", "slug", "discipline", "title", "is_active", "user"]}),
            (
                _("For patients"),
                {"fields": ["languages", "interests", "bio", "video_link"]},
            ),
            (_("Registration"), {"fields": ["registration_body", "registration_number"]}),
            (_("Supervision"), {"fields": ["supervised", "supervisor"]}),
        ]
        if obj is not None:
            sets.append((_("Working hours"), {"fields": ["week"]}))
        return sets

    def get_prepopulated_fields(self, request, obj=None):
        return {"slug": ["name"]} if obj is None else {}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "user":
            staff = User.objects.filter(is_active=True, groups__isnull=False)
            kwargs["queryset"] = staff.distinct().order_by("name", "email")
        if db_field.name == "supervisor":
            alone = Practitioner.objects.working().filter(supervised=False)
            kwargs["queryset"] = alone.filter(user__groups__name=roles.PHYSIO)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("languages"))
    def spoken(self, practitioner) -> str:
        return ", ".join(practitioner.language_names())

    @admin.display(description=gettext_lazy("week"))
    def week(self, practitioner):
        hours = WorkingHours.objects.filter(practitioner=practitioner).select_related("location")
        rows = [(str(row), row.location) for row in hours.order_by("weekday", "starts")]
        listed = format_html_join("", "<p>{}, {}</p>", rows) or _("none")
        url = reverse("rota-week", args=[practitioner.slug])
        return format_html('{}<p><a href="{}">{}</a></p>', listed, url, _("Change in the rota"))
