"""What the pages of an intake are drawn from: which screens are done, and what to do at once.

Whoever may not see the answers gets the same list of screens, done or not, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assessments.actions import Device
from assessments.actions.intake import OPEN, concern_about
from assessments.findings.reported import ASKED_IN
from assessments.intake.advice import Advice, advice_for
from assessments.intake.answers import missing_in
from assessments.intake.steps import Step, steps_of
from assessments.intake.storage import intakes_of, told_altogether, told_in
from assessments.intake.told import Told
from assessments.library import shipped
from assessments.library.questionnaires import INSTRUMENTS, Questionnaire, questionnaires
from assessments.library_store import library_of, newest_version
from assessments.models import Intake
from assessments.translation_store import speaker
from bookings.models import Appointment
from clinic import practice


@dataclass(frozen=True, slots=True)
class Line:
    """One screen of the list."""

    step: Step
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The intake of one visit as somebody finds it who opens the link.

    mine    this device, or this sign-in, may see and change the answers
    known   what was told in all parts; empty where it is not ``mine``
    """

    visit: Appointment
    intakes: Mapping[str, Intake]
    mine: bool
    known: Told
    open: bool

    @property
    def begun(self) -> bool:
        return bool(self.intakes)

    def sent(self, part: str) -> bool:
        intake = self.intakes.get(part)
        return intake is not None and intake.sent_at is not None

    def told(self, part: str) -> Told:
        return told_in(self.intakes.get(part)) if self.mine else Told()

    def lines(self, part: str) -> list[Line]:
        """Return the screens of a part, each done or not. Nothing tells who was asked what."""
        intake = self.intakes.get(part)
        done = set(intake.done) if intake else set()
        told, known = told_in(intake), told_altogether(self.intakes.values())
        return [
            Line(step, step.name in done and not missing_in(step, told, known))
            for step in screens(part)
        ]

    def next_open(self, part: str) -> Step | None:
        """Return the first screen of a part that is not done; None when all are."""
        return next((line.step for line in self.lines(part) if not line.done), None)


def form_of(visit: Appointment, device: Device, now: datetime) -> Form:
    """Return the intake of a visit as this device finds it. Three queries where it was begun."""
    intakes = intakes_of(visit.pk)
    mine = all(device.may_go_on(intake) for intake in intakes.values())
    return Form(
        visit=visit,
        intakes=intakes,
        mine=mine,
        known=told_altogether(intakes.values()) if mine else Told(),
        open=visit.state in OPEN and visit.ends_at > now and visit.patient_id is not None,
    )


def advice_in(form: Form, now: datetime) -> Advice | None:
    """Return what the answers call for, in the words of the published library."""
    concern = concern_about(form.visit, form.known, now) if form.mine else None
    if concern is None:
        return None
    place = form.visit.location
    return advice_for(
        concern,
        library_of(newest_version().number),
        number=place.emergency_number,
        country=place.country,
        speaker=speaker(),
    )


def asked_questionnaires() -> Mapping[str, Questionnaire]:
    """Return the questionnaires whose wording the clinic has put into the published library."""
    return questionnaires(library_of(newest_version().number), speaker())


def translated_in(step: Step, values: Mapping[str, object]) -> dict[str, object]:
    """Return what is kept beside answers to a questionnaire: the language of our translation.

    values  what was answered on this screen; None takes the language away where there is none
    """
    if step.way != "forms" or not any(values.get(name) is not None for name in INSTRUMENTS):
        return {}
    languages = {each.translated for each in asked_questionnaires().values()}
    return {ASKED_IN: max(languages, default="") or None}


def screens(part: str) -> tuple[Step, ...]:
    """Return the screens of a part that have something to ask, in their order."""
    row = steps_of(part)
    if any(step.way == "forms" for step in row) and not asked_questionnaires():
        row = tuple(step for step in row if step.way != "forms")
    return row


def beside(step: Step, by: int) -> Step | None:
    """Return the screen after (1) or before (-1) this one within its part; None at its ends."""
    row = screens(step.part)
    place = (row.index(step) if step in row else 0) + by
    return row[place] if 0 <= place < len(row) else None


def consent_text() -> tuple[str, tuple[str, ...]]:
    """Return what a patient agrees to, and what has to be said of its translation.

    A version from before it was written lends ours.
    """
    published = library_of(newest_version().number)
    name = "consent.treatment"
    written = (published.phrase_by_id.get(name) or shipped().phrase_by_id[name]).text
    said = speaker()
    return said.say(written), said.notes()


def phone_of(visit: Appointment) -> object:
    """Return the number to call the clinic by."""
    return visit.location.phone or practice.current().phone
