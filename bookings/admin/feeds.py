"""Secret calendar addresses of practitioners: a manager makes one for somebody, or ends it."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings import actions, feeds
from bookings.models import PractitionerFeed
from clinic.admin.desk import DeskAdmin
from clinic.models import Practitioner


class FeedForm(forms.Form):
    """Whose diary."""

    practitioner = forms.ModelChoiceField(
        label=gettext_lazy("Practitioner"),
        queryset=Practitioner.objects.working(),
        help_text=gettext_lazy("An address they have already stops working."),
    )


@admin.register(PractitionerFeed)
class PractitionerFeedAdmin(DeskAdmin):
    """The address itself is shown once, when it is made."""

    list_display = ["practitioner", "made_at", "made_by", "revoked_at"]
    list_display_links = None
    list_filter = ["practitioner"]
    list_select_related = ["practitioner", "made_by"]
    ordering = ["-made_at"]
    actions = ["revoke_selected"]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            raise Http404
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = FeedForm(request.POST or None)
        fresh = ""
        if form.is_valid():
            token = actions.make_feed(
                form.cleaned_data["practitioner"], by=request.user, now=timezone.now()
            )
            fresh = feeds.address(token)
        page = self.page(
            request,
            "admin/bookings/feed.html",
            _("Make a calendar address"),
            status=422 if form.errors else 200,
            form=form,
            fresh=fresh,
        )
        page["Cache-Control"] = "no-store, private"
        return page

    @admin.action(description=gettext_lazy("End the address"), permissions=["change"])
    def revoke_selected(self, request, queryset):
        ended = sum(
            actions.revoke_feed(feed.practitioner, by=request.user, now=timezone.now())
            for feed in queryset.filter(revoked_at__isnull=True)
        )
        text = ngettext("%(n)d address ended.", "%(n)d addresses ended.", ended)
        self.message_user(request, text % {"n": ended})
