"""An episode of care: what it is about, how sure that is, and what for."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments.fhir.codes import DOCUMENT, PLACE, PROBLEM, REGIONS, SNOMED, TERMS
from assessments.fhir.sent import Sent
from assessments.fhir.shapes import Resource, coding, concept, ident, ref
from assessments.models import Assessment, EpisodeOfCare
from assessments.models.plan import MAY_HAVE_A_PLAN
from assessments.rules.diagnosis import LIKELY, POSSIBLE

Discharge = EpisodeOfCare.Discharge
ERROR = "entered-in-error"
KNEECAP_PAIN: tuple[str, object] = ("pfp", _("Kneecap pain (patellofemoral pain)"))
GOAL_STATUS: Mapping[str, str] = {
    "": "active",
    Discharge.GOALS_MET: "completed",
    Discharge.REFERRED: "cancelled",
    Discharge.STOPPED: "cancelled",
    Discharge.MOVED: "cancelled",
    Discharge.ERROR: ERROR,
}


def episodes(sent: Sent) -> Iterator[Resource]:
    for episode in sent.rows("episodes"):
        yield episode_of_care(sent, episode)
        yield condition(sent, episode)
        if episode.goal:
            yield goal(sent, episode)


def episode_of_care(sent: Sent, episode: EpisodeOfCare) -> Resource:
    closed = "finished" if episode.discharged_at else "active"
    return {
        "resourceType": "EpisodeOfCare",
        "id": ident(episode.pk),
        "status": ERROR if by_mistake(episode) else closed,
        "diagnosis": [{"condition": ref(condition_of(episode))}],
        "patient": sent.subject,
        "managingOrganization": sent.organization,
        "period": {"start": sent.at(episode.opened_at), "end": sent.at(episode.discharged_at)},
        "careManager": sent.by(episode.lead) if episode.lead else None,
    }


def condition(sent: Sent, episode: EpisodeOfCare) -> Resource:
    """The problem as the newest chart that stands supports it. Nobody's final diagnosis."""
    chart = newest_chart(sent, episode)
    code, words, sure = _problem(episode, chart)
    known = {} if sure == ERROR else {
        "clinicalStatus": _status("condition-clinical", _clinical(episode)),
    }  # fmt: skip
    return {
        "resourceType": "Condition",
        "id": condition_of(episode),
        **known,
        "verificationStatus": _status("condition-ver-status", sure),
        "category": [_status("condition-category", "problem-list-item")],
        "code": concept(words, coding(PROBLEM, code, str(words))),
        "bodySite": [body_site(episode.problem, _sides(episode))],
        "subject": sent.subject,
        "recordedDate": sent.at(_noted(episode, chart)),
        "recorder": sent.by(chart.author) if chart else None,
        "evidence": [{"detail": [ref(ident(chart.pk))]}] if chart else [],
    }


def goal(sent: Sent, episode: EpisodeOfCare) -> Resource:
    """What the patient wants back, in the words of the episode."""
    day = episode.goal_on
    return {
        "resourceType": "Goal",
        "id": goal_of(episode),
        "lifecycleStatus": GOAL_STATUS.get(episode.discharge_reason, "cancelled"),
        "description": concept(episode.goal),
        "subject": sent.subject,
        "startDate": _day(sent, episode.opened_at),
        "target": [{"dueDate": day.isoformat()}] if day else [],
        "statusDate": _day(sent, episode.discharged_at),
        "expressedBy": sent.subject,
        "addresses": [ref(condition_of(episode))],
    }


def condition_of(episode: EpisodeOfCare) -> str:
    return ident(episode.pk, "condition")


def goal_of(episode: EpisodeOfCare) -> str:
    return ident(episode.pk, "goal")


def by_mistake(episode: EpisodeOfCare) -> bool:
    return episode.discharge_reason == Discharge.ERROR


def newest_chart(sent: Sent, episode: EpisodeOfCare) -> Assessment | None:
    """Return the last signed chart of an episode that is neither in error nor corrected since."""
    charts = [
        chart for chart in sent.of("charts", "episode_id", episode.pk)
        if not chart.in_error and chart.pk not in sent.superseded
    ]  # fmt: skip
    return charts[-1] if charts else None


def body_site(region: str, sides: tuple[str, ...]) -> Resource | None:
    """Return where it is: our code and the words say the side, SNOMED CT's the region."""
    if region not in REGIONS:
        return None
    names = {"L": _t("left"), "R": _t("right")}
    said = " + ".join(names[side] for side in sides)
    label = str(REGION_NAMES[region])
    words = f"{label}, {said}" if said else label
    code = "-".join((region, *sides))
    return concept(
        words, coding(PLACE, code, words), coding(SNOMED, *REGIONS[region])
    )  # fmt: skip


REGION_NAMES: Mapping[str, object] = {
    "knee": _("Knee"), "hip": _("Hip"), "thigh": _("Thigh"), "ankle": _("Ankle"),
    "foot": _("Foot"),
}  # fmt: skip


def document_type(kind: str, words: object) -> Resource:
    return coding(DOCUMENT, kind, str(words))


def _problem(episode: EpisodeOfCare, chart: Assessment | None) -> tuple[str, object, str]:
    """Return code, words and how sure it is: what the rules support is never more than likely."""
    support = (chart.result or {}).get("dx_support") if chart else None
    if chart is not None and support in (LIKELY, POSSIBLE):
        clear = support == LIKELY and chart.plan_status in MAY_HAVE_A_PLAN
        sure = "provisional" if clear else "differential"
        found: tuple[str, object, str] = (*KNEECAP_PAIN, sure)
    else:
        words = _t("Knee problem") if episode.problem == "knee" else _t("Another problem")
        found = (str(episode.problem), words, "unconfirmed")
    return (found[0], found[1], ERROR) if by_mistake(episode) else found


def _clinical(episode: EpisodeOfCare) -> str:
    if not episode.discharged_at:
        return "active"
    return "resolved" if episode.discharge_reason == Discharge.GOALS_MET else "inactive"


def _noted(episode: EpisodeOfCare, chart: Assessment | None) -> datetime | None:
    return chart.signed_at if chart else episode.opened_at


def _sides(episode: EpisodeOfCare) -> tuple[str, ...]:
    return ("L", "R") if episode.side == "BOTH" else tuple(episode.side)


def _day(sent: Sent, moment: datetime | None) -> str | None:
    return moment.astimezone(sent.record.zone).date().isoformat() if moment else None


def _status(system: str, code: str) -> Resource:
    return {"coding": [coding(f"{TERMS}{system}", code)]}
