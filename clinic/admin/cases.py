"""What waits for somebody's decision: a list of cases, and a page of its own for each of them."""

from datetime import date

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic import practice
from clinic.admin.desk import DefaultFilter, DeskAdmin

State = tuple[str, str]  # how far a case is: a code for the colour, and words


class AnsweredFilter(DefaultFilter):
    """What waits comes first; the rest on request.

    answered  the column that is empty while a case waits
    """

    title = _("answer")
    parameter_name = "answer"
    default = "waits"
    answered = "answered_at"
    words = _("answered")

    def lookups(self, request, model_admin):
        return [("waits", _t("to answer")), ("answered", str(self.words)), ("all", _t("all"))]

    def queryset(self, request, queryset):
        chosen = self.chosen()
        if chosen == "all":
            return queryset
        return queryset.filter(**{f"{self.answered}__isnull": chosen != "answered"})


class CaseAdmin(DeskAdmin):
    """A list with a coloured state, and pages instead of Django's forms.

    Nobody is asked for their password to send a form that is not theirs to send: who may look is
    settled before ``one`` is asked, which may be behind a proof of who it is.
    """

    actions = None

    def progress(self, row) -> State:
        raise NotImplementedError

    def one(self, request, row):
        """Answer for one case: its page, or what came of its form."""
        raise NotImplementedError

    def new(self, request):
        """Answer for a case that somebody begins; most begin elsewhere."""
        raise Http404

    @admin.display(description=_("state"))
    def state(self, row) -> str:
        code, words = self.progress(row)
        return format_html('<span class="desk-state" data-state="{}">{}</span>', code, words)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return self.new(request)
        row = self.get_object(request, str(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return self.one(request, row)


def awaited(due_on: date) -> State:
    """Return the state of what has to be answered by a day."""
    late = (timezone.localdate(timezone.now(), practice.current().tz) - due_on).days
    if late <= 0:
        return "waits", _t("to answer")
    return "overdue", ngettext("overdue by %(n)d day", "overdue by %(n)d days", late) % {"n": late}
