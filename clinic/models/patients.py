"""Who is treated, who answers for them, and who may read along. Nothing clinical lives here."""

import uuid
from datetime import date

from django.conf.locale import LANG_INFO
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from clinic.guards import Final, NoChain
from clinic.models.derived import Derived, TrigramIndex
from clinic.models.physicians import GeneralPractitioner
from clinic.models.users import NormalEmailField, User
from clinic.spelling import fold, near_keys

ERASED = "Erased"  # stored, so in one language


class PatientQuerySet(models.QuerySet["Patient"]):
    def current(self) -> "PatientQuerySet":
        """Those whose record was not merged into another, and who were not erased."""
        return self.filter(merged_into__isnull=True, erased_at__isnull=True)


def words_of(patient: "Patient") -> str:
    """Return what a patient is found by: names without accents, and the digits of the number.

    Every word stands between spaces, so that its beginning and its end can be asked for.
    """
    names = fold(f"{patient.first_name} {patient.last_name}")
    number = getattr(patient.phone, "as_e164", patient.phone) or ""
    return f" {names} {number} "


def keys_of(patient: "Patient") -> str:
    """Return the keys under which a name with a typing error finds a patient."""
    names = fold(f"{patient.first_name} {patient.last_name}")
    return f" {' '.join(sorted(near_keys(names.split())))} "


def erased_name(patient: "Patient") -> tuple[str, str]:
    """Return what stands for the names of somebody who was erased: enough to tell rows apart."""
    return ERASED, str(patient.pk)[:8]


class Patient(models.Model):
    """Somebody who comes to the clinic. One contact address may serve several people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    email = NormalEmailField(_("e-mail"), max_length=254, blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    address = models.TextField(_("address"), max_length=400, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    needs = models.CharField(
        _("alerts for the desk"),
        max_length=200,
        blank=True,
        help_text=_("Practical needs only, such as an interpreter or step-free access."),
    )
    desk_note = models.TextField(
        _("desk note"),
        max_length=1000,
        blank=True,
        help_text=_("Not for health information: everybody at the desk reads this."),
    )
    general_practitioner = models.ForeignKey(
        GeneralPractitioner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("general practitioner"),
        related_name="patients",
        db_index=False,
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False,
        related_name="duplicates", db_index=False,
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    found_by = Derived(make=words_of)
    found_near = Derived(make=keys_of)

    objects = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        indexes = [
            models.Index(fields=["email"], name="patient_by_email"),
            models.Index(fields=["last_name", "first_name"], name="patient_by_name"),
            models.Index(fields=["date_of_birth"], name="patient_by_birth"),
            # Few have either: what hardly any row says is not looked up in all of them.
            models.Index(
                fields=["merged_into"],
                name="patient_by_kept",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=["general_practitioner"],
                name="patient_by_doctor",
                condition=Q(general_practitioner__isnull=False),
            ),
            TrigramIndex(fields=["found_by"], name="patient_by_part"),
            TrigramIndex(fields=["found_near"], name="patient_by_near"),
        ]
        constraints = [
            models.CheckConstraint(
                name="patient_not_merged_into_itself", condition=~Q(merged_into=models.F("id"))
            ),
            NoChain(name="patient_merged_into_one_that_stands", fk="merged_into"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def language_words(self) -> str:
        """The language in words; a code that Django has no name for stays as it is."""
        known = LANG_INFO.get(self.language) or {}
        return gettext(str(known.get("name", self.language)))

    @property
    def survivor(self) -> "Patient":
        """The record that is read: this one, or the one it was merged into."""
        return self.merged_into or self

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper()


class Guardian(models.Model):
    """Somebody who answers for a patient, and when they agreed to the care."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="guardians")
    name = models.CharField(_("name"), max_length=160)
    relationship = models.CharField(_("relationship"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    consented_at = models.DateTimeField(_("consented"), null=True, blank=True)

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")

    def __str__(self) -> str:
        return f"{self.name} ({self.relationship})"


class PatientGrant(models.Model):
    """This sign-in may read this patient's own pages. Revoked, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="grants")
    granted_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("patient sign-in")
        verbose_name_plural = _("patient sign-ins")
        constraints = [
            models.UniqueConstraint(
                name="grant_once_per_user_and_patient",
                fields=["user", "patient"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Sign-in for one patient"))


class Consent(models.Model):
    """What a patient agreed to, to which text, and when; withdrawn by a date, never deleted."""

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("Privacy notice")
        REMINDERS = "reminders", _("Exercise reminders")
        NEWS = "news", _("Clinic news")
        SMS = "sms", _("Text messages")
        CHECK_INS = "check_ins", _("Questions how it goes, after the care has ended")
        TREATMENT = "treatment", _("Treatment")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="consents", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text_dated = models.DateField(_("text dated"))
    given_at = models.DateTimeField(_("given"))
    given_by = models.CharField(_("given by"), max_length=160, blank=True)
    signed_on = models.DateField(_("signed on paper"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("written down by"),
        related_name="+", db_index=False,
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [
            models.Index(fields=["patient", "kind"], name="consent_by_patient"),
            models.Index(
                fields=["recorded_by"],
                name="consent_by_recorder",
                condition=Q(recorded_by__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="consent_stands_once_per_text",
                fields=["patient", "kind", "text_dated"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_it_was_given",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("given_at")),
            ),
            models.CheckConstraint(
                name="consent_on_paper_names_who_wrote_it_down",
                condition=Q(signed_on__isnull=True) | Q(recorded_by__isnull=False),
            ),
            Final(name="consent_is_final", marker="given_at", allow=["withdrawn_at"]),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_of_notice(self) -> bool:
        """Whether this is the consent to the privacy notice itself."""
        return self.kind == Consent.Kind.PRIVACY

    @property
    def agreed_on(self) -> date:
        """The day on the paper, or the clinic's day on which somebody agreed here."""
        return self.signed_on or timezone.localdate(self.given_at)
