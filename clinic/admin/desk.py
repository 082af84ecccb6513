"""What every page of the front desk shares: nothing deletable, nothing to probe, all audited."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from clinic import search
from clinic.actions.records import remove_record, save_record
from clinic.admin.deeds import UNSHOWN, WITHHELD, WORDS
from clinic.admin.searching import PostedSearch, typed_in
from clinic.models import AuditEvent, User

MOST_COUNTED = 1000  # rows; who needs more than twenty pages needs a filter instead
HISTORY = 100  # entries
MOST_FOUND = 200  # patients a search of a list goes through; who fits worse needs more letters


class CappedPaginator(Paginator):
    """Counts no further than MOST_COUNTED rows: a long table costs what a short one does."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        return rows.order_by()[:MOST_COUNTED].count()


class DayInput(forms.DateInput):
    """The browser's own date field: it has a label, a calendar, and works without script."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own time field, to the minute."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class DeskList(ChangeList):
    """A list that is put in order by the columns the desk may sort, whatever an address asks."""

    def get_ordering_field(self, field_name):
        allowed = self.sortable_by
        if allowed is not None and field_name not in allowed:
            return None
        return super().get_ordering_field(field_name)


class DefaultFilter(admin.SimpleListFilter):
    """A filter that narrows the list before anybody chose, with a choice that takes it away."""

    default = ""

    def chosen(self) -> str:
        return self.value() or self.default

    def choices(self, changelist):
        """Show no "All" of Django's, which here would not mean everything."""
        for value, title in self.lookup_choices:
            yield {
                "selected": value == self.chosen(),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }


class DeskAdmin(PostedSearch, admin.ModelAdmin):
    """A list and a form whose writes are actions.

    removable    rows may be removed by whoever has the permission (rows of the diary only)
    searched_by  the field that says whose row it is, where a list is searched for patients
    """

    removable = False
    searched_by = ""
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the whole table for every filter
    list_per_page = 50
    list_max_show_all = 50
    object_history_template = "admin/history.html"
    formfield_overrides: dict[Any, Any] = {
        models.DateField: {"widget": DayInput},
        models.TimeField: {"widget": ClockInput},
    }

    class Media:
        css = {"all": ["stepdown/desk.css"]}

    def get_changelist(self, request, **kwargs):
        return DeskList

    def lookup_allowed(self, lookup, value, request=None) -> bool:
        """Allow what the filters of this list ask, and nothing else.

        Otherwise any column, and any table that is joined to it, could be read letter by letter
        with ``?field__startswith=``.
        """
        return lookup in {
            name for entry in self.get_list_filter(request) for name in lookups_of(entry)
        }

    def get_search_results(self, request, queryset, search_term):
        """Look for patients as everywhere at the desk, where that is what the list is searched by.

        ``search_fields`` then only says that there is something to search.
        """
        if not self.searched_by:
            return super().get_search_results(request, queryset, search_term)
        typed = typed_in(request, search_term)
        if not typed.strip():
            return queryset, False
        answer = search.find(typed, limit=MOST_FOUND)
        whose = [each.patient.pk for each in answer.found]
        return queryset.filter(**{f"{self.searched_by}__in": whose}), False

    def has_delete_permission(self, request, obj=None) -> bool:
        return self.removable and super().has_delete_permission(request, obj)

    def get_actions(self, request):
        found = super().get_actions(request)
        found.pop("delete_selected", None)  # it deletes behind the actions' back
        return found

    def save_model(self, request, obj, form, change):
        save_record(obj, by=request.user, changed=form.changed_data)

    def save_formset(self, request, form, formset, change):
        for row in formset.save(commit=False):
            save_record(row, by=request.user, changed=[])
        for row in formset.deleted_objects:
            remove_record(row, by=request.user)

    def delete_model(self, request, obj):
        remove_record(obj, by=request.user)

    def page(self, request, template: str, title: str, status: int = 200, **context):
        """Render a page of our own in the dress of the admin."""
        shared = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
        }
        return TemplateResponse(request, template, {**shared, **context}, status=status)

    # The audit trail is the log; Django's own would copy names into a table nobody looks after.
    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None

    def log_deletions(self, request, queryset):
        return []


def lookups_of(entry: Any) -> list[str]:
    """Return the query parameters that one entry of ``list_filter`` uses."""
    if isinstance(entry, type):
        return [entry.parameter_name]
    field = entry[0] if isinstance(entry, tuple) else entry
    return [f"{field}__exact", f"{field}__id__exact", f"{field}__isnull"]


def history_of(obj: models.Model) -> list[dict[str, object]]:
    """Return who did what to a row and when, newest first. Two queries."""
    events = list(
        shown_events()
        .filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))
        .order_by("-at", "-position")[:HISTORY]
    )
    names = names_of(events)
    return [{"event": event, "who": who(event, names), "what": what(event)} for event in events]


def shown_events() -> models.QuerySet[AuditEvent]:
    """Return the trail as the admin may show it."""
    return AuditEvent.objects.exclude(action__in=UNSHOWN)


def names_of(events: list[AuditEvent]) -> dict[Any, str]:
    """Return the names behind the ids of those who acted. One query."""
    ids = {event.actor_id for event in events if event.actor_id}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def who(event: AuditEvent, names: dict[Any, str]) -> str:
    """Return who acted: by name if somebody was signed in; "–" where that would say too much."""
    if event.action in WITHHELD:
        return "–"
    kinds = {
        "guest": _("guest, online"),
        "patient": _("patient"),
        "system": _("the system"),
        "staff": _("staff"),
    }
    kind = kinds.get(event.actor_kind, event.actor_kind)
    return names.get(event.actor_id, kind) if event.actor_id else kind


def what(event: AuditEvent) -> str:
    """Return what was done, in words; an action nobody gave words to is shown by its name."""
    plain = event.action.rpartition(".")[2].replace("_", " ")
    return str(WORDS.get(event.action, plain))
