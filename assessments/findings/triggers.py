"""A4: pain during activities; each is left empty when it was not tried."""

from assessments.findings.field import Field, between
from assessments.findings.field import gettext_noop as _

ENTRIES = (
    Field(
        id="triggers.running",
        label=_("Running"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Provokes the kneecap joint; decides the running advice."),
        source="SA-SE",
        who="patient",
    ),
    Field(
        id="triggers.downhill",
        label=_("Downhill"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Shows what provokes the knee."),
        source="SA",
        who="patient",
    ),
    Field(
        id="triggers.stairs_up",
        label=_("Stairs up"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Shows what provokes the knee."),
        source="SB-SE",
        who="patient",
    ),
    Field(
        id="triggers.stairs_down",
        label=_("Stairs down"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Shows what provokes the knee."),
        source="SA-SE",
        who="patient",
    ),
    Field(
        id="triggers.squatting",
        label=_("Squatting"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Provokes the kneecap joint; decides the start phase and static thigh work."),
        source="SB, SC, SE, CPG19",
        who="patient",
    ),
    Field(
        id="triggers.lunging",
        label=_("Lunging"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Shows what provokes the knee."),
        source="SB, SC",
        who="patient",
    ),
    Field(
        id="triggers.prolonged_sitting",
        label=_("Prolonged sitting"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Provokes the kneecap joint; from 3 adds sitting breaks."),
        source="SB-SE",
        who="patient",
    ),
    Field(
        id="triggers.rising_from_chair",
        label=_("Rising from chair"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Shows what provokes the knee."),
        source="CRO16",
        who="patient",
    ),
    Field(
        id="triggers.jumping",
        label=_("Jumping"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Shows what provokes the knee."),
        source="SC, SE",
        who="patient",
    ),
    Field(
        id="triggers.kneeling",
        label=_("Kneeling"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Background: not used to support the diagnosis."),
        source="SD (tender kneecap)",
        who="patient",
    ),
    Field(
        id="triggers.pivoting",
        label=_("Pivoting"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Background: not used to support the diagnosis."),
        source="SC",
        who="patient",
    ),
    Field(
        id="triggers.cycling",
        label=_("Cycling"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("Background: not used to support the diagnosis."),
        source="SA, SB, SD",
        who="patient",
    ),
    Field(
        id="triggers.walking",
        label=_("Walking"),
        section="triggers",
        kind="int",
        unit="0-10",
        hard=between("0", "10"),
        how=_(
            "Pain during the activity: 0 is none, 10 the worst imaginable; leave empty when not "
            "tried"
        ),
        why=_("From 3 it lowers the start phase and stops running for now."),
        source="SB, SC, SD",
        who="patient",
    ),
)
