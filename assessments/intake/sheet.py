"""The intake of a visit as a clinician reads it: alerts first, then every answer that was sent.

Before it is sent a clinician sees how far it is and what raised an alert, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext as _

from assessments.findings import FIELDS
from assessments.findings.reported import GOAL_DAY, PSFS_NAME, REPORTED
from assessments.intake.answers import missing_in
from assessments.intake.steps import FIRST, FOLLOWS, Step, steps_of
from assessments.intake.storage import intakes_of, told_altogether, told_in, told_now
from assessments.intake.told import Told
from assessments.library_store import library_of, newest_version
from assessments.models import Intake, IntakeAlert, IntakeFile
from assessments.screen.words import held_words, label_of, value_words
from bookings.models import Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer in words; ``first`` is what was sent before it was corrected.

    red  a red-flag question answered with yes
    """

    label: str
    words: str
    first: str = ""
    red: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen of the form; statements that were all answered with no are counted, not listed."""

    title: str
    answers: tuple[Answer, ...]
    said_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    label: str
    sent_at: datetime
    screens: tuple[Screen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A red-flag answer with what the library tells a clinician about it."""

    level: str
    raised_at: datetime
    answers: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]  # wording, timeframe


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """``done`` of ``total`` screens of the first part, while it is not sent."""

    begun: bool
    done: int
    total: int
    parts: tuple[Part, ...]
    alerts: tuple[Alert, ...]
    files: tuple[IntakeFile, ...]


def sheet_of(visit: Appointment) -> Sheet:
    """Return what may be read of a visit's intake. Five queries."""
    intakes = intakes_of(visit.pk)
    sent = [each for each in (intakes.get(part) for part in Intake.Part.values) if _is_sent(each)]
    known = told_altogether(intakes.values())
    first = intakes.get(FIRST)
    told, names = told_in(first), set(first.done) if first else set()
    row = steps_of(FIRST)
    done = [s for s in row if s.name in names and not missing_in(s, told, known)]
    return Sheet(
        begun=bool(intakes),
        done=len(done),
        total=len(row),
        parts=tuple(_part(each, known) for each in sent if each),
        alerts=alerts_of(visit),
        files=tuple(visit.intake_files.order_by("added_at")) if sent else (),
    )


def alerts_of(visit: Appointment) -> tuple[Alert, ...]:
    """Return what raised an alert, the newest first."""
    flag_by_id = library_of(newest_version().number).rulebook.flag_by_id
    return tuple(
        Alert(
            level=alert.level,
            raised_at=alert.raised_at,
            answers=tuple(label_of(name) for name in alert.fields),
            flags=tuple(
                (flag_by_id[flag].wording, flag_by_id[flag].timeframe)
                for flag in alert.flags
                if flag in flag_by_id
            ),
        )
        for alert in IntakeAlert.objects.filter(appointment=visit).order_by("-raised_at", "-pk")
    )


def _is_sent(intake: Intake | None) -> bool:
    return intake is not None and intake.sent_at is not None


def _part(intake: Intake, known: Told) -> Part:
    first, now = told_in(intake), told_now(intake)
    screens = [_screen(step, first, now, known) for step in steps_of(intake.part)]
    return Part(
        label=str(Intake.Part(intake.part).label),
        sent_at=intake.sent_at or intake.saved_at,
        screens=tuple(screen for screen in screens if screen.answers or screen.said_no),
    )


def _screen(step: Step, first: Told, now: Told, known: Told) -> Screen:
    answers, said_no = [], 0
    for item in step.items:
        value = now.value(item.field)
        if item.field == PSFS_NAME:
            continue  # said with its scores
        if value is None or (item.field in FOLLOWS and item not in step.asked(known.findings)):
            continue
        before = first.value(item.field)
        changed = before is not None and before != value
        if value == "no" and not changed and step.way == "statements":
            said_no += 1
            continue
        answers.append(
            Answer(
                label=label_for(item.field),
                words=words_for(item.field, value, now),
                first=words_for(item.field, before, first) if changed else "",
                red=value == "yes" and FIELDS[item.field].kind == "yes_no",
            )
        )
    return Screen(title=_(step.title), answers=tuple(answers), said_no=said_no)


def label_for(name: str) -> str:
    return _(REPORTED[name].label) if name in REPORTED else label_of(name)


def words_for(name: str, value: object, told: Told) -> str:
    """Return an answer as a clinician reads it; activities with their scores."""
    if name == "psfs" and isinstance(value, tuple):
        names = told.value(PSFS_NAME)
        names = names if isinstance(names, Mapping) else {}
        pairs = [(names.get(str(n), ""), score) for n, score in enumerate(value, start=1)]
        return ", ".join(f"{said} {score}/10" for said, score in pairs if score is not None)
    if name in FIELDS and FIELDS[name].parts:
        lines = [f"{label}: {words}" for label, words in held_words(FIELDS[name], value)]
        return "\n".join(lines)
    if name == GOAL_DAY:
        return formats.date_format(date.fromisoformat(str(value)))
    return str(value) if name in REPORTED else value_words(name, value)
