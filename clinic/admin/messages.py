"""What was sent to whom, what became of it, and what the desk does when it did not arrive.

What a message said is not kept, and what it carried (a code, a link) is never shown.
"""

from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic import search, texts, zones
from clinic.actions.letters import (
    ONLY_ONCE,
    OPEN_TO_DESK,
    mark_as_sent,
    send_again,
    send_once_more,
)
from clinic.admin.desk import MOST_FOUND, DeskAdmin, history_of
from clinic.admin.filters import DayFilter, PatientFilter
from clinic.admin.searching import typed_in
from clinic.models import Message, MessageStep, Patient

State = Message.State
DEEDS = {"send": send_again, "sent": mark_as_sent, "once-more": send_once_more}


class StateFilter(admin.SimpleListFilter):
    """By what became of it; "open" is what waits for the desk."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("open", _t("failed or unsure")), *State.choices]

    def queryset(self, request, queryset):
        if self.value() == "open":
            return queryset.filter(state__in=OPEN_TO_DESK)
        return queryset.filter(state=self.value()) if self.value() in State else queryset


class TopicFilter(admin.SimpleListFilter):
    """By what it is about; a fixed list, so that the table is not read to find out."""

    title = _("about")
    parameter_name = "topic"

    def lookups(self, request, model_admin):
        return sorted(texts.names().items(), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        return queryset.filter(topic=self.value()) if self.value() else queryset


class DueFilter(DayFilter):
    instant = "due_at"


@admin.register(Message)
class MessageAdmin(DeskAdmin):
    """Newest first. Read only, but for sending again and marking as sent."""

    list_display = ["due", "chip", "about", "to", "patient", "error"]
    list_filter = [StateFilter, DueFilter, TopicFilter, "channel", PatientFilter]
    search_fields = ["to"]
    search_help_text = _("An address, a phone number or a patient's name")
    ordering = ["-due_at", "-pk"]
    sortable_by = ["due"]  # the log is long: only this order has an index
    actions = ["send_again_selected", "mark_as_sent_selected"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("payload")

    def get_changelist_instance(self, request):
        """Look up the names of all patients on the page at once."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        ids = {row.patient_id for row in page.result_list if row.patient_id}
        names = {each.pk: str(each) for each in Patient.objects.filter(pk__in=ids)}
        for row in page.result_list:
            row.patient_name = names.get(row.patient_id, "")
        return page

    def get_search_results(self, request, queryset, search_term):
        """By address, or by whose message it is; both stay out of the page's address."""
        typed = typed_in(request, search_term).strip()
        if not typed:
            return queryset, False
        found = search.find(typed, limit=MOST_FOUND).found
        whose = Q(patient_id__in=[each.patient.pk for each in found])
        return queryset.filter(whose | Q(to__icontains=typed)), False

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, message) -> str:
        return zones.told(message.due_at, "DATETIME_FORMAT")

    @admin.display(description=_("patient"))
    def patient(self, message) -> str:
        return getattr(message, "patient_name", "")

    @admin.display(description=_("about"), ordering="topic")
    def about(self, message) -> str:
        """What a letter is about; what other apps send is not the desk's business."""
        words = texts.label_of(message.topic) or _t("message")
        texted = message.channel == Message.Channel.SMS
        return _t("%(about)s, by text") % {"about": words} if texted else words

    @admin.display(description=_("state"), ordering="state")
    def chip(self, message):
        label = message.get_state_display()
        return format_html(
            '<span class="desk-state" data-state="{}">{}</span>', message.state, label
        )

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _t("Messages"), **(extra_context or {})})

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again_selected(self, request, queryset):
        self._settle(request, [bool(send_again(row, by=request.user)) for row in queryset])

    @admin.action(description=_("Mark as sent"), permissions=["view"])
    def mark_as_sent_selected(self, request, queryset):
        self._settle(request, [mark_as_sent(row, by=request.user) for row in queryset])

    def _settle(self, request, done: list[bool]) -> None:
        changed, left = done.count(True), done.count(False)
        if changed:
            text = ngettext("%(n)d message changed.", "%(n)d messages changed.", changed)
            self.message_user(request, text % {"n": changed})
        if left:
            text = ngettext(
                "%(n)d message was left as it is: only failed and unsure ones can be changed.",
                "%(n)d messages were left as they are: only failed and unsure ones can be changed.",
                left,
            )
            self.message_user(request, text % {"n": left}, messages.WARNING)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """One message: what is known of it, its story, and its buttons."""
        message = self.get_object(request, str(object_id)) if object_id else None
        if message is None:
            raise Http404
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, message)
        act = DEEDS.get(request.POST.get("do", ""))
        if act is None:
            raise Http404
        done = act(message, by=request.user)
        if not done:
            message.refresh_from_db()
            self.message_user(request, _t("Somebody has dealt with it already."), messages.ERROR)
            return self._page(request, message, status=409)
        shown = done if isinstance(done, Message) else message
        return redirect("admin:clinic_message_change", shown.pk)

    def _page(self, request, message: Message, *, status: int = 200):
        newer = Message.objects.filter(again_of=message).first()
        sent = message.state == State.SENT and message.topic not in ONLY_ONCE
        return self.page(
            request,
            "admin/clinic/message.html",
            str(self.about(message)),
            status=status,
            message=message,
            about=self.about(message),
            patient=Patient.objects.filter(pk=message.patient_id).first(),
            newer=newer,
            is_open=message.state in OPEN_TO_DESK,
            may_repeat=sent and newer is None,
            story=story_of(message),
        )


def story_of(message: Message) -> list[dict[str, object]]:
    """Return what happened to a message, the first thing on top. Three queries."""
    steps = MessageStep.objects.filter(message=message).order_by("at", "pk")
    told: list[tuple[datetime, str, str, str]] = [(message.created_at, _t("written"), "", "")]
    told += [(step.at, _step_words(step), step.note, "") for step in steps]
    if message.sent_at and not told[1:]:  # sent before steps were written down
        told.append((message.sent_at, _t("sent"), "", ""))
    for entry in history_of(message):
        told.append((entry["event"].at, entry["what"], "", entry["who"]))
    return [
        {"at": at, "what": what, "note": note, "who": who}
        for at, what, note, who in sorted(told, key=lambda line: line[0])
    ]


def _step_words(step: MessageStep) -> str:
    words = {
        State.SENDING: _t("claimed by the sender"),
        State.PENDING: _t("put off, tried again later"),
        State.SKIPPED: _t("nothing left to say, so it was not sent"),
    }
    return str(words.get(State(step.state), step.get_state_display()))
