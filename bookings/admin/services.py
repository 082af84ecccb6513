"""Services, and the rooms they are given in."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bookings.models import Room, Service, ServiceOffer
from clinic.admin.desk import DeskAdmin


class ServiceOfferInline(admin.StackedInline):
    """Who offers the service where."""

    model = ServiceOffer
    extra = 1
    fields = ("practitioner", "location")


@admin.register(Service)
class ServiceAdmin(DeskAdmin):
    """What can be booked. Switched off, never deleted."""

    list_display = ["name", "minutes", "mode", "price", "bookable_by", "online", "is_active"]
    list_filter = ["is_active", "online", "mode", "bookable_by"]
    search_fields = ["name", "neutral_name"]
    ordering = ["position", "name"]
    inlines = [ServiceOfferInline]
    actions = None
    fieldsets = [
        (None, {"fields": ["name", "slug", "neutral_name", "summary", "mode", "is_active"]}),
        (
            _("Time"),
            {
                "fields": [
                    "minutes", "buffer_before", "buffer_after", "step_minutes", "notice_minutes",
                    "cutoff_minutes", "seats",
                ]
            },
        ),
        (_("Room"), {"fields": ["uses_room", "room_kind"]}),
        (
            _("Price and cancelling"),
            {
                "fields": [
                    "price", "currency", "cancellation_policy", "late_cancel_fee", "no_show_fee",
                ]
            },
        ),
        (
            _("Booking"),
            {
                "fields": [
                    "bookable_by", "approval_hours", "online", "asks_birth_date", "asks_reason",
                    "asks_intake", "position",
                ]
            },
        ),
    ]  # fmt: skip

    def get_prepopulated_fields(self, request, obj=None):
        return {"slug": ["name"]} if obj is None else {}


@admin.register(Room)
class RoomAdmin(DeskAdmin):
    """Rooms are counted only where a location has any."""

    list_display = ["name", "location", "kind", "capacity", "is_active"]
    list_filter = ["location", "is_active"]
    list_select_related = ["location"]
    ordering = ["location", "name"]
    fields = ["location", "name", "kind", "capacity", "is_active"]
    actions = None
