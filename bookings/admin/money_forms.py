"""What the desk types about money."""

import uuid
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import Payment

LEAST = Decimal("0.01")


class AmountField(forms.DecimalField):
    """An amount of money to two decimals; a comma will do for the point."""

    def __init__(self, **more):
        super().__init__(max_digits=8, decimal_places=2, min_value=LEAST, **more)

    def to_python(self, value):
        if isinstance(value, str) and value.count(",") == 1 and "." not in value:
            value = value.replace(",", ".")
        return super().to_python(value)


class MoneyForm(forms.Form):
    """What every one of these forms carries: a key by which a second sending is known."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        if not self.is_bound:
            self.initial["form_key"] = uuid.uuid4()


class TakeForm(MoneyForm):
    """A payment; how it was paid is the button that was pressed."""

    prefix = "take"
    title = _("Take a payment")

    amount = AmountField(label=_("Amount"))
    reference = forms.CharField(
        label=_("Number on the slip"),
        max_length=60,
        required=False,
        help_text=_("If you want to find it again. Never a card number."),
    )
    method = forms.ChoiceField(label=_("Paid by"), choices=Payment.Method.choices)

    def clean_reference(self) -> str:
        """Refuse what looks like a card number: nobody should write one down."""
        typed = self.cleaned_data["reference"]
        digits = "".join(sign for sign in typed if sign.isdigit())
        if 12 <= len(digits) <= 19 and _is_card(digits):
            raise forms.ValidationError(_("That looks like a card number. It must not be kept."))
        return typed


def _is_card(digits: str) -> bool:
    """Whether the digits add up as those of payment cards do (ISO/IEC 7812-1, Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


class RefundForm(TakeForm):
    """Money that went back."""

    prefix = "refund"
    title = _("Refund")

    reason = forms.CharField(label=_("Why"), max_length=200, required=False)
    field_order = ("amount", "method", "reason", "reference")

    method = forms.ChoiceField(label=_("Given back by"), choices=Payment.Method.choices)


class WaiveForm(MoneyForm):
    """Something let go."""

    prefix = "waive"
    title = _("Waive")

    amount = AmountField(label=_("Amount"))
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("In general words: everybody at the desk reads this."),
    )


class CorrectForm(MoneyForm):
    """A slip of the finger: the row gets its opposite."""

    prefix = "correct"
    title = _("Correct a row")

    row = forms.ModelChoiceField(queryset=Payment.objects.none(), widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why"), max_length=200)
