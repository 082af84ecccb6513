"""A file of busy times as it is sent, and its times as they wait to be confirmed."""

from datetime import UTC, datetime

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from bookings.busy import LARGEST
from bookings.busy.reading import Span
from clinic.models import Location, Practitioner

KEPT = 3600  # seconds in which what was read may be saved


class BusyFileForm(forms.Form):
    """The file, and whose clock its times are on."""

    file = forms.FileField(
        label=_("Calendar (.ics) or table (.csv)"),
        max_length=200,
        help_text=_("At most 1 MB. Only the times are taken; the file is not kept."),
    )
    place = forms.ModelChoiceField(
        label=_("Times without a zone are those of"),
        queryset=Location.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Location.objects.open()
        self.fields["place"].queryset = places
        self.fields["place"].initial = places.first()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 1 MB. Export fewer months."))
        return file


def packed(person: Practitioner, spans: list[Span]) -> str:
    """Return times as a page carries them on, sealed: for this person, for an hour."""
    minutes = [[int(at.timestamp()) // 60 for at in span] for span in spans]
    return signing.dumps(minutes, salt=_salt(person), compress=True)


def unpacked(person: Practitioner, text: str) -> list[Span] | None:
    """Return the times a page carried on; None for what it never said, or said long ago."""
    try:
        minutes = signing.loads(text, salt=_salt(person), max_age=KEPT)
    except signing.BadSignature:
        return None
    return [
        (datetime.fromtimestamp(low * 60, UTC), datetime.fromtimestamp(high * 60, UTC))
        for low, high in minutes
    ]


def _salt(person: Practitioner) -> str:
    return f"bookings.busy:{person.pk}"
