"""Somebody asked to be called; every attempt, and what came of it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from bookings.models.appointment import Appointment
from clinic.models import User


class CallbackRequest(models.Model):
    """A request to be called back, and what came of it."""

    class When(models.TextChoices):
        MORNING = "morning", _("In the morning")
        MIDDAY = "midday", _("Around midday")
        AFTERNOON = "afternoon", _("In the afternoon")
        ANY = "any", _("Any time")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")

    class Result(models.TextChoices):
        BOOKED = "booked", _("booked a visit")
        ANSWERED = "answered", _("question answered")
        DECLINED = "declined", _("needs nothing more")
        UNREACHED = "unreached", _("could not be reached")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form_key = models.UUIDField(unique=True, null=True, editable=False)  # sent twice, once
    name = models.CharField(_("name"), max_length=160)
    phone = PhoneNumberField(_("phone"))
    when = models.CharField(_("best time"), max_length=10, choices=When, default=When.ANY)
    message = models.TextField(
        _("message"), max_length=500, blank=True, help_text=_("No health details, please.")
    )
    consented_at = models.DateTimeField(_("agreed to be called"))
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.OPEN)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("call by"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=200, blank=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="callbacks"
    )
    created_at = models.DateTimeField(_("asked"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        indexes = [models.Index(fields=["state", "created_at"], name="callback_by_state")]
        constraints = [
            models.CheckConstraint(
                name="callback_closed_has_a_time",
                condition=~models.Q(state="done") | models.Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="callback_with_a_visit_was_booked",
                condition=models.Q(appointment__isnull=True) | models.Q(result="booked"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_overdue(self, now) -> bool:
        """Say whether it should have been answered by now."""
        return self.state == self.State.OPEN and self.due_at is not None and self.due_at < now


class CallbackAttempt(models.Model):
    """One try to call: when, by whom, and how it went. Added, never changed."""

    class Result(models.TextChoices):
        NO_ANSWER = "no_answer", _("nobody answered")
        MESSAGE = "message", _("left a message")
        BUSY = "busy", _("busy, or asked to call later")
        WRONG = "wrong", _("wrong number")
        SPOKE = "spoke", _("spoke with them")

    callback = models.ForeignKey(
        CallbackRequest, on_delete=models.CASCADE, related_name="attempts_made"
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.CharField(_("how it went"), max_length=10, choices=Result)

    class Meta:
        verbose_name = _("attempt to call")
        verbose_name_plural = _("attempts to call")

    def __str__(self) -> str:
        return self.get_result_display()
