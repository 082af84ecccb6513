"""A12: treatment trials within the session."""

from assessments.findings.field import Field, Part, between
from assessments.findings.field import gettext_noop as _

ENTRIES = (
    Field(
        id="tape_trial",
        label=_("Tape trial: pain on the step-down"),
        section="trials",
        kind="int_object",
        unit="0-10",
        parts=(
            Part(id="pre", label=_("Before tape"), hard=between("0", "10")),
            Part(id="post", label=_("With tape"), hard=between("0", "10")),
        ),
        complete="all",
        how=_("Same step, same day, without and with tape"),
        why=_("Tape stays in the plan when it at least halves the pain."),
        source="TREK",
        normal=_("after at most half of before"),
    ),
    Field(
        id="orthosis_trial",
        label=_("Insert trial: pain on the single-leg squat"),
        section="trials",
        kind="int_object",
        unit="0-10",
        parts=(
            Part(id="pre", label=_("Without inserts"), hard=between("0", "10")),
            Part(id="post", label=_("With inserts"), hard=between("0", "10")),
        ),
        complete="all",
        how=_("Same shoes, without and with inserts"),
        why=_("Inserts come into the plan when they take off at least one point."),
        source="BAR11, TREK",
        normal=_("after at least 1 point below before"),
    ),
)
