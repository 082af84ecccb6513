"""The library in other languages: what came with the project, and what the clinic made of it.

Rows are only added. So what somebody read on a day can be told from them at any time.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.guards import Final
from clinic.models import User


class TranslationSet(models.Model):
    """Everything the project ships in one language, as it was when it was put in place."""

    id = models.BigAutoField(primary_key=True)
    language = models.CharField(_("language"), max_length=8)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    texts = models.JSONField(_("texts"))  # the library's text -> its translation
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        verbose_name = _("translations as shipped")
        verbose_name_plural = _("translations as shipped")
        constraints = [Final(name="translation_set_is_final")]

    def __str__(self) -> str:
        return self.language


class Translation(models.Model):
    """One text as a clinical lead wrote or reviewed it. The highest number of a text counts.

    digest       SHA-256 of the text it translates, which it belongs to and no other
    reviewed_by  who stands for it clinically; empty until somebody does
    """

    id = models.BigAutoField(primary_key=True)
    language = models.CharField(_("language"), max_length=8)
    digest = models.CharField(max_length=64)
    number = models.PositiveIntegerField(_("number"))
    source = models.TextField(_("text"))
    text = models.TextField(_("translation"))
    reviewed_by = models.CharField(_("clinically reviewed by"), max_length=160, blank=True)
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                name="translation_number_once", fields=["language", "digest", "number"]
            ),
            models.CheckConstraint(name="translation_says_something", condition=~models.Q(text="")),
            Final(name="translation_is_final"),
        ]

    def __str__(self) -> str:
        return self.text
