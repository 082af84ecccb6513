"""What can go wrong with charts and plans. The text is shown to people as it stands."""
# ruff: noqa: N818  # a name says what happened

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from assessments.findings import Fault
from assessments.treatment.caps import Counted


class RecordError(Exception):
    """A rule of the record said no. ``str(error)`` says why and what to do next."""

    text = _("This is not possible with this record.")

    def __init__(self, text: object = "") -> None:
        super().__init__(text or self.text)

    def __str__(self) -> str:
        return str(self.args[0])


class NotInCare(RecordError):
    text = _("You do not look after this patient.")


class VisitOfAnother(RecordError):
    text = _("This visit is in somebody else's diary.")


class AlreadyDischarged(RecordError):
    text = _("This episode is closed. Open a new one to go on.")


class AlreadySigned(RecordError):
    text = _("This assessment is signed. Correct it with an amendment.")


class NoteSigned(RecordError):
    text = _("This note is signed. Correct it with an amendment.")


class NoteAmended(RecordError):
    text = _("This note was amended already. Amend the amendment.")


class NoteIncomplete(RecordError):
    """What a note is not signed without; ``missing`` pairs the name of a place and a sentence."""

    text = _("Something is missing before this can be signed.")

    def __init__(self, missing: Iterable[tuple[str, str]]) -> None:
        self.missing = tuple(missing)
        super().__init__()


class NotTheAuthor(RecordError):
    text = _("Only the author of an assessment may change or sign it.")


class StudentsDoNotSign(RecordError):
    text = _("A student drafts. Ask a physio who looks after this patient to do this.")


class InError(AlreadySigned):
    text = _("This chart was entered in error. It stays as it is.")


class CannotCosign(RecordError):
    text = _("A co-signature is put by another physio who signs without supervision.")


class ContentChanged(RecordError):
    text = _("What is stored is not what was signed. Tell the clinical lead.")


class RightPatientMissing(RecordError):
    text = _("Choose the patient this chart is about.")


class AmendedAlready(RecordError):
    text = _("This assessment was amended. Correct the amendment instead.")


class SupervisedAmend(RecordError):
    text = _("Begin an amendment instead: it waits for a co-signature, as your charts do.")


class NothingToKeep(RecordError):
    text = _("Nothing has changed under this plan.")


class WordsMissing(RecordError):
    text = _("Write what you want to add, and why it comes later.")


class NotSigned(RecordError):
    text = _("Sign the assessment first.")


class NoPlanAllowed(RecordError):
    text = _("The gate of this assessment does not allow a plan.")


class PlanIsFinal(RecordError):
    text = _("This plan was issued. Make a new version to change it.")


class NoPhaseToGoTo(RecordError):
    text = _("Only the plan in force, and one the rules drafted, goes on to the next phase.")


class DraftIsOpen(RecordError):
    text = _("A new version is already begun. Issue it first; then go on to the next phase.")


class NotDischarged(RecordError):
    text = _("This episode is open already.")


class AnotherIsOpen(RecordError):
    text = _("Another episode is open by now. Go on with that one.")


class NoPlanToKeep(RecordError):
    text = _("No plan that the rules drafted is in force, so there is none to keep going with.")


class WhyDischarged(RecordError):
    text = _("A criterion is open: write why the goals are met all the same.")


class CheckInClosed(RecordError):
    text = _("The time to answer has run out.")


class ReasonMissing(RecordError):
    text = _("Say why in a few words.")


class UnknownPhase(RecordError):
    text = _("Choose phase 1, 2 or 3, and a pain limit from 0 to 5.")


class UnknownExercise(RecordError):
    text = _("The library has no such exercise.")


class NoVariant(RecordError):
    text = _("Choose an easier or a harder variant of this exercise.")


class AlreadyInPlan(RecordError):
    text = _("This exercise is in the plan already.")


class DaysOutside(RecordError):
    text = _("Choose a number of days within what the library allows.")


class PhotoIsThere(RecordError):
    text = _("There is a photograph of this exercise. Take it away first.")


class PatientNotTold(RecordError):
    text = _("Tell the patient what the note says, and tick it. The note is kept with the line.")


class DoseRefused(RecordError):
    text = _("This dose is outside what the library allows.")


