"""Sign-ins of people who work here: invited, given roles, switched off."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clinic import audit, roles
from clinic.actions import invite_again, invite_user, withdraw_invitation
from clinic.actions.staff import save_staff, staff_fault
from clinic.actions.users import is_invited
from clinic.admin.desk import DeskAdmin
from clinic.models import User
from clinic.models.users import normal_email

DEEDS = {
    "_invite_again": (invite_again, _("%(name)s gets a new link; the older ones no longer work.")),
    "_withdraw": (withdraw_invitation, _("The invitation of %(name)s is withdrawn.")),
}


class StaffForm(forms.ModelForm):
    """Name, address and roles. Passwords are everybody's own."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role, role.capitalize()) for role in roles.ROLES],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ("email", "name", "is_active")

    by: User  # set by the admin: who is filling in the form

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.email:
            self.initial["roles"] = list(self.instance.groups.values_list("name", flat=True))

    def clean_email(self) -> str:
        return normal_email(self.cleaned_data["email"])

    def clean(self):
        cleaned = super().clean()
        held = set(self.initial.get("roles", []))
        self.instance.is_active = cleaned.get("is_active", True)
        wanted = set(cleaned.get("roles", []))
        if fault := staff_fault(self.instance, held=held, wanted=wanted, by=self.by):
            self.add_error("roles" if "is_active" not in self.changed_data else None, str(fault))
        return cleaned


@admin.register(User)
class UserAdmin(DeskAdmin):
    """Staff only: patients' sign-ins come and go with their records."""

    form = StaffForm
    list_display = ["email", "name", "held", "state", "last_login"]
    change_form_template = "admin/clinic/staff.html"
    list_filter = ["is_active", "groups"]
    search_fields = ["email", "name"]
    ordering = ["name", "email"]
    actions = None

    def get_queryset(self, request):
        works_here = Q(pk__in=Group.user_set.through.objects.values("user_id")) | Q(is_staff=True)
        found = super().get_queryset(request).filter(works_here)
        return found.prefetch_related("groups")

    @admin.display(description=_("roles"))
    def held(self, user) -> str:
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description=_("state"), ordering="is_active")
    def state(self, user) -> str:
        if not user.is_active:
            return _t("switched off")
        return _t("invited, no password yet") if is_invited(user) else _t("active")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Nobody is asked for their password to send a form that is not theirs to send."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._proven_form(request, object_id, form_url, extra_context)

    @method_decorator(reauthentication_required(allow_get=True))
    def _proven_form(self, request, object_id, form_url, extra_context):
        """Besides the form: a new link for whoever has not used theirs, or none any more.

        Whoever sends it has shown within the last minutes that they are who they are.
        """
        user = self.get_object(request, object_id) if object_id else None
        deed = next((DEEDS[name] for name in DEEDS if name in request.POST), None)
        if request.method == "POST" and user is not None and deed:
            return self._about_invitation(request, user, *deed)
        invited = {"invited": user is not None and is_invited(user)}
        return super().changeform_view(
            request, object_id, form_url, {**invited, **(extra_context or {})}
        )

    def _about_invitation(self, request, user: User, act, said):
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if act(user, by=audit.actor_of(request.user)):
            self.message_user(request, said % {"name": user})
        else:
            text = _t("This invitation was accepted or withdrawn meanwhile. Nothing was changed.")
            self.message_user(request, text, messages.ERROR)
        return redirect("admin:clinic_user_change", user.pk)

    def get_fields(self, request, obj=None):
        return ["email", "name", "roles", "is_active"] if obj else ["email", "name", "roles"]

    def get_readonly_fields(self, request, obj=None):
        return ["email"] if obj else []

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request, obj, form, change):
        chosen = form.cleaned_data["roles"]
        if change:
            save_staff(obj, role_names=chosen, by=request.user)
            return
        made, _token = invite_user(
            obj.email, name=obj.name, role_names=chosen, by=audit.actor_of(request.user)
        )
        obj.pk = made.pk

    def save_related(self, request, form, formsets, change):
        """Nothing hangs on the form: roles were saved with the sign-in."""
