"""Who did what, for managers. Metadata only: nothing clinical, and no way to change a row.

The table is long and never read as a whole: without a patient, a person or a record to look for,
the list goes back seven days, and a year at the most.
"""

from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clinic import search, zones
from clinic.admin.deeds import KINDS, UNSHOWN, WITHHELD, details
from clinic.admin.desk import MOST_FOUND, DeskAdmin, names_of, what, who
from clinic.admin.filters import DayFilter, PatientFilter
from clinic.admin.searching import typed_in
from clinic.models import AuditEvent, Patient, User

OURS = ("clinic.", "bookings.")  # reasons and details given elsewhere may be clinical
NARROW = ("patient", "who", "q")  # what an index finds without reading the rest
MOST_PEOPLE = 200


class WhenFilter(DayFilter):
    """Seven days back; everything only where a patient, a person or a record is asked for."""

    SINCE = {"week": 6, "month": 29, "year": 365}

    def __init__(self, request, params, model, model_admin):
        self._narrow = any(request.GET.get(name) for name in NARROW)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        longer = [("year", _t("last year"))]
        if self._narrow:
            longer.append(("all", _t("every day")))
        return [*super().lookups(request, model_admin), *longer]

    def value(self) -> str:
        """Return what was chosen, as far as it may be."""
        chosen = super().value()
        known = {value for value, _words in self.lookup_choices}
        if chosen in known or self.day_in(chosen):
            return chosen
        return "all" if self._narrow else "week"

    def links(self, changelist):
        for value, words in self.lookup_choices:
            yield {
                "selected": value == self.value(),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": words,
            }


class KindFilter(admin.SimpleListFilter):
    """As what somebody acted; a fixed list, so that the trail is not read to find out."""

    title = _("as")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [
            ("staff", _t("staff")),
            ("patient", _t("patient")),
            ("guest", _t("guest, online")),
            ("system", _t("the system")),
        ]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(actor_kind=self.value()).exclude(action__in=WITHHELD)


class PersonFilter(admin.SimpleListFilter):
    """One of those who work here, or did."""

    title = _("who")
    parameter_name = "who"

    def lookups(self, request, model_admin):
        here = User.objects.filter(Q(groups__isnull=False) | Q(is_staff=True)).distinct()
        return [(str(user.pk), str(user)) for user in here.order_by("name", "email")[:MOST_PEOPLE]]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        try:
            pk = UUID(self.value())
        except ValueError:
            return queryset.none()
        return queryset.filter(actor_id=pk).exclude(action__in=WITHHELD)


class DeedFilter(admin.SimpleListFilter):
    """What was done, by kind."""

    title = _("what")
    parameter_name = "what"

    def lookups(self, request, model_admin):
        return [(name, words) for name, (words, _which) in KINDS.items()]

    def queryset(self, request, queryset):
        _words, which = KINDS.get(self.value() or "", ("", Q()))
        return queryset.filter(which)


class WhoseFilter(PatientFilter):
    """Everything about one patient: their rows form a chain of their own."""

    def about(self, queryset, patient):
        return queryset.filter(chain=str(patient.pk))


@admin.register(AuditEvent)
class AuditEventAdmin(DeskAdmin):
    """The audit trail, newest first."""

    list_display = ["moment", "whom", "deed", "patient", "more", "result"]
    list_display_links = ["moment"]
    list_filter = [WhenFilter, DeedFilter, PersonFilter, KindFilter, "result", WhoseFilter]
    ordering = ["-at", "-pk"]
    sortable_by = ["moment"]
    search_fields = ["object_id"]
    search_help_text = _("A patient's name, or the number of a record or of a request")
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(action__in=UNSHOWN)

    def get_search_results(self, request, queryset, search_term):
        """By a whole number, or by whose record it is. A request does not name what is withheld."""
        typed = typed_in(request, search_term).strip()
        if not typed:
            return queryset, False
        found = search.find(typed, limit=MOST_FOUND).found
        whose = Q(chain__in=[str(each.patient.pk) for each in found])
        asked = Q(request_id=typed) & ~Q(action__in=WITHHELD)
        return queryset.filter(whose | Q(object_id=typed) | asked), False

    def get_changelist_instance(self, request):
        """Look up the names of everybody on the page at once."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        names, patients = names_of(page.result_list), patients_of(page.result_list)
        for event in page.result_list:
            event.by_name = who(event, names)
            event.patient_name = patients.get(event.patient_id, "")
        return page

    @admin.display(description=_("at"), ordering="at")
    def moment(self, event) -> str:
        return zones.told(event.at, "DATETIME_FORMAT")

    @admin.display(description=_("who"))
    def whom(self, event) -> str:
        return event.by_name

    @admin.display(description=_("what"), ordering="action")
    def deed(self, event) -> str:
        return what(event)

    @admin.display(description=_("patient"))
    def patient(self, event) -> str:
        return event.patient_name

    @admin.display(description=_("details"))
    def more(self, event) -> str:
        return details(event) if event.object_type.startswith(OURS) else ""

    def changelist_view(self, request, extra_context=None):
        title = {"title": _t("Audit trail")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """One event, with what a list has no room for."""
        event = self.get_object(request, str(object_id)) if object_id else None
        if event is None or request.method == "POST":
            raise Http404
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        ours = event.object_type.startswith(OURS)
        withheld = event.action in WITHHELD
        return self.page(
            request,
            "admin/clinic/event.html",
            what(event),
            event=event,
            what=what(event),
            who=who(event, names_of([event])),
            kind="" if withheld else event.actor_kind,
            patient=Patient.objects.filter(pk=event.patient_id).first(),
            reason=event.reason if ours else "",
            details=self.more(event),
            request_id="" if withheld else event.request_id,
        )


def patients_of(events: list[AuditEvent]) -> dict[UUID, str]:
    """Return the names behind the patients of some events. One query."""
    ids = {event.patient_id for event in events if event.patient_id}
    return {each.pk: str(each) for each in Patient.objects.filter(pk__in=ids)}