class IntakeClosed(RecordError):
    text = _("This visit is over or was cancelled, so nothing can be added to it.")


class IntakeElsewhere(RecordError):
    text = _("These questions were begun on another device.")


class IntakeSent(RecordError):
    text = _("This was sent already. Add a correction to change it.")


class IntakeNotSent(RecordError):
    text = _("Nothing was sent yet, so there is nothing to correct.")


class TooManyFiles(RecordError):
    text = _("There is room for five files. Remove one first, or bring the rest along.")


class NoStillConsent(RecordError):
    text = _("Write down first that the patient agrees to photographs.")


class PictureRefused(RecordError):
    text = _("Choose a JPEG or PNG picture. This file is none.")


class TooManyStills(RecordError):
    text = _("There is room for twelve photographs in a chart. Remove one first.")


class NoTreatmentByPhone(RecordError):
    text = _("Nobody is treated on the telephone. Write what was advised.")


class TooManyTreatments(RecordError):
    text = _("There is room for twenty treatments at a visit. Remove one first.")


class ManualVisitsFull(RecordError):
    """One more visit with manual therapy is above the library's number; ``counted`` holds it."""

    def __init__(self, counted: Counted) -> None:
        self.counted = counted
        numbers = {"visits": counted.cap.visits, "weeks": counted.cap.weeks}
        super().__init__(
            _(
                "The library allows for %(visits)s visits with manual therapy in %(weeks)s weeks, "
                "and there were as many. Say why there is one more, or leave it out."
            )
            % numbers
        )


class IntakeIncomplete(RecordError):
    """Questions without which a part is not sent; ``steps`` names the screens they are on."""

    text = _("A few answers are missing before this can be sent.")

    def __init__(self, steps: Iterable[str]) -> None:
        self.steps = tuple(steps)
        super().__init__()


class CannotSign(RecordError):
    """Values contradict each other; ``faults`` says which."""

    text = _("Some values contradict each other. Correct them, then sign.")

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__()


class CannotIssue(RecordError):
    """Something stands between this plan and the patient; ``reasons`` says what, for people."""

    text = _("The plan cannot be issued yet.")

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__()


@dataclass(frozen=True, slots=True)
class Clash:
    """One value that two people, or two tabs, want to be different."""

    field: str
    side: str
    yours: object  # as it was sent
    theirs: object  # as it is stored, ready for JSON


class StaleVersion(RecordError):
    """The chart changed since the page was loaded; ``clashes`` holds both values of each field."""

    text = _("This chart was changed elsewhere in the meantime.")

    def __init__(self, version: int, clashes: Iterable[Clash]) -> None:
        self.version = version
        self.clashes = tuple(clashes)
        super().__init__()


class SnippetRefused(RecordError):
    text = _("This sentence cannot be kept.")


class NoVisitBefore(RecordError):
    text = _("There is no signed visit before this one.")


class DaysTooClose(RecordError):
    text = _("Choose one to three days with a rest day between them.")


class RunTooLong(RecordError):
    """A planned run breaks the load rule. ``most_km`` is how far it may go."""

    def __init__(self, text: object, most_km: Decimal) -> None:
        super().__init__(text)
        self.most_km = most_km


class RunningTestOpen(RecordError):
    text = _("The test is passed when every one of its checks is.")


class LetterIsFinal(RecordError):
    text = _("This letter is finished. Write a new one to say something else.")


class LetterNotFinished(RecordError):
    text = _("Finish the letter first: only a finished letter is sent.")


class NoAddressee(RecordError):
    text = _("Say to whom the letter goes.")


class StudentsDoNotFinish(RecordError):
    text = _("A student may draft a letter. The supervising physio finishes and sends it.")


class ReferralIsClosed(RecordError):
    text = _("This referral is closed.")


class AlreadyWritten(RecordError):
    text = _("This was written down already.")


class NoPlanToHandOver(RecordError):
    text = _("There is no plan in force to hand over.")


class StudentsDoNotHandOver(RecordError):
    text = _("A student does not hand patients over. Ask the supervising physio.")


class NotAReceiver(RecordError):
    text = _("Choose a colleague to whom this can be handed over.")


class AlreadyHandedOver(RecordError):
    text = _("This was handed over to that colleague already.")


class HandOverIsOver(RecordError):
    text = _("This hand-over was answered or taken back already.")
