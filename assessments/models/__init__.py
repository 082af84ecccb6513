"""What was found and what follows. Registered in no admin, but for the library's versions."""

from assessments.models.aids import ChartPreset, Sitting, Snippet
from assessments.models.assessment import Assessment, Finding
from assessments.models.check_in import CheckIn, CheckInLink
from assessments.models.corrections import Addendum, CoSignature, EnteredInError, PlanKept
from assessments.models.discharge import Discharge
from assessments.models.episode import EpisodeOfCare
from assessments.models.exercise_link import ExerciseLink
from assessments.models.exercise_photo import ExercisePhoto
from assessments.models.habits import Flare, StrengthDays
from assessments.models.hand_over import HandOver
from assessments.models.intake import (
    Intake,
    IntakeAlert,
    IntakeAnswer,
    IntakeCorrection,
    IntakeFile,
)
from assessments.models.letter import Letter, LetterSending
from assessments.models.library import LibraryVersion
from assessments.models.log import ExerciseLog, LogLook
from assessments.models.note import Note, NoteAddendum, NoteCoSignature, NoteLine
from assessments.models.plan import PhaseStep, Plan, PlanLine
from assessments.models.receipts import ReceiptDiagnosis
from assessments.models.referral import Referral
from assessments.models.remark import Remark
from assessments.models.runs import MorningLog, PlannedRun, RunLog, RunningTest
from assessments.models.soap import SoapPart
from assessments.models.still import Still, StillConsent
from assessments.models.translation import Translation, TranslationSet
from assessments.models.treatment import Treatment

__all__ = [
    "Addendum",
    "Assessment",
    "ChartPreset",
    "CheckIn",
    "CheckInLink",
    "CoSignature",
    "Discharge",
    "EnteredInError",
    "EpisodeOfCare",
    "ExerciseLink",
    "ExerciseLog",
    "ExercisePhoto",
    "Finding",
    "Flare",
    "HandOver",
    "Intake",
    "IntakeAlert",
    "IntakeAnswer",
    "IntakeCorrection",
    "IntakeFile",
    "Letter",
    "LetterSending",
    "LibraryVersion",
    "LogLook",
    "MorningLog",
    "Note",
    "NoteAddendum",
    "NoteCoSignature",
    "NoteLine",
    "PhaseStep",
    "Plan",
    "PlanKept",
    "PlanLine",
    "PlannedRun",
    "ReceiptDiagnosis",
    "Referral",
    "Remark",
    "RunLog",
    "RunningTest",
    "Sitting",
    "Snippet",
    "SoapPart",
    "Still",
    "StillConsent",
    "StrengthDays",
    "Translation",
    "TranslationSet",
    "Treatment",
]
