"""A patient in a form of the desk: chosen before, on a page of its own, and named in the form."""

from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.models import Patient


class ChosenPatient(forms.Widget):
    """Names the chosen patient and sends their id along; a link leads to choose somebody else.

    then  what the patient is for, as the search page calls it
    """

    template_name = "admin/bookings/_chosen_patient.html"
    choices: forms.models.ModelChoiceIterator  # set by the field

    def __init__(self, then: str) -> None:
        super().__init__()
        self.then = then

    def get_context(self, name, value, attrs):
        known: QuerySet[Patient] = self.choices.queryset
        found = known.filter(pk=value).first() if is_uuid(value) else None
        search = reverse("patient-find", query={"then": self.then})
        return {**super().get_context(name, value, attrs), "patient": found, "search": search}

    def id_for_label(self, id_):
        """Nothing to put the focus on."""
        return ""


def patient_field(then: str) -> forms.ModelChoiceField:
    """Return the field for a patient who was chosen on the search page."""
    return forms.ModelChoiceField(
        label=_("Patient"),
        queryset=Patient.objects.current(),
        widget=ChosenPatient(then),
        error_messages={
            "required": _("Find the patient first."),
            "invalid_choice": _("Find the patient first."),
        },
    )


def nobody_chosen(request) -> bool:
    """Say whether a form is opened without naming a patient; then the search comes first."""
    return request.method != "POST" and not is_uuid(request.GET.get("patient"))


def to_search(then: str):
    """Return the way to the search page."""
    return redirect(reverse("patient-find", query={"then": then}))


def is_uuid(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
