"""A10: function."""

from assessments.findings.field import Field, Part, between
from assessments.findings.field import gettext_noop as _

LSD_ITEMS = (
    Part(id="arm", label=_("Arms"), hard=between("0", "1")),
    Part(id="trunk", label=_("Trunk"), hard=between("0", "1")),
    Part(id="pelvis", label=_("Pelvis"), hard=between("0", "1")),
    Part(id="knee", label=_("Knee"), hard=between("0", "2")),
    Part(id="steady", label=_("Steadiness"), hard=between("0", "1")),
)

ENTRIES = (
    Field(
        id="lsd",
        label=_("Lateral step-down"),
        section="function",
        kind="int_object",
        sided=True,
        parts=LSD_ITEMS,
        complete="all or none",
        how=_("20 cm step, hands on waist, 5 repetitions"),
        why=_("Shows how the knee is controlled; part of the criteria for the next phase."),
        source="SA, SD; LSDDOC",
        normal=_("total 0 to 3, knee item below 2"),
    ),
    Field(
        id="step_down_nprs",
        label=_("Pain on the step-down"),
        section="function",
        kind="int",
        sided=True,
        unit="0-10",
        hard=between("0", "10"),
        how=_("0 is no pain, 10 the worst imaginable"),
        why=_("Part of the criteria for the next phase."),
        source="CPG19",
    ),
    Field(
        id="sls_rating",
        label=_("Single-leg squat quality"),
        section="function",
        kind="choice",
        sided=True,
        choices=(
            ("good", _("Good")),
            ("fair", _("Fair")),
            ("poor", _("Poor")),
        ),
        how=_(
            "Five repetitions to about 60 degrees. Good: smooth, steady, level, knee over the "
            "foot. Fair: one clear fault. Poor: two or more faults, or the knee goes inside the "
            "foot, or balance is lost"
        ),
        why=_("Poor counts as a control problem."),
        source="SLSDOC",
        normal=_("good or fair"),
    ),
    Field(
        id="sls_fppa_deg",
        label=_("Frontal-plane projection angle in single-leg squat (plus = valgus)"),
        section="function",
        kind="decimal",
        sided=True,
        unit=_("deg"),
        hard=between("-30", "50"),
        warn=between("-10", "30"),
        decimals=1,
        how=_("Two-dimensional video"),
        why=_("From 13.5 degrees of valgus it counts as a control problem."),
        source="HER14",
        normal=_("under 13.5 deg"),
    ),
    Field(
        id="hop_single_cm",
        label=_("Single hop"),
        section="function",
        kind="int",
        sided=True,
        unit=_("cm"),
        hard=between("0", "350"),
        warn=between("40", "250"),
        how=_("Best of three"),
        why=_("Part of the criteria to leave the last phase."),
        source="APP",
    ),
)
