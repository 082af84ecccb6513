"""A5: answers to the outcome forms; ``assessments.scoring`` turns them into scores.

The wording of KOOS-PF, LEFS and TSK-11 is licensed and not kept here: clinics take the forms from
their owners (KOOS-PF from koos.nu) and enter the codes. The AKPS labels are our own short words.
"""

from assessments.findings.field import Field, Part, Span, between
from assessments.findings.field import gettext_noop as _


def _answers(*labels: str) -> tuple[tuple[str, str], ...]:
    """Letter the answers of one question from best (a) to worst."""
    return tuple(zip("abcde", labels, strict=False))


def _numbered(count: int, hard: Span, prefix: str = "") -> tuple[Part, ...]:
    """Number the items of a form whose wording is not ours to print: "1" … or "PF1" …"""
    numbers = [str(number) for number in range(1, count + 1)]
    return tuple(Part(id=number, label=prefix + number, hard=hard) for number in numbers)


AKPS_ITEMS = (
    Part(
        id="limp",
        label=_("Limp"),
        choices=_answers(_("None"), _("Slight, or now and then"), _("All the time")),
    ),
    Part(
        id="support",
        label=_("Standing on the leg"),
        choices=_answers(_("Full weight, no pain"), _("Painful"), _("Cannot take weight")),
    ),
    Part(
        id="walking",
        label=_("Walking"),
        choices=_answers(_("No limit"), _("More than 2 km"), _("1 to 2 km"), _("Cannot")),
    ),
    Part(
        id="stairs",
        label=_("Stairs"),
        choices=_answers(
            _("No trouble"), _("Slight pain going down"), _("Pain both ways"), _("Cannot")
        ),
    ),
    Part(
        id="squatting",
        label=_("Squatting"),
        choices=_answers(
            _("No trouble"),
            _("Sore when repeated"),
            _("Sore every time"),
            _("Only with part of the weight"),
            _("Cannot"),
        ),
    ),
    Part(
        id="running",
        label=_("Running"),
        choices=_answers(
            _("No trouble"),
            _("Pain after more than 2 km"),
            _("Slight pain from the start"),
            _("Severe pain"),
            _("Cannot"),
        ),
    ),
    Part(
        id="jumping",
        label=_("Jumping"),
        choices=_answers(_("No trouble"), _("Slight trouble"), _("Constant pain"), _("Cannot")),
    ),
    Part(
        id="sitting",
        label=_("Long sitting, knees bent"),
        choices=_answers(
            _("No trouble"),
            _("Pain after exercise"),
            _("Constant pain"),
            _("Has to straighten now and then"),
            _("Cannot"),
        ),
    ),
    Part(
        id="pain",
        label=_("Pain"),
        choices=_answers(
            _("None"),
            _("Slight, now and then"),
            _("Disturbs sleep"),
            _("Severe at times"),
            _("Constant and severe"),
        ),
    ),
    Part(
        id="swelling",
        label=_("Swelling"),
        choices=_answers(
            _("None"),
            _("After hard effort"),
            _("After daily activity"),
            _("Every evening"),
            _("Constant"),
        ),
    ),
    Part(
        id="patella_moves",
        label=_("Painful kneecap movement"),
        choices=_answers(
            _("None"),
            _("Now and then in sport"),
            _("Now and then in daily life"),
            _("At least one documented dislocation"),
            _("More than two dislocations"),
        ),
    ),
    Part(
        id="thigh_atrophy",
        label=_("Thigh wasting"),
        choices=_answers(_("None"), _("Slight"), _("Severe")),
    ),
    Part(
        id="flexion_loss",
        label=_("Loss of bend"),
        choices=_answers(_("None"), _("Slight"), _("Severe")),
    ),
)

ENTRIES = (
    Field(
        id="akps",
        label=_("AKPS/Kujala answers"),
        section="instruments",
        kind="letters",
        parts=AKPS_ITEMS,
        how=_("Patient form, 13 questions"),
        why=_("Outcome; part of severity and of the expected recovery."),
        source="KUJ93",
        who="patient",
    ),
    Field(
        id="koos_pf_items",
        label=_("KOOS-PF items PF1-PF11"),
        section="instruments",
        kind="int_list",
        unit="0-4",
        parts=_numbered(11, between("0", "4"), "PF"),
        how=_("Patient form from koos.nu, 0 (no problem) to 4 (extreme problem)"),
        why=_("Outcome."),
        source="KOOSPF18",
        who="patient",
    ),
    Field(
        id="psfs",
        label=_("PSFS activities"),
        section="instruments",
        kind="int_list",
        unit="0-10",
        parts=_numbered(5, between("0", "10")),
        fewest=1,
        how=_("The patient names one to five activities: 0 unable, 10 as before"),
        why=_("Outcome in the patient's own activities."),
        source="ABB14",
        who="patient",
    ),
    Field(
        id="lefs_items",
        label=_("LEFS items 1-20"),
        section="instruments",
        kind="int_list",
        unit="0-4",
        parts=_numbered(20, between("0", "4")),
        how=_("Patient form, 0 (unable) to 4 (no difficulty)"),
        why=_("Outcome."),
        source="LEFSDOC",
        who="patient",
    ),
    Field(
        id="tsk11_items",
        label=_("TSK-11 items"),
        section="instruments",
        kind="int_list",
        unit="1-4",
        parts=_numbered(11, between("1", "4")),
        how=_("Patient form, 1 to 4"),
        why=_("Fear of movement: from 29 graded exposure is added, from 36 a caution."),
        source="TSKDOC",
        who="patient",
        normal=_("total under 29"),
    ),
    Field(
        id="tsk11_total",
        label=_("TSK-11 total if only the total is known"),
        section="instruments",
        kind="int",
        unit="11-44",
        hard=between("11", "44"),
        how=_("Sum of the patient form"),
        why=_("Fear of movement, when the single answers are not at hand."),
        source="TSKDOC",
        normal=_("under 29"),
    ),
)
