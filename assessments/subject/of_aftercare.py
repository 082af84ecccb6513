"""Tables of what came after the treatment: how episodes ended, and how it went on."""

from django.utils.translation import gettext_lazy as _

from assessments.models import CheckIn, Discharge
from assessments.phase_words import step_words
from assessments.subject.sources import Source, column, csv_only


def _stood(made: Discharge) -> str:
    return "; ".join(step_words(made))


SOURCES = (
    Source(
        name="discharges", title=_("Discharges"), models=(Discharge,),
        rows=lambda ids: (
            Discharge.objects.filter(episode__patient__in=ids).order_by("made_at", "pk")
        ),
        columns=(
            column(_("discharged"), "made_at"),
            column(_("because"), "get_ending_display"),
            column(_("why now"), "reason"),
            column(_("criteria"), _stood),
            column(_("discharged by"), "name"),
            csv_only(_("plan"), "plan_id"),
            column(_("reopened"), "reopened_at"),
            column(_("reopened by"), "reopened_name"),
            column(_("why reopened"), "reopen_reason"),
        ),
    ),
    Source(
        name="check_ins", title=_("How it went after discharge"), models=(CheckIn,),
        rows=lambda ids: (
            CheckIn.objects.filter(discharge__episode__patient__in=ids).order_by("asked_at", "pk")
        ),
        columns=(
            column(_("months after discharge"), "months"),
            column(_("asked"), "asked_at"),
            column(_("answered"), "answered_at"),
            column(_("the knee is"), "get_compared_display"),
            column(_("pain now, 0 to 10"), "pain_now"),
            column(_("worst pain of the week"), "pain_worst"),
            csv_only(_("activity, 0 to 10"), "activity"),
            csv_only(_("exercises"), "get_exercising_display"),
            csv_only(_("sport"), "get_sport_display"),
            csv_only(_("got worse"), "worse"),
        ),
    ),
)  # fmt: skip
