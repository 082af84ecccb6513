"""Records opened in an emergency, for managers: who, whose, when, why, and a second person's word.

Metadata only. What was read is a number here; the audit trail names each page by its kind.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Min, QuerySet
from django.db.models.aggregates import Count
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.actions import emergency as actions
from clinic.admin.cases import CaseAdmin, State
from clinic.admin.desk import DefaultFilter
from clinic.errors import ClinicError
from clinic.models import AuditEvent, EmergencyAccess, EmergencyReview


class ReviewForm(forms.Form):
    """What a second person makes of it."""

    outcome = forms.ChoiceField(
        label=_("Was it justified?"),
        choices=EmergencyReview.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where it was not justified: what was wrong, and what follows."),
    )


class ReviewedFilter(DefaultFilter):
    """What waits comes first; the rest on request."""

    title = _("review")
    parameter_name = "review"
    default = "waits"

    def lookups(self, request, model_admin):
        return [
            ("waits", _t("to review")),
            ("justified", _t("justified")),
            ("not_justified", _t("not justified")),
            ("all", _t("all")),
        ]

    def queryset(self, request, queryset):
        chosen = self.chosen()
        if chosen in EmergencyReview.Outcome.values:
            return queryset.filter(review__outcome=chosen)
        return queryset if chosen == "all" else queryset.filter(review__isnull=True)


@admin.register(EmergencyAccess)
class EmergencyAccessAdmin(CaseAdmin):
    """What waits longest stands on top, once it is overdue marked as such."""

    list_display = ["opened_at", "state", "opened_by", "patient", "reason", "reads"]
    list_display_links = ["opened_at"]
    list_filter = [ReviewedFilter]
    list_select_related = ["opened_by", "patient", "review"]
    ordering = ["opened_at", "pk"]
    sortable_by = ["opened_at"]

    def has_add_permission(self, request) -> bool:
        return False

    def get_changelist_instance(self, request):
        """Count the looks of everything on the page at once."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        found = looks_of(page.result_list)
        for row in page.result_list:
            row.looks = found.get(str(row.pk), {"number": 0})
        return page

    def changelist_view(self, request, extra_context=None):
        title = {"title": _t("Records opened in an emergency")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def progress(self, row) -> State:
        return state_of(row)

    @admin.display(description=_("review"))
    def state(self, row) -> str:
        return super().state(row)

    @admin.display(description=_("pages read"))
    def reads(self, row) -> str:
        looks = row.looks
        if not looks["number"]:
            return "0"
        first, last = (
            formats.date_format(timezone.localtime(looks[name]), "H:i")
            for name in ("first", "last")
        )
        return f"{looks['number']} ({first}–{last})"

    def one(self, request, row):
        """One of them, and the form that closes it."""
        form = ReviewForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not self.has_change_permission(request, row):
                raise PermissionDenied
            if form.is_valid() and self._closed(request, row, form):
                return redirect("admin:clinic_emergencyaccess_changelist")
        review = EmergencyReview.objects.filter(access=row).select_related("reviewed_by").first()
        own = row.opened_by_id == request.user.pk
        still_open = row.closes_at > timezone.now()
        return self.page(
            request,
            "admin/clinic/emergency.html",
            _t("Emergency access"),
            status=422 if form.errors else 200,
            row=row,
            state=state_of(row, review),
            looks=looks_of([row]).get(str(row.pk), {"number": 0}),
            review=review,
            form=form,
            own=own,
            still_open=still_open,
            may_review=not (own or still_open or review)
            and self.has_change_permission(request, row),
        )

    def _closed(self, request, row: EmergencyAccess, form: ReviewForm) -> bool:
        """Keep the review; say beside the field, or above the form, why it is not kept."""
        said = form.cleaned_data
        try:
            actions.review(row, said["outcome"], said["note"], by=request.user, now=timezone.now())
        except actions.NoteMissing as error:
            form.add_error("note", str(error))
            return False
        except ClinicError as error:
            form.add_error(None, str(error))
            return False
        messages.success(request, _t("The review is kept."))
        return True


def looks_of(rows: list[EmergencyAccess]) -> dict[str, dict]:
    """Return how often, from when and until when each record was read. One query."""
    events: QuerySet = AuditEvent.objects.filter(
        object_type=EmergencyAccess._meta.label_lower,
        object_id__in=[str(row.pk) for row in rows],
        action=actions.READ,
    )
    counted = events.order_by().values("object_id")
    found = counted.annotate(number=Count("pk"), first=Min("at"), last=Max("at"))
    return {each["object_id"]: each for each in found}


def state_of(row: EmergencyAccess, review: EmergencyReview | None = None) -> tuple[str, str]:
    """Return how far the review is: a code for the colour, and words."""
    now, judged = timezone.now(), review or getattr(row, "review", None)
    if judged is not None:
        code = "failed" if judged.outcome == EmergencyReview.Outcome.NOT_JUSTIFIED else "completed"
        return code, judged.get_outcome_display()
    if row.closes_at > now:
        return "in_progress", _t("open now")
    if row.review_by > now:
        return "waits", _t("to review")
    days = max(1, (now - row.review_by).days)
    return "overdue", ngettext("overdue by %(n)d day", "overdue by %(n)d days", days) % {"n": days}
