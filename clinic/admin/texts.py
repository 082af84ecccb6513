"""The words of messages: every text listed, changed with a preview, put back to what ships."""

from functools import partial

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic import letters, sms, texts
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
        last = {(row.topic, row.channel): row for row in rows}
        found = [
            {
                "topic": topic,
                "row": last.get((topic.name, topic.channel)),
                "url": reverse("admin:clinic_messagetext_text", args=[topic.name, topic.channel]),
            }
            for topic in texts.topics()
        ]
        context = {"texts": found, "sms_is_on": sms.is_on()}
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
        if request.method != "POST":
            return self._text_page(request, found)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if "reset" in request.POST:
            return self._reset(request, found)
        form = TextForm(request.POST, topic=found)
        if not form.is_valid():
            return self._text_page(request, found, form, status=422)
        if "preview" in request.POST:
            return self._text_page(request, found, form)
        return self._save(request, found, form)

    def _save(self, request, topic, form: TextForm):
        wording = form.wording()
        if wording == Wording(current(topic).subject, current(topic).body):
            self.message_user(request, _("Nothing was changed."))
            return redirect(request.path)
        try:
            save_text(
                topic.name, topic.channel, subject=wording.subject, body=wording.body,
                base=form.cleaned_data["base"], by=request.user, now=timezone.now(),
            )  # fmt: skip
        except TextChanged as error:
            form.add_error(None, str(error))
            form.data = {**form.data.dict(), "base": self._last_version(topic)}
            return self._text_page(request, topic, form, status=409)
        self.message_user(request, _("Saved. The next message says it this way."))
        return redirect("admin:clinic_messagetext_changelist")

    def _reset(self, request, topic):
        base = request.POST.get("base", "")
        try:
            number = int(base) if base.isdigit() else -1
            reset_text(topic.name, topic.channel, base=number, by=request.user, now=timezone.now())
        except TextChanged as error:
            form = TextForm({**self._initial(topic)}, topic=topic)
            form.is_valid()
            form.add_error(None, str(error))
            return self._text_page(request, topic, form, status=409)
        self.message_user(request, _("Back to the shipped text."))
        return redirect("admin:clinic_messagetext_changelist")

    def _initial(self, topic) -> dict[str, object]:
        wording = current(topic)
        base = self._last_version(topic)
        return {"subject": wording.subject, "body": wording.body, "base": base}

    def _last_version(self, topic) -> int:
        last = MessageText.objects.of(topic.name, topic.channel).first()
        return last.version if last else 0

    def _text_page(self, request, topic, form=None, status=200) -> TemplateResponse:
        versions = list(
            MessageText.objects.of(topic.name, topic.channel).select_related("saved_by")[:20]
        )
        now = current(topic)
        wording = form.wording() if form and form.is_valid() else now
        if form is None:
            form = TextForm(initial=self._initial(topic), topic=topic)
        context = {
            "topic": topic,
            "form": form,
            "own": bool(versions) and not versions[0].is_reset,
            "out_of_date": bool(versions) and not versions[0].is_reset and not now.version,
            "base": versions[0].version if versions else 0,
            "fields": [
                (name, words, name in topic.required) for name, words in topic.fields.items()
            ],
            "shipped": shipped(topic),
            "versions": versions,
            "may_change": self.has_change_permission(request),
            **preview(topic, wording),
        }
        title = capfirst(str(topic.label))
        return self._page(request, "text", title, status=status, **context)

    def _page(self, request, name: str, title: str, **context) -> TemplateResponse:
        return self.page(request, f"admin/clinic/messagetext/{name}.html", title, **context)


def preview(topic: texts.Topic, wording: Wording) -> dict[str, object]:
    """Return a message as a made-up patient would get it."""
    filled = texts.fill(wording.subject, wording.body, topic.sample())
    letter = letters.compose(topic, wording, topic.sample())
    parts = -(-len(letter.text) // sms.ONE_PART)
    return {
        "letter": letter,
        "paragraphs": filled.paragraphs,
        "length": ""
        if topic.has_subject
        else ngettext(
            "%(n)d characters, %(parts)d text message",
            "%(n)d characters, %(parts)d text messages",
            parts,
        )
        % {"n": len(letter.text), "parts": parts},
    }
