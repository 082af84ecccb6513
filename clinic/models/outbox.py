"""What the clinic owes people: one row per message, written with the event that causes it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now) -> "MessageQuerySet":
        """Those that wait and whose time has come: urgent ones first, then the oldest."""
        waiting = self.filter(state=Message.State.PENDING, due_at__lte=now)
        return waiting.order_by("-urgent", "due_at", "pk")


class Message(models.Model):
    """One message to one address. What it says is decided from the state when it is sent."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("no longer needed")
        FAILED = "failed", _("failed")
        UNSURE = "unsure", _("unsure whether it arrived")
        REPLACED = "replaced", _("sent again")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")

    key = models.CharField(max_length=200, unique=True)  # recipient, event and version
    topic = models.CharField(_("about"), max_length=40)
    subject_id = models.CharField(max_length=64, blank=True)  # the row it is about
    version = models.PositiveIntegerField(default=0)
    patient_id = models.UUIDField(null=True)
    channel = models.CharField(_("by"), max_length=5, choices=Channel, default=Channel.EMAIL)
    to = models.CharField(_("to"), max_length=254)
    payload = models.JSONField(default=dict)  # ids and codes; blanked once sent
    urgent = models.BooleanField(default=False)  # overtakes the others: a sign-in code
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    wording = models.PositiveIntegerField(default=0)  # version of the clinic's text; 0: shipped
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    again_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        db_index=False,
    )  # fmt: skip
    edition = models.PositiveSmallIntegerField(default=1)  # 2, 3 … for what the desk sent again

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["state", "-urgent", "due_at"], name="message_by_turn"),
            models.Index(fields=["to", "created_at"], name="message_by_recipient"),
            models.Index(fields=["topic", "subject_id"], name="message_by_subject"),
            models.Index(fields=["due_at"], name="message_by_day"),
            models.Index(fields=["patient_id", "due_at"], name="message_by_patient"),
            models.Index(fields=["due_at"], name="message_by_text", condition=Q(channel="sms")),
            models.Index(
                fields=["again_of"], name="message_by_first", condition=Q(again_of__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_sending_has_a_lease",
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="message_sent_has_a_time",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class MessageStep(models.Model):
    """One thing that happened to a message on its way. Added by the sender, never changed."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=Message.State)  # that it had from then on
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a message")
        verbose_name_plural = _("steps of messages")

    def __str__(self) -> str:
        return self.get_state_display()
