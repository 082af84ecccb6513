"""News to those who asked for it: write, look, send. What was sent stays as it is."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.actions.news import readers, send_news
from clinic.admin.desk import DeskAdmin
from clinic.admin.texts import TextForm, preview
from clinic.models import News
from clinic.newsletter import NEWS


class NewsForm(TextForm):
    """A subject and a text, looked at before they are sent."""

    base = None
    seen = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, topic=NEWS, **kwargs)
        self.fields["body"].widget.attrs["rows"] = 12


@admin.register(News)
class NewsAdmin(DeskAdmin):
    """Nothing can be taken back, so the page asks for a look first."""

    list_display = ["subject", "sent_at", "sent_by", "recipients"]
    list_select_related = ["sent_by"]
    ordering = ["-sent_at"]
    fields = readonly_fields = ["subject", "body", "sent_at", "sent_by", "recipients"]
    actions = None

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewsForm(request.POST or None)
        if not form.is_valid():
            return self._page(request, form, status=422 if form.is_bound else 200)
        wording = form.wording()
        again = NewsForm({"subject": wording.subject, "body": wording.body, "seen": "on"})
        if "send" not in request.POST or not form.cleaned_data["seen"]:
            again.is_valid()
            return self._page(request, again, **preview(NEWS, wording))
        news = send_news(wording.subject, wording.body, by=request.user, now=timezone.now())
        text = ngettext("Sent to %(n)d reader.", "Sent to %(n)d readers.", news.recipients)
        self.message_user(request, text % {"n": news.recipients})
        return redirect("admin:clinic_news_changelist")

    def _page(self, request, form: NewsForm, status: int = 200, **context) -> TemplateResponse:
        return self.page(
            request,
            "admin/clinic/messagetext/news.html",
            _("Write news"),
            status=status,
            form=form,
            topic=NEWS,
            fields=NEWS.fields.items(),
            readers=len(readers()),
            **context,
        )


NewsForm.base_fields["subject"].help_text = gettext_lazy("Nothing about anybody's health.")
