"""Somebody is ill: who is touched, what they were offered, who answered what, whom to call."""

from datetime import time

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.actions import illness
from bookings.admin.other_times import PEOPLE, answers_of, progress_of
from bookings.forms.fields import DAY_ERRORS, IN_RANGE
from bookings.models import Absence
from clinic.admin.desk import ClockInput, DayInput, DeskAdmin, history_of
from clinic.audit import actor_of
from clinic.models import Practitioner


class AbsenceForm(forms.Form):
    """Who cannot come, and when."""

    practitioner = forms.ModelChoiceField(
        label=gettext_lazy("Practitioner"), queryset=Practitioner.objects.working()
    )
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=DayInput, validators=IN_RANGE, error_messages=DAY_ERRORS
    )
    starts = forms.TimeField(
        label=gettext_lazy("From"),
        widget=ClockInput,
        required=False,
        help_text=gettext_lazy("Empty: from the beginning of the day."),
    )
    ends = forms.TimeField(
        label=gettext_lazy("To"),
        widget=ClockInput,
        required=False,
        help_text=gettext_lazy("Empty: to the end of the day."),
    )

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        return day

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts") or time(0), cleaned.get("ends") or time(0)
        if ends != time(0) and ends <= starts:
            self.add_error("ends", _("The end comes after the start."))
        cleaned.update({"starts": starts, "ends": ends})
        return cleaned


@admin.register(Absence)
class AbsenceAdmin(DeskAdmin):
    """The latest first."""

    list_display = ["day", "practitioner", "part", "progress"]
    list_filter = ["practitioner"]
    list_select_related = ["practitioner"]
    ordering = ["-day", "practitioner__name"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(*PEOPLE)

    @admin.display(description=gettext_lazy("part of the day"))
    def part(self, absence) -> str:
        return part_words(absence)

    @admin.display(description=gettext_lazy("settled"))
    def progress(self, absence) -> str:
        return progress_of(absence.asked.all())

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Django's own form would save past the actions: these two pages take its place."""
        if object_id is None:
            return self._report(request)
        absence = self.get_object(request, str(object_id))
        if absence is None:
            raise Http404
        if not self.has_view_permission(request, absence):
            raise PermissionDenied
        if request.method == "POST":
            return self._ask_again(request, absence)
        return self._page(request, "absence", str(absence), **self._progress(absence))

    def _report(self, request) -> TemplateResponse:
        """First what it touches, then, confirmed, the offers."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AbsenceForm(
            request.POST if request.method == "POST" else None,
            initial={"day": timezone.localdate()},
        )
        touched = None
        if form.is_valid():
            now = timezone.now()
            what = form.cleaned_data
            if "confirm" in request.POST:
                return self._done(request, what, now)
            touched = illness.touched(**what, now=now)
        title = _("Somebody cannot come")
        status = 422 if form.errors else 200
        return self._page(request, "absence_add", title, status=status, form=form, touched=touched)

    def _done(self, request, what, now):
        absence = illness.report_absence(**what, by=actor_of(request.user), now=now)
        count = absence.asked.count()
        text = _("The time is closed. %(n)d visits need another time.") % {"n": count}
        self.message_user(request, text)
        return redirect("admin:bookings_absence_change", absence.pk)

    def _ask_again(self, request, absence):
        """Ask whoever was booked into the span since, and has not been asked."""
        if not self.has_change_permission(request, absence):
            raise PermissionDenied
        what = {"starts": absence.starts, "ends": absence.ends}
        illness.report_absence(
            absence.practitioner, absence.day, **what, by=actor_of(request.user),
            now=timezone.now(),
        )  # fmt: skip
        return redirect("admin:bookings_absence_change", absence.pk)

    def _progress(self, absence) -> dict[str, object]:
        return {
            "absence": absence,
            "part": part_words(absence),
            "history": history_of(absence),
            **answers_of(absence.asked.all()),
        }

    def _page(self, request, name: str, title: str, **context) -> TemplateResponse:
        return self.page(request, f"admin/bookings/{name}.html", title, **context)


def part_words(absence: Absence) -> str:
    """Return which part of the day it is about."""
    if absence.starts == absence.ends == time(0):
        return _("the whole day")
    end = "24:00" if absence.ends == time(0) else f"{absence.ends:%H:%M}"
    return f"{absence.starts:%H:%M}–{end}"
