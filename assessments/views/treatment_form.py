"""The form for one treatment given at a visit."""

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments.actions import Given
from assessments.models import Treatment
from assessments.models.treatment import MOST_MINUTES, WORST

CHOOSE = [("", "–")]
PAIN = [("", _("not asked")), *((score, f"{score}/10") for score in range(WORST + 1))]


class Unchosen(forms.Select):
    """A list in which nothing is chosen beforehand, not even that nothing is."""

    def format_value(self, value):
        return [] if value in (None, "") else super().format_value(value)


class ListField(forms.TypedChoiceField):
    widget = Unchosen


class PainField(ListField):
    """0 to 10; not asked is None, and no 0."""

    def __init__(self, label) -> None:
        super().__init__(label=label, choices=PAIN, coerce=int, empty_value=None, required=False)


class TreatmentForm(forms.Form):
    """What was done, where, how long, what it did to the pain, and that the patient agreed."""

    kind = ListField(label=_("What was done"), choices=CHOOSE + Treatment.Kind.choices)
    part = ListField(label=_("Where"), choices=CHOOSE + Treatment.Part.choices)
    side = ListField(label=_("Side"), choices=CHOOSE + Treatment.Side.choices, required=False)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=MOST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    before = PainField(_("Pain before"))
    after = PainField(_("Pain after"))
    consent = ListField(label=_("Consent"), choices=CHOOSE + Treatment.Consent.choices)
    words = forms.CharField(label=_("In your words"), max_length=300, required=False)
    over_cap = forms.CharField(
        label=_("Why one more visit with manual therapy"), max_length=300, required=False
    )

    def __init__(self, *args, asks_why: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.asks_why = asks_why
        if not asks_why and not self.data.get("over_cap"):
            self.fields["over_cap"].widget = forms.HiddenInput()

    def clean(self):
        typed = super().clean()
        if typed.get("part") in Treatment.SIDED and not typed.get("side"):
            self.add_error("side", _t("Say which side."))
        if typed.get("part") not in Treatment.SIDED:
            typed["side"] = ""
        words = typed.get("words")
        if typed.get("kind") == Treatment.Kind.OTHER and not words:
            self.add_error("words", _t("Say in your words what was done."))
        elif typed.get("consent") == Treatment.Consent.NOT_ASKED and not words:
            self.add_error("words", _t("Say in your words why the patient was not asked."))
        return typed

    def given(self) -> Given:
        """Return the treatment of a valid form."""
        return Given(**self.cleaned_data)
