"""Tables of what was found and written: signed charts and notes, letters, referrals.

A draft is nobody's record yet. A chart that was marked as another patient's is theirs, with
whatever hangs on it, and never told of here.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Addendum,
    Assessment,
    CoSignature,
    EnteredInError,
    EpisodeOfCare,
    Finding,
    HandOver,
    Letter,
    LetterSending,
    Note,
    NoteAddendum,
    NoteCoSignature,
    NoteLine,
    Referral,
    Remark,
    SoapPart,
    Still,
    StillConsent,
    Treatment,
)
from assessments.notes.lines import line_of
from assessments.screen.words import label_of
from assessments.subject.sources import Ids, Source, column, csv_only
from assessments.subject.words import reply_label, reply_words

SOAP_LABELS = {
    "subjective": _("Subjective"), "objective": _("Objective"), "assessment": _("Assessment"),
    "plan": _("Plan"),
}  # fmt: skip


def signed_charts(ids: Ids) -> QuerySet[Assessment]:
    """Return the signed charts of one person, without those that are about somebody else."""
    found = Assessment.objects.filter(episode__patient__in=ids, signed_at__isnull=False)
    return found.exclude(mistake__kind=EnteredInError.Kind.PATIENT)


def signed_notes(ids: Ids) -> QuerySet[Note]:
    return Note.objects.filter(patient__in=ids, signed_at__isnull=False)


def finished_letters(ids: Ids) -> QuerySet[Letter]:
    charts = signed_charts(ids).values("pk")
    return Letter.objects.filter(assessment__in=charts, fixed_at__isnull=False)


def _of_charts(model: Any, *related: str, order: str = "pk") -> Callable[[Ids], Iterable[Any]]:
    def rows(ids: Ids) -> Iterable[Any]:
        found = model.objects.filter(assessment__in=signed_charts(ids).values("pk"))
        return found.select_related("assessment", *related).order_by(order, "pk")

    return rows


def _of_notes(model: Any, *related: str) -> Callable[[Ids], Iterable[Any]]:
    def rows(ids: Ids) -> Iterable[Any]:
        found = model.objects.filter(note__in=signed_notes(ids).values("pk"))
        return found.select_related("note", *related).order_by("note__signed_at", "pk")

    return rows


def _treatments(ids: Ids) -> Iterable[Treatment]:
    whose = Q(assessment__in=signed_charts(ids).values("pk"))
    whose |= Q(note__in=signed_notes(ids).values("pk"))
    return Treatment.objects.filter(whose).order_by("given_on", "added_at", "pk")


def _line(row: NoteLine) -> str:
    line = line_of(row.note.kind, row.name)
    return _t(line.label) if line else row.name


def _letter_text(letter: Letter) -> str:
    return "\n\n".join(f"{each['heading']}\n{each['text']}" for each in letter.sections)


def still_name(still: Still) -> str:
    """Return the name of a photograph in the ZIP."""
    form = still.get_form_display().lower()
    return f"{still.view}-{still.added_at:%Y-%m-%d}-{str(still.pk)[:8]}.{form}"


CHART = csv_only(_("chart"), "assessment_id")
CHART_DAY = column(_("chart signed"), "assessment.signed_at")
NOTE = csv_only(_("note"), "note_id")

SOURCES = (
    Source(
        name="episodes", title=_("Episodes of care"), models=(EpisodeOfCare,),
        rows=lambda ids: (
            EpisodeOfCare.objects.filter(patient__in=ids)
            .select_related("lead").order_by("opened_at", "pk")
        ),
        columns=(
            column(_("problem"), "get_problem_display"),
            column(_("side"), "get_side_display"),
            column(_("goal"), "goal"),
            csv_only(_("goal date"), "goal_on"),
            csv_only(_("referred by"), "referral"),
            column(_("lead"), "lead.name"),
            column(_("opened"), "opened_at"),
            column(_("discharged"), "discharged_at"),
            column(_("discharged because"), "get_discharge_reason_display"),
        ),
    ),
    Source(
        name="charts", title=_("Signed charts"),
        models=(Assessment, CoSignature, EnteredInError),
        rows=lambda ids: (
            signed_charts(ids).select_related(
                "author", "appointment", "cosignature", "mistake", "amends"
            ).order_by("signed_at", "pk")
        ),
        columns=(
            csv_only(_("chart"), "pk"),
            column(_("kind"), "get_kind_display"),
            column(_("visit"), "appointment.starts_at"),
            column(_("signed"), "signed_at"),
            column(_("by"), "author.name"),
            column(_("co-signed"), "cosignature.signed_at"),
            column(_("co-signed by"), "cosignature.name"),
            column(_("corrects the chart signed"), "amends.signed_at"),
            column(_("why corrected"), "amend_reason"),
            column(_("entered in error"), "mistake.marked_at"),
            column(_("what was wrong"), "mistake.get_kind_display"),
            column(_("how it happened"), "mistake.reason"),
            csv_only(_("gate"), "gate_level"),
            csv_only(_("plan"), "plan_status"),
        ),
    ),
    Source(
        name="findings", title=_("What was found"), models=(Finding,),
        rows=_of_charts(Finding, order="assessment__signed_at"),
        columns=(
            CHART, CHART_DAY,
            column(_("finding"), reply_label),
            column(_("value"), reply_words),
            column(_("from"), "get_origin_display"),
            csv_only(_("item"), "item"),
            csv_only(_("side"), "side"),
            csv_only(_("state"), "state"),
            csv_only(_("number"), "number"),
            csv_only(_("text"), "text"),
        ),
    ),
    Source(
        name="remarks", title=_("Words beside findings"), models=(Remark,),
        rows=_of_charts(Remark, order="assessment__signed_at"),
        columns=(
            CHART, CHART_DAY,
            column(_("place"), lambda row: label_of(row.name)),
            column(_("text"), "text"),
        ),
    ),
    Source(
        name="chart_notes", title=_("Notes of charts"), models=(SoapPart,),
        rows=_of_charts(SoapPart, order="assessment__signed_at"),
        columns=(
            CHART, CHART_DAY,
            column(_("part"), lambda row: str(SOAP_LABELS[row.name])),
            column(_("text"), "text"),
        ),
    ),
    Source(
        name="chart_addenda", title=_("Words added to charts"), models=(Addendum,),
        rows=_of_charts(Addendum, order="written_at"),
        columns=(
            CHART, CHART_DAY,
            column(_("written"), "written_at"),
            column(_("by"), "name"),
            column(_("why it comes later"), "reason"),
            column(_("text"), "text"),
        ),
    ),
    Source(
        name="treatments", title=_("Treatment given"), models=(Treatment,), rows=_treatments,
        columns=(
            csv_only(_("chart"), "assessment_id"),
            NOTE,
            column(_("day"), "given_on"),
            column(_("what was done"), "get_kind_display"),
            column(_("in words"), "words"),
            column(_("where"), "get_part_display"),
            column(_("side"), "get_side_display"),
            column(_("minutes"), "minutes"),
            column(_("pain before"), "before"),
            column(_("pain after"), "after"),
            column(_("consent"), "get_consent_display"),
            csv_only(_("why above the number"), "over_cap"),
        ),
    ),
    Source(
        name="photo_consents", title=_("Consents to photographs"), models=(StillConsent,),
        rows=lambda ids: StillConsent.objects.filter(patient__in=ids).order_by("recorded_at", "pk"),
        columns=(
            column(_("agreed on"), "given_on"),
            column(_("how"), "how"),
            column(_("withdrawn"), "withdrawn_at"),
        ),
    ),
    Source(
        name="photographs", title=_("Photographs"), models=(Still,),
        rows=_of_charts(Still, "consent", order="added_at"),
        columns=(
            CHART, CHART_DAY,
            column(_("what it shows"), "get_view_display"),
            column(_("note"), "note"),
            column(_("taken"), "added_at"),
            column(_("file"), still_name),
            csv_only("SHA-256", "sha256"),
        ),
    ),
    Source(
        name="notes", title=_("Signed notes"), models=(Note, NoteCoSignature),
        rows=lambda ids: (
            signed_notes(ids).select_related("author", "appointment", "cosignature", "amends")
            .order_by("signed_at", "pk")
        ),
        columns=(
            csv_only(_("note"), "pk"),
            column(_("kind"), "get_kind_display"),
            column(_("visit"), "appointment.starts_at"),
            column(_("signed"), "signed_at"),
            column(_("by"), "author.name"),
            column(_("safety questions"), "get_safety_display"),
            column(_("outcome"), "get_outcome_display"),
            column(_("co-signed by"), "cosignature.name"),
            column(_("corrects the note signed"), "amends.signed_at"),
            column(_("why corrected"), "amend_reason"),
        ),
    ),
    Source(
        name="note_lines", title=_("What notes say"), models=(NoteLine,), rows=_of_notes(NoteLine),
        columns=(
            NOTE,
            column(_("note signed"), "note.signed_at"),
            column(_("line"), _line),
            column(_("text"), "text"),
        ),
    ),
    Source(
        name="note_addenda", title=_("Words added to notes"), models=(NoteAddendum,),
        rows=_of_notes(NoteAddendum),
        columns=(
            NOTE,
            column(_("written"), "written_at"),
            column(_("by"), "name"),
            column(_("why it comes later"), "reason"),
            column(_("text"), "text"),
        ),
    ),
    Source(
        name="letters", title=_("Letters"), models=(Letter,),
        rows=lambda ids: (
            finished_letters(ids).select_related("assessment").order_by("fixed_at", "pk")
        ),
        columns=(
            csv_only(_("letter"), "pk"),
            csv_only(_("chart"), "assessment_id"),
            column(_("kind"), "get_kind_display"),
            column(_("finished"), "fixed_at"),
            column(_("to"), "to_name"),
            column(_("subject"), "subject"),
            column(_("text"), _letter_text),
        ),
    ),
    Source(
        name="letters_sent", title=_("To whom letters went"), models=(LetterSending,),
        rows=lambda ids: (
            LetterSending.objects.filter(letter__in=finished_letters(ids).values("pk"))
            .select_related("letter").order_by("sent_at", "pk")
        ),
        columns=(
            csv_only(_("letter"), "letter_id"),
            column(_("subject"), "letter.subject"),
            column(_("how"), "get_how_display"),
            column(_("to whom"), "to"),
            column(_("when"), "sent_at"),
        ),
    ),
    Source(
        name="referrals", title=_("Referrals"), models=(Referral,),
        rows=_of_charts(Referral, order="opened_at"),
        columns=(
            CHART,
            column(_("opened"), "opened_at"),
            column(_("due"), "due_on"),
            column(_("sent"), "sent_at"),
            column(_("to whom"), "sent_to"),
            column(_("answered"), "answered_at"),
            column(_("what the answer says"), "answer"),
            column(_("closed"), "closed_at"),
            column(_("outcome"), "get_outcome_display"),
            csv_only(_("in a few words"), "outcome_note"),
        ),
    ),
    Source(
        name="hand_overs", title=_("Hand-overs"), models=(HandOver,),
        rows=lambda ids: (
            HandOver.objects.filter(
                episode__patient__in=ids, plan__assessment__in=signed_charts(ids).values("pk")
            ).select_related("sender", "receiver").order_by("sent_at", "pk")
        ),
        columns=(
            column(_("handed over"), "sent_at"),
            column(_("from"), "sender.name"),
            column(_("to"), "receiver.name"),
            column(_("goals"), "goals"),
            column(_("limits"), "limits"),
            csv_only(_("phase"), "get_phase_display"),
            column(_("accepted"), "accepted"),
            csv_only(_("why returned"), "return_reason"),
            column(_("ended"), "ended_at"),
        ),
    ),
)  # fmt: skip
