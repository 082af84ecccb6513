"""Tables of what came after the treatment: how episodes ended."""

from django.utils.translation import gettext_lazy as _

from assessments.models import Discharge
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
)  # fmt: skip
