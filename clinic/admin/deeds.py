"""The audit trail in words: what each action is called, and which kinds of action there are.

Actions are named by the apps that record them; here they are only strings. What nobody gave words
to is shown by its own name.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic import practice
from clinic.models import AuditEvent, Location

# Asked for by the desk or by a patient's answers: who it was would say why.
WITHHELD = frozenset({"visit.clinician_call"})
# That there was one at all says what a patient answered, or what was found.
UNSHOWN = frozenset(
    {"intake.alert", "referral.opened", "referral.sent", "referral.answered", "referral.closed",
     "referral.advice"}
)  # fmt: skip

WORDS: Mapping[str, Any] = {
    "visit.book": _("booked"),
    "visit.move": _("moved"),
    "visit.cancel": _("cancelled"),
    "visit.confirm": _("confirmed"),
    "visit.accept": _("request confirmed"),
    "visit.decline": _("request declined"),
    "visit.expire": _("request ran out"),
    "visit.arrive": _("arrived"),
    "visit.start": _("in room"),
    "visit.complete": _("done"),
    "visit.no_show": _("did not come"),
    "visit.take_back": _("taken back"),
    "visit.renew_links": _("new link sent"),
    "visit.video": _("video room changed"),
    "visit.join": _("joined to a record"),
    "visit.offer_times": _("other times offered"),
    "visit.wants_call": _("wants to be called"),
    "visit.settle": _("stays as it is outside working hours"),
    "visit.clinician_call": _("clinician call asked for"),
    "visit.clinician_call_taken": _("clinician call taken"),
    "visit.clinician_call_late": _("clinical lead told of the clinician call"),
    "hours.offer_times": _("other times offered"),
    "rota.week": _("weekly hours written"),
    "rota.day": _("a single day written"),
    "message_sent_again": _("sent again by the desk"),
    "message_marked_sent": _("marked as sent by the desk"),
    "callback.request": _("asked to be called"),
    "callback.try": _("tried to call"),
    "callback.close": _("closed"),
    "patient_language": _("language chosen"),
    "chart.opened": _("chart opened"),
    "chart.started": _("chart begun"),
    "chart.saved": _("chart saved"),
    "chart.signed": _("chart signed"),
    "chart.amended": _("chart amended"),
    "chart.added_to": _("chart added to"),
    "chart.still_added": _("file added to a chart"),
    "chart.still_removed": _("file removed from a chart"),
    "chart.still_opened": _("file of a chart opened"),
    "chart.still_consent_given": _("consent for the record written down"),
    "chart.still_consent_withdrawn": _("consent for the record withdrawn"),
    "chart.cosigned": _("chart co-signed"),
    "chart.treatment_added": _("treatment written on a chart"),
    "chart.treatment_removed": _("treatment taken off a chart"),
    "chart.entered_in_error": _("chart marked as entered in error"),
    "chart.copied": _("chart begun from one entered in error"),
    "chart.handed_over": _("chart handed over"),
    "emergency.searched": _("looked for a patient in an emergency"),
    "emergency.opened": _("record opened in an emergency"),
    "emergency.read": _("read in an emergency"),
    "emergency.ended": _("emergency access ended"),
    "emergency.reviewed": _("emergency access reviewed"),
    "plan.kept": _("plan kept after an amendment"),
    "note.opened": _("note opened"),
    "note.started": _("note begun"),
    "note.saved": _("note saved"),
    "note.signed": _("note signed"),
    "note.amended": _("note amended"),
    "note.cosigned": _("note co-signed"),
    "note.added_to": _("note added to"),
    "note.treatment_added": _("treatment written on a note"),
    "note.treatment_removed": _("treatment taken off a note"),
    "note.handed_over": _("note handed over"),
    "episode.opened": _("episode opened"),
    "episode.discharged": _("episode closed"),
    "check_in.answered": _("question after discharge answered"),
    "episode.reopened": _("episode opened again"),
    "episode.handed_over": _("episode handed over"),
    "plan.opened": _("plan opened"),
    "plan.composed": _("plan composed by hand"),
    "plan.easier_approved": _("easier exercise approved for a flare"),
    "plan.easier_withdrawn": _("easier exercise for a flare withdrawn"),
    "plan.line_swapped": _("line swapped for a variant"),
    "plan.advanced": _("plan taken on to the next phase"),
    "plan.issued": _("plan issued"),
    "plan.logged": _("exercises logged"),
    "plan.logs_looked_at": _("logs looked at"),
    "strength_days.chosen": _("training days chosen"),
    "run.planned": _("run planned"),
    "running_test.passed": _("test before running passed"),
    "look.asked": _("asked the practitioner for a look"),
    "progress.opened": _("progress opened"),
    "letter.drafted": _("letter begun"),
    "letter.edited": _("letter changed"),
    "letter.discarded": _("letter thrown away"),
    "letter.finished": _("letter finished"),
    "letter.opened": _("letter opened"),
    "letter.sent": _("letter given on"),
    "hand_over.sent": _("handed over to a colleague"),
    "hand_over.opened": _("hand-over opened"),
    "hand_over.accepted": _("hand-over accepted"),
    "hand_over.returned": _("hand-over returned"),
    "hand_over.ended": _("hand-over ended"),
    "plan_device.kept": _("plan kept on a phone"),
    "plan_device.ended": _("plan on a phone ended"),
    "staff_saved": _("staff sign-in saved"),
    "user_invited": _("invited"),
    "user_made": _("sign-in made"),
    "password_set": _("password set"),
    "record.asked": _("asked for the whole record"),
    "record.released": _("whole record handed out"),
    "record.downloaded": _("whole record fetched"),
    "record.exported": _("whole record made into a file"),
    "record.kept_opened": _("kept record of an erased person taken out"),
    "correction.asked": _("asked for a correction"),
    "correction.answered": _("correction answered"),
    "correction.disagreed": _("stated disagreement with an answer"),
    "patient_erasure_proposed": _("erasure proposed"),
    "patient_erasure_dropped": _("proposed erasure dropped"),
    "patient_person_erased": _("person erased"),
    "patient_record_erased": _("record erased"),
    "patient_hold_placed": _("legal hold placed"),
    "patient_hold_lifted": _("legal hold lifted"),
    "retention_listed": _("list of what is due made"),
    "retention_confirmed": _("list of what is due confirmed"),
    "retention_dropped": _("list of what is due dropped"),
    "signed_in": _("signed in"),
    "sign_in_code_asked": _("asked for a sign-in code"),
    "patient_granted": _("given the patient's pages"),
    "patient_grant_revoked": _("the patient's pages taken away"),
}


def _begins(*starts: str) -> Q:
    found = Q()
    for start in starts:
        found |= Q(action__startswith=start)
    return found


# Kinds of action the trail can be narrowed to: name, words, which actions.
KINDS: Mapping[str, tuple[Any, Q]] = {
    "visits": (_("visits"), _begins("visit.", "session.", "series.")),
    "calls": (_("call-backs and waiting list"), _begins("callback.", "waiting.")),
    "messages": (_("messages and news"), _begins("message_", "news_")),
    "patients": (
        _("patients and consents"),
        _begins("patient_", "guardian_", "consent_", "record.", "correction."),
    ),
    "charts": (
        _("charts, plans and letters"),
        _begins("chart.", "note.", "episode.", "plan.", "progress.", "letter.", "hand_over."),
    ),
    "emergencies": (_("emergency access"), _begins("emergency.")),
    "money": (_("payments and receipts"), _begins("payment.", "receipt.", "package")),
    "hours": (
        _("hours and absences"),
        _begins(
            "workinghours_", "breaktime_", "changedday_", "timeoff_", "closure_", "absence.",
            "hours.", "rota.", "dutyday_",
        ),
    ),
    "staff": (_("staff and sign-ins"), _begins("staff_", "user_", "password_", "sign", "feed.")),
    "settings": (
        _("settings"),
        _begins("practice_", "location_", "practitioner", "service", "text", "clinic_", "library"),
    ),
}  # fmt: skip

# What an event's data may say in words. Everything else in it is numbers of rows.
TOLD = (
    "fields", "given", "taken", "result", "kind", "late", "roles", "day", "first", "last", "was",
    "now",
)  # fmt: skip
NAMES = {
    "fields": _("changed"), "given": _("given"), "taken": _("taken away"), "result": _("result"),
    "kind": _("kind"), "late": _("late"), "roles": _("roles"), "day": _("day"), "first": _("from"),
    "last": _("until"), "was": _("was"), "now": _("now"),
}  # fmt: skip
DAYS = ("day", "first", "last")


def details(event: AuditEvent) -> str:
    """Return what an event's data says, as "changed: e-mail, phone"; names of fields, no values."""
    data = event.data
    said = [
        f"{NAMES[name]}: {_words(name, data[name], event.object_type)}"
        for name in TOLD
        if data.get(name) or (name in ("was", "now") and data.get(name) == [])
    ]
    if data.get("active") is False:
        said.append(gettext("switched off"))
    return "; ".join(said)


