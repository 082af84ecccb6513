"""Tables of who somebody is, what they agreed to, what they were sent and who had it all open."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from assessments.openings import Opening, all_openings_of
from assessments.subject.sources import Ids, Source, column, csv_only
from assessments.timeline.kinds import TO_STAFF, TOLD
from clinic import practice, texts
from clinic.models import (
    AuditEvent,
    CareRelation,
    Consent,
    CorrectionRequest,
    CorrectionWords,
    EmergencyAccess,
    GeneralPractitioner,
    Guardian,
    KeptIdentity,
    Message,
    Patient,
    RecordRequest,
)


def _people(ids: Ids) -> Iterable[Patient]:
    found = Patient.objects.filter(pk__in=ids).select_related("general_practitioner")
    return sorted(found, key=lambda one: (one.merged_into_id is not None, one.created_at))


def _messages(ids: Ids) -> Iterable[Message]:
    """That something was sent, and about what. To whom and what it said is not asked for."""
    found = Message.objects.filter(patient_id__in=ids, state__in=TOLD).exclude(topic__in=TO_STAFF)
    return found.defer("payload", "to", "error").order_by("created_at", "pk")


def _openings(ids: Ids) -> Iterable[Opening]:
    return all_openings_of(ids, practice.current().tz)


def _corrections(ids: Ids) -> Iterable[CorrectionRequest]:
    rows = CorrectionRequest.objects.filter(patient__in=ids).prefetch_related("words")
    return rows.order_by("asked_at", "pk")


SOURCES = (
    Source(
        name="person", title=_("Who you are"), models=(Patient, GeneralPractitioner),
        rows=_people,
        columns=(
            column(_("first name"), "first_name"),
            column(_("last name"), "last_name"),
            column(_("date of birth"), "date_of_birth"),
            column(_("e-mail"), "email"),
            column(_("phone"), "phone"),
            column(_("address"), "address"),
            column(_("language"), "language"),
            column(_("needs"), "needs"),
            column(_("note of the desk"), "desk_note"),
            column(_("general practitioner"), "general_practitioner.name"),
            column(_("practice"), "general_practitioner.practice"),
            column(_("on record since"), "created_at"),
            column(_("merged into another record of yours"), lambda one: bool(one.merged_into_id)),
        ),
    ),
    Source(
        name="kept_identity", title=_("Whose record this was, before the person was erased"),
        models=(KeptIdentity,),
        rows=lambda ids: KeptIdentity.objects.filter(patient__in=ids).order_by("pk"),
        columns=(
            column(_("first name"), "first_name"),
            column(_("last name"), "last_name"),
            column(_("date of birth"), "date_of_birth"),
        ),
    ),
    Source(
        name="guardians", title=_("Who answers for you"), models=(Guardian,),
        rows=lambda ids: Guardian.objects.filter(patient__in=ids).order_by("name", "pk"),
        columns=(
            column(_("name"), "name"),
            column(_("relationship"), "relationship"),
            column(_("consented"), "consented_at"),
        ),
    ),
    Source(
        name="consents", title=_("What you agreed to"), models=(Consent,),
        rows=lambda ids: Consent.objects.filter(patient__in=ids).order_by("given_at", "pk"),
        columns=(
            column(_("kind"), "get_kind_display"),
            column(_("text dated"), "text_dated"),
            column(_("given"), "given_at"),
            column(_("given by"), "given_by"),
            column(_("signed on paper"), "signed_on"),
            column(_("withdrawn"), "withdrawn_at"),
        ),
    ),
    Source(
        name="cared_for_by", title=_("Who looked after you"), models=(CareRelation,),
        rows=lambda ids: (
            CareRelation.objects.filter(patient__in=ids)
            .select_related("practitioner").order_by("starts_at", "pk")
        ),
        columns=(
            column(_("practitioner"), "practitioner.name"),
            column(_("because of"), "get_ground_display"),
            column(_("from"), "starts_at"),
            column(_("until"), "ends_at"),
        ),
    ),
    Source(
        name="messages", title=_("Messages that were sent"), models=(Message,), rows=_messages,
        columns=(
            column(_("about"), lambda one: str(texts.label_of(one.topic))),
            column(_("by"), "get_channel_display"),
            column(_("sent"), "sent_at"),
            column(_("state"), "get_state_display"),
        ),
    ),
    Source(
        name="opened_by", title=_("Who opened your record"), models=(AuditEvent, EmergencyAccess),
        rows=_openings,
        columns=(
            column(_("day"), "on"),
            column(_("first"), "first"),
            column(_("last"), "last"),
            column(_("name"), "name"),
            column(_("role"), "role"),
            column(_("in an emergency"), "emergency"),
        ),
    ),
    Source(
        name="record_requests", title=_("When you asked for your record"), models=(RecordRequest,),
        rows=lambda ids: RecordRequest.objects.filter(patient__in=ids).order_by("asked_at", "pk"),
        columns=(
            column(_("asked"), "asked_at"),
            column(_("answer by"), "due_on"),
            column(_("handed out"), "released_at"),
            csv_only(_("first fetched"), "taken_at"),
        ),
    ),
    Source(
        name="corrections", title=_("Corrections you asked for"),
        models=(CorrectionRequest, CorrectionWords), rows=_corrections,
        columns=(
            column(_("asked"), "asked_at"),
            column(_("about"), "get_part_display"),
            column(_("what is wrong"), lambda one: one.said.get("wrong", "")),
            column(_("what it should say"), lambda one: one.said.get("right", "")),
            column(_("answered"), "answered_at"),
            column(_("answer"), "get_outcome_display"),
            column(_("in words"), lambda one: one.said.get("answer", "")),
            column(_("you disagree"), lambda one: one.said.get("disagrees", "")),
        ),
    ),
)  # fmt: skip
