"""Library and presets, for the clinical lead. They hold no patient; records are in no admin."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.utils.functional import lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments.findings import FIELDS, SECTIONS
from assessments.findings.dictionary import fields_of
from assessments.library_actions import CHANGE
from assessments.library_desk.urls import library_urls
from assessments.library_store import library_of, newest_version
from assessments.models import ChartPreset, ExerciseLink, LibraryVersion
from clinic.admin.desk import DeskAdmin


@admin.register(LibraryVersion)
class LibraryVersionAdmin(DeskAdmin):
    """Every version, newest first; reading and changing one happens on pages of its own."""

    list_display = ["number", "state", "note", "published_at", "reviewed_by"]
    list_display_links = ["number", "state"]
    list_filter = ["state"]
    ordering = ["-number"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).defer("data")

    def has_add_permission(self, request) -> bool:
        """A new version begins as a draft, by whoever may change the library."""
        return request.user.has_perm(CHANGE)

    def has_change_permission(self, request, obj=None) -> bool:
        """No form of Django's own: a version changes through the library's pages."""
        return False

    def get_urls(self):
        return [*library_urls(self.admin_site.admin_view), *super().get_urls()]


def _findings() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every finding under its section, as a form offers them."""
    return [
        (label, [(each.id, each.label) for each in fields_of(code)]) for code, label in SECTIONS
    ]


class ChartPresetForm(forms.ModelForm):
    """Codes of the dictionary, ticked instead of typed."""

    sections = forms.MultipleChoiceField(
        label=_("Open sections"), choices=SECTIONS, widget=forms.CheckboxSelectMultiple
    )
    left_out = forms.MultipleChoiceField(
        label=_("Findings left out of them"),
        help_text=_("They stay one key away, and the chart names them as not asked."),
        choices=_findings,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_left_out(self):
        """A plan waits for these: leaving one out would only hide why there is none."""
        chosen = self.cleaned_data["left_out"]
        needed = [FIELDS[name].label for name in chosen if FIELDS[name].required]
        if needed:
            raise forms.ValidationError(
                _("A plan needs: %(names)s") % {"names": ", ".join(map(str, needed))}
            )
        return chosen

    def clean_sections(self):
        chosen = self.cleaned_data["sections"]
        needed = {each.section for each in FIELDS.values() if each.required} - set(chosen)
        if needed:
            labels = [label for code, label in SECTIONS if code in needed]
            raise forms.ValidationError(_("A plan needs: %(names)s") % {"names": ", ".join(labels)})
        return chosen


@admin.register(ChartPreset)
class ChartPresetAdmin(DeskAdmin):
    """What stands open on a chart to begin with."""

    form = ChartPresetForm
    removable = True
    list_display = ["name", "when", "position"]
    ordering = ["position", "pk"]
    prepopulated_fields = {"slug": ["name"]}


def _exercises() -> list[tuple[str, str]]:
    """Return every exercise of the newest library, as a form offers it."""
    return [(each.id, each.name) for each in library_of(newest_version().number).exercises]


def _where_to() -> str:
    """Say which hosts a link may lead to, before somebody has typed another."""
    hosts = ", ".join(settings.EXERCISE_LINK_HOSTS)
    leave = _t("Patients leave the clinic’s site for it. Nothing is embedded, nothing is sent.")
    if not hosts:
        return _t("No host is allowed yet: EXERCISE_LINK_HOSTS names them.")
    return f"{_t('https, on one of these hosts: %(hosts)s.') % {'hosts': hosts}} {leave}"


class ExerciseLinkForm(forms.ModelForm):
    exercise = forms.ChoiceField(
        label=_("Exercise"), choices=lambda: [("", _t("Choose an exercise")), *_exercises()]
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=ExerciseLink._meta.get_field("url").max_length,
        help_text=lazy(_where_to, str)(),
        widget=AdminURLFieldWidget,
    )

    class Meta:
        model = ExerciseLink
        fields = ["exercise", "shows", "url"]


@admin.register(ExerciseLink)
class ExerciseLinkAdmin(DeskAdmin):
    """Where an exercise is shown elsewhere; what is taken out here is gone from every plan."""

    form = ExerciseLinkForm
    removable = True
    list_display = ["name", "shows", "url"]
    ordering = ["exercise"]

    @admin.display(description=_("exercise"))
    def name(self, obj) -> str:
        return dict(_exercises()).get(obj.exercise, obj.exercise)
