"""The clinic's own wording of messages and its privacy notices: every version kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final
from clinic.models.outbox import Message
from clinic.models.users import User


class MessageTextQuerySet(models.QuerySet["MessageText"]):
    def of(self, topic: str, channel: str, language: str = "en") -> "MessageTextQuerySet":
        """The versions of one text in one language, the newest first."""
        return self.filter(topic=topic, channel=channel, language=language).order_by("-version")


class MessageText(models.Model):
    """One version of one text in one language. Going back to what ships is a version as well."""

    topic = models.CharField(_("message"), max_length=40)
    channel = models.CharField(_("by"), max_length=5, choices=Message.Channel)
    language = models.CharField(_("language"), max_length=8, default="en")
    version = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    body = models.TextField(_("text"), max_length=4000, blank=True)
    is_reset = models.BooleanField(_("back to the shipped text"), default=False)
    saved_at = models.DateTimeField(_("saved"))
    saved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, verbose_name=_("saved by"), related_name="+"
    )

    objects = MessageTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        constraints = [
            models.UniqueConstraint(
                name="message_text_version_once",
                fields=["topic", "channel", "language", "version"],
            ),
            models.CheckConstraint(
                name="message_text_says_something",
                condition=models.Q(is_reset=True) | ~models.Q(body=""),
            ),
            Final(name="message_text_version_is_final"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}, {self.version}"


class PrivacyNotice(models.Model):
    """A privacy notice as it was saved under its day. Of one day the last one saved counts.

    A notice somebody agreed to keeps its text: ``actions.notices`` refuses another one of its day.
    An empty text is the one that ships.
    """

    dated = models.DateField(_("dated"))
    text = models.TextField(_("text"), blank=True)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")
        indexes = [models.Index(fields=["dated", "saved_at"], name="privacy_notice_by_day")]
        constraints = [Final(name="privacy_notice_is_final")]

    def __str__(self) -> str:
        return str(self.dated)
