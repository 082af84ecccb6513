"""A practitioner is invited by e-mail: one address, one role, a link that works once."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import roles
from clinic.actions.staff import invite_practitioner
from clinic.actions.users import is_invited
from clinic.errors import ClinicError
from clinic.models import Practitioner

ROLES = (roles.PHYSIO, roles.STUDENT, roles.COACH)


class InviteForm(forms.Form):
    """Where the link goes, and as what they work here."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(role, role.capitalize()) for role in ROLES]
    )


def invite_view(model_admin, request, practitioner):
    """Invite somebody who treats, or say that they were."""
    person = model_admin.get_object(request, str(practitioner))
    if person is None:
        raise Http404
    if not request.user.has_perm("clinic.add_user"):
        raise PermissionDenied
    return _proven_page(request, model_admin, person)


@reauthentication_required(allow_get=True)
def _proven_page(request, model_admin, person: Practitioner):
    """Send it for somebody who has shown within the last minutes that they are who they are."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            invite_practitioner(person, **form.cleaned_data, by=request.user)
        except ClinicError as error:
            form.add_error("email", str(error))
        else:
            address = form.cleaned_data["email"]
            model_admin.message_user(request, _("Invited: %(email)s.") % {"email": address})
            return redirect(request.path)
    return model_admin.page(
        request,
        "admin/bookings/practitioner_invite.html",
        _("Sign-in of %(name)s") % {"name": person},
        status=422 if form.errors else 200,
        practitioner=person,
        invited=person.user is not None and is_invited(person.user),
        form=None if person.user else form,
    )
