"""What stands beside a signed document of either kind, chart or note, and is final at once."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import User


class SecondSignature(models.Model):
    """The second signature under what was signed under supervision."""

    id = models.BigAutoField(primary_key=True)
    signed_at = models.DateTimeField(_("co-signed"))
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("co-signed by"), max_length=120)  # as it was on that day
    content_hash = models.CharField(max_length=64)  # of what was co-signed

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(_("Co-signature"))


class LaterWords(models.Model):
    """Words added to a signed document, with why they come later. Signed by being written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason = models.CharField(_("why it comes later"), max_length=300)
    text = models.TextField(_("what is added"), max_length=4000)
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("written by"), max_length=120)  # as it was on that day
    content_hash = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(_("Addendum"))
