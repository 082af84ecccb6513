"""Amounts on the desk's pages."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

from bookings.models import Payment

register = template.Library()


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """An amount to two decimals, with its currency where the column does not say it."""
    return f"{number_format(amount, 2)} {currency}".strip()


@register.filter
def of(found: Mapping[str, Any], key: str) -> Any:
    """What a mapping has under a key."""
    return found.get(key, "")


@register.filter
def correction_key(row: Payment) -> uuid.UUID:
    """The key of the form that corrects a row. It is corrected once, so one key is enough."""
    return uuid.uuid5(row.pk, "correct")
