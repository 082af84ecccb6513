"""What a patient types about runs, as entries of their log. Forms check, actions save."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.actions.log_reading import LONGEST_RUN, OLDEST
from assessments.models import Plan
from assessments.running_part import Part

SCORES = [("", _("not said")), *[(str(score), str(score)) for score in range(11)]]
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def _day(today: date, **attrs: str) -> forms.DateField:
    return forms.DateField(
        label=_("Day"),
        initial=today,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control", **attrs}),
        error_messages={"invalid": _("Choose a day."), "required": _("Choose a day.")},
    )


def _km(label: Any, *, required: bool) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal("0.1"),
        max_value=LONGEST_RUN,
        max_digits=5,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal"}),
        error_messages={
            "required": _("Say how far."),
            "invalid": _("Write the distance as a number, such as 4.5."),
            "min_value": _("A distance is more than 0 and at most 100 km."),
            "max_value": _("A distance is more than 0 and at most 100 km."),
        },
    )


class RunForm(forms.Form):
    """A run that was made. Pain and the hour after have no default."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    stage = forms.TypedChoiceField(
        label=_("Stage"),
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    pain = forms.TypedChoiceField(
        label=_("Worst pain while running"),
        choices=SCORES,
        widget=forms.Select(attrs={"class": "form-select"}),
        coerce=int,
        required=False,
        empty_value=None,
    )
    settled = forms.ChoiceField(
        label=_("Within the hour: back to how it was before?"),
        choices=YES_NO,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, plan: Plan, today: date, stage: int | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        stages = [each["number"] for each in (plan.texts.get("walk_jog") or {}).get("stages", [])]
        first = (today - OLDEST).isoformat()
        self.fields["on"] = _day(today, min=first, max=today.isoformat())
        self.fields["km"] = _km(_("Distance in km"), required=stage is None)
        if stage is None:
            del self.fields["stage"]
        else:
            chosen = self.fields["stage"]
            chosen.choices = [(n, n) for n in stages]  # type: ignore[attr-defined]
            chosen.initial = stage
            chosen.required = True
            self.fields["km"].label = _("Distance in km, if you know it")
        self.order_fields(["client_id", "on", "stage", "km", "pain", "settled"])

    def entry(self, plan: Plan) -> Mapping[str, object]:
        """Return the entry of a valid form."""
        said: dict[str, Any] = self.cleaned_data
        client_id: UUID = said["client_id"] or uuid4()
        return {
            "kind": "run",
            "client_id": str(client_id),
            "plan": str(plan.pk),
            "on": said["on"].isoformat(),
            "stage": said.get("stage"),
            "km": said["km"],
            "pain": said["pain"],
            "settled": {"yes": True, "no": False}.get(said["settled"]),
        }


class PlannedRunForm(forms.Form):
    """A run somebody means to make. ``longest`` is asked where nothing was logged."""

    def __init__(self, *args: Any, today: date, asks_longest: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["on"] = _day(today, min=today.isoformat())
        self.fields["km"] = _km(_("How far, in km"), required=True)
        if asks_longest:
            self.fields["longest"] = _km(
                _("Your longest run of the last 30 days, in km"), required=True
            )
        self.fields["reason"] = forms.CharField(
            label=_("Why you run it all the same"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"class": "form-control"}),
        )
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if not 0 <= (on - self.today).days <= OLDEST.days:
            raise forms.ValidationError(_("Choose a day from today on, at most 60 days ahead."))
        return on


def run_form(plan: Plan, part: Part, today: date, data: QueryDict | None = None) -> RunForm:
    """Return the form to log a run, as the running part of the plan asks for it."""
    return RunForm(
        data,
        plan=plan,
        today=today,
        stage=part.stage,
        initial={"client_id": part.client_id},
        auto_id="run-%s",
    )


def ahead_form(part: Part, today: date, data: QueryDict | None = None) -> PlannedRunForm:
    """Return the form to plan a run."""
    unknown = part.known is None or part.known.longest is None
    return PlannedRunForm(data, today=today, asks_longest=unknown, auto_id="ahead-%s")
