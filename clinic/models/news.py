"""News the clinic sent to those who asked for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final
from clinic.models.users import User


class News(models.Model):
    """One piece of news as it was sent. Kept as it is."""

    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=4000)
    sent_at = models.DateTimeField(_("sent"))
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, verbose_name=_("sent by"), related_name="+"
    )
    recipients = models.PositiveIntegerField(_("sent to how many"))

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
        constraints = [Final(name="news_sent_is_final")]

    def __str__(self) -> str:
        return self.subject
