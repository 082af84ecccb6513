"""General practitioners outside the clinic, to whom letters about patients may go."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class GeneralPractitionerQuerySet(models.QuerySet["GeneralPractitioner"]):
    def offered_to(self, patient_id: object) -> "GeneralPractitionerQuerySet":
        """Those a patient may be given, by name; theirs stays even when it no longer practises."""
        theirs = Q(pk__in=self.filter(patients=patient_id).values("pk")) if patient_id else Q()
        return self.filter(Q(is_active=True) | theirs).order_by("name", "practice", "id")


class GeneralPractitioner(models.Model):
    """A family doctor and how to reach them. Switched off when they retire, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, help_text=_("As a letter addresses them."))
    practice = models.CharField(_("practice"), max_length=160, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    fax = PhoneNumberField(_("fax"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.TextField(_("address"), max_length=400, blank=True)
    is_active = models.BooleanField(_("practises"), default=True)

    objects = GeneralPractitionerQuerySet.as_manager()

    class Meta:
        verbose_name = _("general practitioner")
        verbose_name_plural = _("general practitioners")
        indexes = [models.Index(fields=["name"], name="gp_by_name")]

    def __str__(self) -> str:
        return f"{self.name}, {self.practice}" if self.practice else self.name
