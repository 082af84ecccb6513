"""Handing over, at the desk: what is left, to whom it goes, and the switch itself."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.actions.handover import hand_over
from bookings.handover import open_work
from clinic.models import Practitioner


class HandOverForm(forms.Form):
    """To whom, and whether the leaver is switched off in the same step."""

    to = forms.ModelChoiceField(label=gettext_lazy("To"), queryset=Practitioner.objects.none())
    switch_off = forms.BooleanField(
        label=gettext_lazy("Switch off when nothing is left"), required=False
    )

    def __init__(self, *args, leaver: Practitioner, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Practitioner.objects.working().exclude(pk=leaver.pk)


def handover_view(model_admin, request, practitioner):
    """Show what is left; sent, pass it on and show what still is."""
    leaver = model_admin.get_object(request, str(practitioner))
    if leaver is None:
        raise Http404
    if not model_admin.has_change_permission(request, leaver):
        raise PermissionDenied
    form = HandOverForm(request.POST if request.method == "POST" else None, leaver=leaver)
    if form.is_valid():
        asked = form.cleaned_data
        left = hand_over(
            leaver, asked["to"], by=request.user, now=timezone.now(),
            switch_off=asked["switch_off"],
        )  # fmt: skip
        count = sum(len(kind.items) for kind in left)
        words = _("Handed over to %(to)s. Left: %(n)d.") % {"to": asked["to"], "n": count}
        model_admin.message_user(request, words)
        return redirect(request.path)
    return model_admin.page(
        request,
        "admin/bookings/handover.html",
        _("Hand over: %(name)s") % {"name": leaver},
        status=422 if form.errors else 200,
        practitioner=leaver,
        work=open_work(leaver, timezone.now()),
        form=form,
    )
