"""Visits that lost their working hours, until each is moved, cancelled, or stays as it is."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.actions.affected import settle_affected
from bookings.admin.of_visits import OfVisits
from bookings.models import AffectedVisit
from clinic.admin.desk import DefaultFilter, DeskAdmin


class SettledFilter(DefaultFilter):
    """Those nobody has dealt with; those that stay as they are when asked for."""

    title = gettext_lazy("dealt with")
    parameter_name = "settled"
    default = "no"

    def lookups(self, request, model_admin):
        return [("no", _("nobody yet")), ("yes", _("stays as it is")), ("all", _("all"))]

    def queryset(self, request, queryset):
        if self.chosen() == "no":
            unsettled = AffectedVisit.objects.open(timezone.now()).order_by()
            return queryset.filter(pk__in=unsettled.values("pk"))
        return queryset.filter(settled_at__isnull=False) if self.chosen() == "yes" else queryset


@admin.register(AffectedVisit)
class AffectedVisitAdmin(OfVisits, DeskAdmin):
    """The earliest first. Hours that were given back since are not looked at here."""

    list_display = ["visit", "patient", "phone", "practitioner", "location", "found_at", "chip"]
    list_filter = [SettledFilter]
    ordering = ["appointment__starts_at", "pk"]
    actions = ["settle_selected"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("settled_by")

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=gettext_lazy("dealt with"))
    def chip(self, row) -> str:
        return str(row.settled_by) if row.settled_by else _("nobody yet")

    @admin.action(description=gettext_lazy("Stays as it is"), permissions=["change"])
    def settle_selected(self, request, queryset):
        done = [settle_affected(row, by=request.user, now=timezone.now()) for row in queryset]
        if count := done.count(True):
            text = ngettext("%(n)d visit stays as it is.", "%(n)d visits stay as they are.", count)
            self.message_user(request, text % {"n": count})
        if count := done.count(False):
            text = ngettext(
                "%(n)d visit had been dealt with already.",
                "%(n)d visits had been dealt with already.",
                count,
            )
            self.message_user(request, text % {"n": count}, messages.WARNING)
