"""The words of messages: every text listed, changed with a preview, put back to what ships."""

from functools import partial

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic import languages, letters, sms, texts
from clinic.actions.texts import reset_text, save_text
from clinic.admin.desk import DeskAdmin
from clinic.errors import TextChanged
from clinic.models import MessageText
from clinic.texts.register import LONGEST_SUBJECT
from clinic.texts.wording import Wording, current, faults_of, shipped


class TextForm(forms.Form):
    """A subject and a body; says beside each what does not fit its message."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=LONGEST_SUBJECT)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
        help_text=gettext_lazy("An empty line begins a new paragraph."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, topic: texts.Topic, **kwargs):
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.fields["body"].validators.append(MaxLengthValidator(topic.longest))
        if not topic.has_subject:
            del self.fields["subject"]
            self.fields["body"].widget.attrs["rows"] = 5
            self.fields["body"].help_text = _("Sent on one line. Short is kind, and cheap.")

    def clean_body(self) -> str:
        return "\n".join(line.rstrip() for line in self.cleaned_data["body"].splitlines()).strip()

    def clean(self):
        typed = self.cleaned_data
        found = faults_of(self.topic, typed.get("subject", "-"), typed.get("body", ""))
        for fault in found:
            if fault.where in typed and fault.where not in self.errors:
                self.add_error(fault.where, sentence(fault))

    def wording(self) -> Wording:
        typed = self.cleaned_data
        return Wording(typed.get("subject", ""), typed["body"])


def sentence(fault) -> str:
    """Say what is wrong with a text and what to do."""
    words = {
        "empty": _("Write a text, or go back to the shipped one."),
        "unknown": _("There is no placeholder {%(name)s} in this message. Use those listed."),
        "missing": _("Keep {%(name)s} in the text: the message is of no use without it."),
        "brace": _("A brace belongs to a placeholder, such as {%(example)s}. Take it out."),
    }
    return words[fault.kind] % {"name": fault.name, "example": "clinic"}


@admin.register(MessageText)
class MessageTextAdmin(DeskAdmin):
    """Two pages of its own; a version that was saved is never changed."""

    actions = None

    def has_add_permission(self, request) -> bool:
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(partial(self.text_view))
        own = [path("text/<slug:topic>/<slug:channel>/", view, name="clinic_messagetext_text")]
        return [*own, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        """Every message and whether its words are the clinic's own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = MessageText.objects.order_by("version").select_related("saved_by")
        last = {(row.topic, row.channel, row.language): row for row in rows}
        own = {which: row for which, row in last.items() if not row.is_reset}
        found = [
            {"topic": topic, "words": [_words(topic, code, own) for code in codes_of(topic)]}
            for topic in texts.topics()
        ]
        context = {"texts": found, "sms_is_on": sms.is_on(), "languages": languages.offered()}
        return self._page(request, "list", _("Message texts"), **context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        raise Http404  # versions are shown with their text

    def text_view(self, request, topic: str, channel: str):
        """One text: change it, look at it, put it back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = texts.get(topic, channel)
        except KeyError:
            raise Http404 from None
        code = request.GET.get("language", settings.LANGUAGE_CODE)
        if code not in codes_of(found):
            raise Http404
        if request.method != "POST":
            return self._text_page(request, found, code)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if "reset" in request.POST:
            return self._reset(request, found, code)
        form = TextForm(request.POST, topic=found)
        if not form.is_valid():
            return self._text_page(request, found, code, form, status=422)
        if "preview" in request.POST:
            return self._text_page(request, found, code, form)
        return self._save(request, found, code, form)

    def _save(self, request, topic, code: str, form: TextForm):
        wording, now = form.wording(), in_use(topic, code)
        if wording == Wording(now.subject, now.body):
            self.message_user(request, _("Nothing was changed."))
            return redirect(request.get_full_path())
        try:
            save_text(
                topic.name, topic.channel, subject=wording.subject, body=wording.body,
                base=form.cleaned_data["base"], by=request.user, now=timezone.now(),
                language=code,
            )  # fmt: skip
        except TextChanged as error:
            form.add_error(None, str(error))
            form.data = {**form.data.dict(), "base": self._last_version(topic, code)}
            return self._text_page(request, topic, code, form, status=409)
        self.message_user(request, _("Saved. The next message says it this way."))
        return redirect("admin:clinic_messagetext_changelist")

    def _reset(self, request, topic, code: str):
        base = request.POST.get("base", "")
        try:
            number = int(base) if base.isdigit() else -1
            reset_text(
                topic.name, topic.channel, base=number, by=request.user, now=timezone.now(),
                language=code,
            )  # fmt: skip
        except TextChanged as error:
            form = TextForm({**self._initial(topic, code)}, topic=topic)
            form.is_valid()
            form.add_error(None, str(error))
            return self._text_page(request, topic, code, form, status=409)
        self.message_user(request, _("Back to the shipped text."))
        return redirect("admin:clinic_messagetext_changelist")

    def _initial(self, topic, code: str) -> dict[str, object]:
        wording = in_use(topic, code)
        base = self._last_version(topic, code)
        return {"subject": wording.subject, "body": wording.body, "base": base}

    def _last_version(self, topic, code: str) -> int:
        last = MessageText.objects.of(topic.name, topic.channel, code).first()
        return last.version if last else 0

    def _text_page(self, request, topic, code, form=None, status=200) -> TemplateResponse:
        own = MessageText.objects.of(topic.name, topic.channel, code)
        versions = list(own.select_related("saved_by")[:20])
        now = in_use(topic, code)
        wording = form.wording() if form and form.is_valid() else now
        if form is None:
            form = TextForm(initial=self._initial(topic, code), topic=topic)
        context = {
            "topic": topic,
            "form": form,
            "own": bool(versions) and not versions[0].is_reset,
            "out_of_date": bool(versions) and not versions[0].is_reset and not now.version,
            "base": versions[0].version if versions else 0,
            "fields": [
                (name, words, name in topic.required) for name, words in topic.fields.items()
            ],
            "versions": versions,
            "may_change": self.has_change_permission(request),
            "language": code,
            "languages": [each for each in languages.offered() if each[0] in codes_of(topic)],
            "own_elsewhere": not (versions and not versions[0].is_reset)
            and self._own_elsewhere(topic, code),
        }
        with translation.override(code):
            context |= {"shipped": shipped(topic), **preview(topic, wording)}
        context["length"] = length_of(topic, context["letter"])
        title = capfirst(str(topic.label))
        return self._page(request, "text", title, status=status, **context)

    def _own_elsewhere(self, topic, code: str) -> bool:
        """Say whether the clinic has words of its own for this in another language."""
        return any(in_use(topic, other).version for other in codes_of(topic) if other != code)

    def _page(self, request, name: str, title: str, **context) -> TemplateResponse:
        return self.page(request, f"admin/clinic/messagetext/{name}.html", title, **context)


def preview(topic: texts.Topic, wording: Wording) -> dict[str, object]:
    """Return a message as a made-up patient would get it."""
    filled = texts.fill(wording.subject, wording.body, topic.sample())
    letter = letters.compose(topic, wording, topic.sample())
    return {"letter": letter, "paragraphs": filled.paragraphs}


def length_of(topic: texts.Topic, letter) -> str:
    """Say how long a text message is; "" for a mail."""
    if topic.has_subject:
        return ""
    parts = -(-len(letter.text) // sms.ONE_PART)
    text = ngettext(
        "%(n)d characters, %(parts)d text message",
        "%(n)d characters, %(parts)d text messages",
        parts,
    )
    return text % {"n": len(letter.text), "parts": parts}


def codes_of(topic: texts.Topic) -> list[str]:
    """Return the languages a message is written in; colleagues read English."""
    if topic.to_staff:
        return [settings.LANGUAGE_CODE]
    return [code for code, _name in languages.offered()]


def in_use(topic: texts.Topic, code: str) -> Wording:
    """Return the text a reader of one language gets now."""
    with translation.override(code):
        return current(topic)


def _words(topic: texts.Topic, code: str, own) -> dict[str, object]:
    """Return what the list says of one text in one language."""
    address = reverse("admin:clinic_messagetext_text", args=[topic.name, topic.channel])
    row = own.get((topic.name, topic.channel, code))
    others = [other for other in codes_of(topic) if other != code]
    return {
        "row": row,
        "url": address if code == settings.LANGUAGE_CODE else f"{address}?language={code}",
        "language": dict(languages.offered())[code],
        "only_elsewhere": row is None
        and any((topic.name, topic.channel, other) in own for other in others),
    }
