"""Tables of visits and what was paid for them, and of what was told before a visit."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Intake,
    IntakeAlert,
    IntakeAnswer,
    IntakeCorrection,
    IntakeFile,
    ReceiptDiagnosis,
)
from assessments.screen.words import label_of
from assessments.subject.sources import Ids, Source, column, csv_only
from assessments.subject.words import reply_label, reply_words
from bookings.models import (
    Appointment,
    CallbackRequest,
    Package,
    Payment,
    Receipt,
    VisitReason,
    WaitingEntry,
)

VISIT_DAY = "appointment.starts_at"


def _paid(ids: Ids) -> Q:
    return Q(appointment__patient__in=ids) | Q(package__patient__in=ids)


def sent_intakes(ids: Ids) -> QuerySet[Intake]:
    """Return what was sent; what is being filled in is not kept for anybody to read yet."""
    return Intake.objects.filter(appointment__patient__in=ids, sent_at__isnull=False)


def sent_files(ids: Ids) -> QuerySet[IntakeFile]:
    """Return the files of visits whose form was sent."""
    sent = Intake.objects.filter(appointment=OuterRef("appointment"), sent_at__isnull=False)
    found = IntakeFile.objects.filter(Exists(sent), appointment__patient__in=ids)
    return found.select_related("appointment").order_by("added_at", "pk")


def _replies(model: Any, order: str) -> Any:
    def rows(ids: Ids) -> Iterable[Any]:
        found = model.objects.filter(intake__in=sent_intakes(ids).values("pk"))
        return found.select_related("intake__appointment").order_by(order, "pk")

    return rows


def file_name(file: IntakeFile) -> str:
    """Return the name of a file in the ZIP: ours, since its own is not kept."""
    form = file.get_form_display().lower()
    return f"{file.kind}-{file.added_at:%Y-%m-%d}-{str(file.pk)[:8]}.{form}"


def _alerted(alert: IntakeAlert) -> str:
    return ", ".join(_labels(alert.fields))


def _labels(names: Iterable[str]) -> Iterator[str]:
    return (label_of(str(name)) for name in names)


REPLY = (
    column(_("visit"), "intake.appointment.starts_at"),
    column(_("part"), "intake.get_part_display"),
    column(_("question"), reply_label),
    column(_("answer"), reply_words),
    csv_only(_("item"), "item"),
    csv_only(_("side"), "side"),
    csv_only(_("state"), "state"),
    csv_only(_("number"), "number"),
    csv_only(_("text"), "text"),
)

SOURCES = (
    Source(
        name="visits", title=_("Visits"), models=(Appointment, VisitReason),
        rows=lambda ids: (
            Appointment.objects.filter(patient__in=ids).visits().with_people()
            .select_related("visit_reason").order_by("starts_at", "pk")
        ),
        columns=(
            column(_("starts"), "starts_at"),
            column(_("ends"), "ends_at"),
            column(_("service"), "service.name"),
            column(_("with"), "practitioner.name"),
            csv_only(_("place"), "location.name"),
            column(_("state"), "get_state_display"),
            csv_only(_("booked"), "booked_at"),
            csv_only(_("booked by way of"), "get_source_display"),
            csv_only(_("cancelled"), "cancelled_at"),
            csv_only(_("why cancelled"), "cancel_reason"),
            csv_only(_("price"), "price"),
            csv_only(_("currency"), "currency"),
            column(_("why you came, in your words"), "visit_reason.text"),
            column(_("note of the desk"), "desk_note"),
        ),
    ),
    Source(
        name="waiting", title=_("Waiting list"), models=(WaitingEntry,),
        rows=lambda ids: (
            WaitingEntry.objects.filter(patient__in=ids)
            .select_related("service").order_by("created_at", "pk")
        ),
        columns=(
            column(_("service"), "service.name"),
            column(_("waiting since"), "created_at"),
            column(_("state"), "get_state_display"),
            column(_("closed"), "closed_at"),
            csv_only(_("weekdays"), "days_words"),
            csv_only(_("parts of the day"), "parts_words"),
        ),
    ),
    Source(
        name="callbacks", title=_("Calls you asked for"), models=(CallbackRequest,),
        rows=lambda ids: (
            CallbackRequest.objects.filter(appointment__patient__in=ids).order_by("pk")
        ),
        columns=(
            column(_("asked"), "created_at"),
            column(_("best time"), "get_when_display"),
            column(_("message"), "message"),
            column(_("result"), "get_result_display"),
        ),
    ),
    Source(
        name="packages", title=_("Packages"), models=(Package,),
        rows=lambda ids: Package.objects.filter(patient__in=ids).order_by("bought_on", "pk"),
        columns=(
            column(_("bought"), "bought_on"),
            column(_("visits"), "visits"),
            column(_("price"), "price"),
            column(_("currency"), "currency"),
        ),
    ),
    Source(
        name="payments", title=_("Payments"), models=(Payment,),
        rows=lambda ids: Payment.objects.filter(_paid(ids)).order_by("at", "pk"),
        columns=(
            column(_("when"), "at"),
            column(_("what"), "get_kind_display"),
            column(_("how"), "get_method_display"),
            column(_("amount"), "amount"),
            column(_("currency"), "currency"),
            column(_("why"), "reason"),
            csv_only(_("number on the slip"), "reference"),
        ),
    ),
    Source(
        name="receipts", title=_("Receipts"), models=(Receipt,),
        rows=lambda ids: Receipt.objects.filter(_paid(ids)).order_by("issued_at", "pk"),
        columns=(column(_("number"), "code"), column(_("issued"), "issued_at")),
    ),
    Source(
        name="receipt_diagnoses", title=_("Diagnoses on receipts"), models=(ReceiptDiagnosis,),
        rows=lambda ids: (
            ReceiptDiagnosis.objects.filter(appointment__patient__in=ids)
            .select_related("appointment", "written_by").order_by("written_at", "pk")
        ),
        columns=(
            column(_("visit"), VISIT_DAY),
            column(_("diagnosis"), "text"),
            column(_("asked for in writing on"), "requested_on"),
            csv_only(_("how"), "request"),
            column(_("written by"), "written_by.name"),
        ),
    ),
    Source(
        name="intakes", title=_("Forms you sent before visits"), models=(Intake,),
        rows=lambda ids: (
            sent_intakes(ids).select_related("appointment").order_by("sent_at", "pk")
        ),
        columns=(
            column(_("visit"), VISIT_DAY),
            column(_("part"), "get_part_display"),
            column(_("sent"), "sent_at"),
        ),
    ),
    Source(
        name="intake_answers", title=_("What you answered"), models=(IntakeAnswer,),
        rows=_replies(IntakeAnswer, "intake__sent_at"), columns=REPLY,
    ),
    Source(
        name="intake_corrections", title=_("What you answered anew"), models=(IntakeCorrection,),
        rows=_replies(IntakeCorrection, "added_at"),
        columns=(*REPLY, column(_("added"), "added_at")),
    ),
    Source(
        name="intake_alerts", title=_("Answers a clinician was told of at once"),
        models=(IntakeAlert,),
        rows=lambda ids: (
            IntakeAlert.objects.filter(appointment__patient__in=ids)
            .select_related("appointment").order_by("raised_at", "pk")
        ),
        columns=(
            column(_("visit"), VISIT_DAY),
            column(_("when"), "raised_at"),
            column(_("answers"), _alerted),
            csv_only(_("level"), "level"),
        ),
    ),
    Source(
        name="files", title=_("Files you sent"), models=(IntakeFile,), rows=sent_files,
        columns=(
            column(_("visit"), VISIT_DAY),
            column(_("what it is"), "get_kind_display"),
            column(_("added"), "added_at"),
            column(_("bytes"), "size"),
            column(_("file"), file_name),
            csv_only("SHA-256", "sha256"),
        ),
    ),
)  # fmt: skip
