"""A diagnosis on a receipt: only where the patient asked for it in writing. Clinical."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models import Appointment
from clinic.guards import Final
from clinic.models import Practitioner


class ReceiptDiagnosis(models.Model):
    """What a practitioner puts on the receipts of a visit, and the request it answers.

    Never changed; the last one counts. It is registered in no admin, and the desk's receipts,
    whose facts are kept elsewhere, cannot hold it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    requested_on = models.DateField(_("asked for in writing on"))
    request = models.CharField(_("how"), max_length=200)
    text = models.CharField(_("diagnosis"), max_length=300)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("diagnosis on a receipt")
        verbose_name_plural = _("diagnoses on receipts")
        constraints = [Final(name="receipt_diagnosis_is_append_only")]

    def __str__(self) -> str:
        return str(_("Diagnosis on a receipt"))
