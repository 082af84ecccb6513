"""People who asked to be called: oldest first, each try written down, done with what came of it."""

from functools import partial
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bookings import actions
from bookings.models import CallbackAttempt, CallbackRequest
from clinic.admin.desk import DeskAdmin, history_of
from clinic.audit import actor_of
from clinic.models import Patient

MISSED = [choice for choice in CallbackAttempt.Result.choices if choice[0] != "spoke"]


class AttemptForm(forms.Form):
    """How a try went that closed nothing."""

    how = forms.ChoiceField(label=gettext_lazy("How it went"), choices=MISSED)


class OutcomeForm(forms.Form):
    """What came of the call."""

    result = forms.ChoiceField(
        label=gettext_lazy("Result"), choices=[("", "–"), *CallbackRequest.Result.choices]
    )
    outcome = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Not for health information: everybody at the desk reads this."),
    )


def callback_in(request: HttpRequest) -> CallbackRequest | None:
    """Return the open call-back named in the address, by id: no name or number stands there."""
    return callback_named(request.GET.get("callback", ""))


def callback_named(text: str) -> CallbackRequest | None:
    """Return the open call-back with this id, if there is one."""
    try:
        pk = UUID(text)
    except ValueError:
        return None
    return CallbackRequest.objects.filter(pk=pk, state=CallbackRequest.State.OPEN).first()


def patients_of(callback: CallbackRequest) -> list[Patient]:
    """Return who has the number that asked; a family may share one."""
    known = Patient.objects.current().filter(phone=callback.phone)
    return list(known.order_by("first_name", "created_at")[:10])


def booking_url(callback: CallbackRequest, patient: Patient | None = None) -> str:
    """Return the address of the booking page, filled in from a call-back."""
    query = {"callback": str(callback.pk)} | ({"patient": str(patient.pk)} if patient else {})
    return reverse("phone-booking", query=query)


def starting_values(callback: CallbackRequest) -> dict[str, str]:
    """Return what a new patient's page can take over from a call-back."""
    first, _space, last = callback.name.partition(" ")
    return {"first_name": first, "last_name": last, "phone": callback.phone.as_e164}


@admin.register(CallbackRequest)
class CallbackRequestAdmin(DeskAdmin):
    """Open ones first, oldest first; overdue ones are marked."""

    list_display = ["name", "phone", "when", "chip", "attempts", "created_at", "due_at", "outcome"]
    list_filter = ["state", "when", "result"]
    search_fields = ["name", "phone"]
    ordering = ["-state", "created_at"]  # "open" sorts after "done"
    actions = None

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def chip(self, row) -> str:
        overdue = row.is_overdue(timezone.now())
        label = _("overdue") if overdue else row.get_result_display() or row.get_state_display()
        name = "overdue" if overdue else row.state
        return format_html('<span class="desk-state" data-state="{}">{}</span>', name, label)

    def has_add_permission(self, request) -> bool:
        return False

    def get_urls(self):
        own = [
            path(
                f"<uuid:callback>/{name}/",
                self.admin_site.admin_view(partial(view)),
                name=f"bookings_callbackrequest_{name}",
            )
            for name, view in {"tried": self.tried_view, "done": self.done_view}.items()
        ]
        return [*own, *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            raise PermissionDenied
        return self._page(request, self._callback(request, object_id))

    @method_decorator(require_POST)
    def tried_view(self, request, callback):
        """A call that reached nobody, or not for long."""
        row = self._callback(request, callback, change=True)
        form = AttemptForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, attempt=form)
        actions.try_callback(
            row,
            by=actor_of(request.user),
            now=timezone.now(),
            result=form.cleaned_data["how"],
        )
        self.message_user(request, _("One more attempt is written down."))
        return redirect("admin:bookings_callbackrequest_change", row.pk)

    @method_decorator(require_POST)
    def done_view(self, request, callback):
        """Nothing more to do; write down what came of it."""
        row = self._callback(request, callback, change=True)
        form = OutcomeForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, outcome=form)
        actions.close_callback(
            row, **form.cleaned_data, by=actor_of(request.user), now=timezone.now()
        )
        self.message_user(request, _("Done: %(name)s.") % {"name": row.name})
        return redirect("admin:bookings_callbackrequest_changelist")

    def _callback(self, request, object_id, *, change: bool = False) -> CallbackRequest:
        row = self.get_object(request, str(object_id))
        if row is None:
            raise Http404
        allowed = self.has_change_permission if change else self.has_view_permission
        if not allowed(request, row):
            raise PermissionDenied
        return row

    def _page(
        self,
        request,
        row,
        *,
        attempt: AttemptForm | None = None,
        outcome: OutcomeForm | None = None,
    ) -> TemplateResponse:
        is_open = row.state == CallbackRequest.State.OPEN
        may = is_open and self.has_change_permission(request, row)
        patients = patients_of(row) if may else []
        refused = attempt or outcome
        return self.page(
            request,
            "admin/bookings/callback.html",
            row.name,
            status=422 if refused else 200,
            callback=row,
            overdue=row.is_overdue(timezone.now()),
            form=(outcome or OutcomeForm()) if may else None,
            attempt=(attempt or AttemptForm()) if may else None,
            book_for=[(patient, booking_url(row, patient)) for patient in patients],
            add_patient=reverse("patient-new", query={"then": "book", "callback": str(row.pk)}),
            tries=row.attempts_made.select_related("by").order_by("-at", "-pk"),
            history=history_of(row),
        )