def _words(name: str, value: Any, object_type: str) -> str:
    """Return one thing an event says: names of fields, a day, hours, or what it is."""
    if value is True:
        return gettext("yes")
    if name == "fields" and isinstance(value, list):
        return ", ".join(_field(str(each), object_type) for each in value)
    if name in DAYS and isinstance(value, str):
        return _day(value)
    if isinstance(value, list):
        return ", ".join(map(_part, value)) or gettext("no hours")
    return str(value)


def _field(name: str, object_type: str) -> str:
    """Return what a form calls a field; a name that is none of the model's stays as it is."""
    try:
        return str(apps.get_model(object_type)._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return name.replace("_", " ")


def _day(text: str) -> str:
    try:
        return formats.date_format(date.fromisoformat(text), "D j M Y")
    except ValueError:
        return text


def _part(value: Any) -> str:
    """Return one entry of a list; a stretch of hours as "Mon 08:00–12:00" or "break 12:00–12:30".

    Hours are kept as [place, from, to] of a day, or [kind, weekday, place, from, to] of a week, in
    minutes since midnight. The place is named where the clinic has several.
    """
    if not isinstance(value, list) or len(value) not in (3, 5):
        return str(value)
    starts, ends = value[-2:]
    if not (isinstance(starts, int) and isinstance(ends, int)):
        return ", ".join(map(str, value))
    words = ["–".join(f"{at // 60:02d}:{at % 60:02d}" for at in (starts, ends))]
    places = practice.places()
    words += [place.name for place in places if len(places) > 1 and _is(place, value[-3])]
    if len(value) == 3:
        return " ".join(words)
    before = [str(WEEKDAYS_ABBR.get(value[1], value[1]))]
    if value[0] == "break":
        before.append(gettext("break"))
    return " ".join([*before, *words])


def _is(place: Location, key: Any) -> bool:
    return str(key).replace("-", "") == place.pk.hex
