"""What people type to find a time, to book it, and to be called back. Checks only."""

from bookings.forms.details import DetailsForm
from bookings.forms.times import (
    ANY,
    CatalogueForm,
    ChosenTimeForm,
    SlotsForm,
    TimesForm,
    chosen_person,
    chosen_place,
)
from bookings.forms.visit import CallbackForm, CancelForm, RecordForm

__all__ = [
    "ANY",
    "CallbackForm",
    "CancelForm",
    "CatalogueForm",
    "ChosenTimeForm",
    "DetailsForm",
    "RecordForm",
    "SlotsForm",
    "TimesForm",
    "chosen_person",
    "chosen_place",
]
