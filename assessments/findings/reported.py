"""What only a patient tells: kept with the intake and read by people, never by a rule.

The entries have the shape of the data dictionary and are read the same way, but they are no
findings: an assessment has no place for them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.findings.field import Asked, Field, Part
from assessments.findings.field import gettext_noop as _

PSFS_NAME = "psfs_name"  # its parts are numbered as the scores of ``psfs`` are
GOAL_DAY = "goal_on"
ASKED_IN = "asked_in"  # the language of our own translation of a questionnaire

REPORTED: Mapping[str, Field] = MappingProxyType(
    {
        field.id: field
        for field in (
            Field(
                id=PSFS_NAME,
                label=_("Activities"),
                section="reported",
                kind="text_object",
                longest=80,
                parts=tuple(Part(id=str(n), label=str(n)) for n in range(1, 6)),
                how=_("The patient names what is hard"),
                why=_("What each PSFS score is about."),
                source="ABB14",
                who="patient",
                asked=Asked(question=_("What is hard because of your knee?")),
            ),
            Field(
                id=GOAL_DAY,
                label=_("Goal date"),
                section="reported",
                kind="text",
                longest=10,  # a day as YYYY-MM-DD
                how=_("Asked"),
                why=_("By when the patient wants to be there."),
                source="APP",
                who="patient",
                asked=Asked(question=_("By when?")),
            ),
            Field(
                id=ASKED_IN,
                label=_("Questionnaires asked in our own translation, not a validated version"),
                section="reported",
                kind="text",
                longest=8,  # a language code
                how=_("By the language of the page"),
                why=_("A score from a translation that nobody validated is read with care."),
                source="APP",
                who="patient",
            ),
            Field(
                id="other_conditions",
                label=_("Other conditions"),
                section="reported",
                kind="text",
                longest=1000,
                how=_("Asked"),
                why=_("Background for whoever examines."),
                source="APP",
                who="patient",
                asked=Asked(
                    question=_("Other illnesses, operations or injuries"),
                    hint=_("Leave it empty if there are none."),
                ),
            ),
            Field(
                id="medicines",
                label=_("Medicines"),
                section="reported",
                kind="text",
                longest=1000,
                how=_("Asked"),
                why=_("Background for whoever examines."),
                source="APP",
                who="patient",
                asked=Asked(
                    question=_("Medicines you take"),
                    hint=_("Also those without a prescription."),
                ),
            ),
            Field(
                id="gp",
                label=_("Family doctor"),
                section="reported",
                kind="text",
                longest=200,
                how=_("Asked"),
                why=_("Whom a letter goes to, if the patient wants one."),
                source="APP",
                who="patient",
                asked=Asked(
                    question=_("Your family doctor"),
                    hint=_("Name and place. Nobody is written to without asking you."),
                ),
            ),
        )
    }
)
