"""The parts pages show: phases, going back to running, gate texts, prognosis, wording, evidence."""

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.library_desk.parts import (
    HOW_TO_CITE,
    Data,
    Part,
    line,
    number,
    sources,
    text,
    whole,
)
from assessments.library_desk.parts_rules import TABLES
from assessments.library_desk.slots import Choices, Path, Slot, Words

TAGS: Choices = (
    ("V", _("V: seen on a public page")),
    ("S", _("S: seen only in a summary")),
    ("R", _("R: recalled, to be confirmed")),
    ("APP", _("APP: clinic default")),
)
AUDIENCES: dict[str, Promise] = {
    "patient": _("patients"),
    "clinician": _("clinicians"),
    "everyone": _("everyone"),
}
# What a criterion compares with runs from here to there; the unit is that of its finding.
CRITERION_LOW, CRITERION_HIGH = -1000, 100_000


def phase_parts(data: Data) -> Iterator[Part]:
    """The phases, when to step back, and the test before the first run."""
    for each in data["phases"]["phases"]:
        at: Path = ("phases", "phases", each["id"])
        criteria = [
            slot
            for criterion in each["leave"]
            for slot in _criterion((*at, "leave", criterion["id"]), criterion)
        ]
        yield Part(
            kind="phase", ref=each["id"], section="phases", file="phases", where=each["id"],
            heading=f"{each['id']} {each['name']}", slots=(*_phase(at, each), *criteria),
        )  # fmt: skip
    at = ("phases", "step_back")
    yield Part(
        kind="phase", ref="step-back", section="phases", file="phases", where="step_back",
        heading=_("When to step back"),
        slots=(
            whole("sessions", (*at, "sessions_over_limit"), _("Sessions over the limit"), 1, 7,
                  needed=True),
            whole("mornings", (*at, "worse_mornings_in_a_row"), _("Worse mornings in a row"), 1,
                  7, needed=True),
            sources((*at, "sources")),
        ),
    )  # fmt: skip
    if data["phases"].get("stale"):
        at, days = ("phases", "stale"), _("days")
        yield Part(
            kind="phase", ref="stale", section="phases", file="phases", where="stale",
            heading=_("How long a value counts for a criterion"),
            slots=(
                whole("findings", (*at, "findings_days"), _("Examined"), 1, 365, unit=days,
                      needed=True),
                whole("answers", (*at, "answers_days"), _("Said by the patient"), 1, 365,
                      unit=days, needed=True),
                whole("logs", (*at, "logs_days"), _("Logged"), 1, 365, unit=days, needed=True),
                sources((*at, "sources")),
            ),
        )  # fmt: skip


def _phase(at: Path, phase: dict[str, Any]) -> tuple[Slot, ...]:
    slots = (
        line("name", (*at, "name"), _("Name"), 60, needed=True, patient=True),
        line("aim", (*at, "aim"), _("Aim"), 300, needed=True, patient=True),
        line("enter", (*at, "enter"), _("Begins when"), 300, needed=True, patient=True),
    )
    if not phase.get("weeks"):
        return slots
    weeks = _("weeks")
    return (
        *slots,
        whole("weeks_from", (*at, "weeks", 0), _("Usually from"), 0, 104, unit=weeks, needed=True),
        whole("weeks_to", (*at, "weeks", 1), _("Usually to"), 1, 104, unit=weeks, needed=True),
    )


def _criterion(at: Path, criterion: dict[str, Any]) -> Iterator[Slot]:
    """The sentence of a criterion and the numbers it compares with; what it reads is code."""
    name = criterion["id"].lower().replace("-", "_")
    yield line(
        name, (*at, "label"), criterion["id"], 200, needed=True, patient=True,
        note=_("Say the same numbers as below."),
    )  # fmt: skip
    for group in ("all_of", "any_of"):
        for place, check in enumerate(criterion.get(group, [])):
            if isinstance(check["line"], int) and not isinstance(check["line"], bool):
                label = f"{criterion['id']}: {check['field']} {check['operator']}"
                yield whole(
                    f"{name}_{group}_{place}", (*at, group, place, "line"), label,
                    CRITERION_LOW, CRITERION_HIGH, needed=True,
                )  # fmt: skip
    yield Slot(
        name=f"{name}_source", path=(*at, "source"), label=_("Source"), kind="lines", cites=True,
        needed=True, longest=40, note=HOW_TO_CITE,
    )  # fmt: skip


def running_parts(data: Data) -> Iterator[Part]:
    """The test before the first run, the walk-jog stages, checks, load rule and keeping going."""
    running = data["running"]
    tests = [
        s for each in running["test"] for s in _criterion(("running", "test", each["id"]), each)
    ]
    stages = running["walk_jog"]["stages"]
    for ref, heading, slots in (
        ("test", _("Test before the first run"), tests),
        ("walk-jog", _("Walk-jog programme"), [*_walk_jog(), *_stages(stages)]),
        ("after-run", _("Three checks after every run"), _after_run()),
        ("load", _("Training-load rule"), _load()),
        ("keep-going", _("Keeping it away"), _keep_going()),
    ):
        yield Part(
            kind="running", ref=ref, section="phases", heading=heading, file="running",
            where=ref.replace("-", "_"), slots=tuple(slots), fixed=_led_by_thresholds(ref),
        )  # fmt: skip


def _led_by_thresholds(ref: str) -> tuple[tuple[Words, Words], ...]:
    named = {
        "after-run": _("Pain limit running and reduce settle above are thresholds."),
        "keep-going": _("Shoe distance from is a threshold."),
    }
    return ((_("Set elsewhere"), named[ref]),) if ref in named else ()


def _walk_jog() -> Iterator[Slot]:
    at = ("running", "walk_jog")
    minutes = _("minutes")
    yield whole("sessions", (*at, "sessions_per_week"), _("Sessions a week"), 1, 7, needed=True)
    yield whole("rest", (*at, "rest_days_between"), _("Rest days between"), 0, 6, needed=True)
    yield whole(
        "before", (*at, "walk_before_min"), _("Walk before"), 0, 60, unit=minutes, needed=True
    )
    yield whole("after", (*at, "walk_after_min"), _("Walk after"), 0, 60, unit=minutes, needed=True)
    clean = _("Clean sessions before moving on")
    yield whole("clean", (*at, "clean_sessions_to_move_on"), clean, 1, 10, needed=True)
    yield sources((*at, "sources"))


def _stages(stages: list[dict[str, Any]]) -> Iterator[Slot]:
    for place, stage in enumerate(stages):
        at = ("running", "walk_jog", "stages", place)
        for name, label, low, high in (
            ("week", _("Stage %(number)s: week"), 1, 52),
            ("repeats", _("Stage %(number)s: repeats"), 1, 30),
            ("jog_min", _("Stage %(number)s: minutes jogging"), 1, 90),
            ("walk_min", _("Stage %(number)s: minutes walking"), 0, 60),
        ):
            said = label % {"number": stage["number"]}
            yield whole(f"stage_{place + 1}_{name}", (*at, name), said, low, high, needed=True)


def _after_run() -> Iterator[Slot]:
    at = ("running", "after_run")
    in_a_row = _("Bad sessions in a row to go back")
    yield whole("in_a_row", (*at, "in_a_row_to_go_back"), in_a_row, 1, 7, needed=True)
    yield whole("back", (*at, "stages_back"), _("Stages back"), 1, 7, needed=True)
    yield whole("days_off", (*at, "days_off"), _("Days off"), 0, 28, unit=_("days"), needed=True)
    yield sources((*at, "sources"))


def _load() -> Iterator[Slot]:
    at = ("running", "load")
    times = _("times")
    for name, label, most in (
        ("run_factor", _("One run at most, times the longest"), "2"),
        ("week_factor", _("One week at most, times the earlier week"), "3"),
    ):
        yield number(name, (*at, name), label, "1.01", most, unit=times, needed=True)
    for name, label, low, high in (
        ("run_days", _("The longest run of how many days"), 7, 90),
        ("week_gap", _("The earlier week lies how many weeks back"), 1, 8),
        ("clean_weeks_before_extras", _("Clean weeks before speed or hills"), 0, 12),
        ("extras_per_week", _("Speed or hill sessions a week"), 0, 7),
    ):
        yield whole(name, (*at, name), label, low, high, needed=True)
    for name in ("run_source", "week_source", "extras_source", "cadence_source"):
        yield sources((*at, name), name)


def _keep_going() -> Iterator[Slot]:
    at = ("running", "keep_going")
    yield whole("strength", (*at, "strength_per_week"), _("Strength sessions a week"), 1, 7,
                needed=True)  # fmt: skip
    share = _("Share of the distance kept in a flare")
    yield number(
        "flare", (*at, "flare_run_factor"), share, "0.1", "1", unit=_("share"), needed=True
    )
    yield whole("flare_days", (*at, "flare_days"), _("Length of a flare plan"), 1, 28,
                unit=_("days"), needed=True)  # fmt: skip
    yield sources((*at, "sources"))


def gate_parts(data: Data) -> Iterator[Part]:
    """What red flags, cautions and other diagnoses say. Which findings raise them is code."""
    for name, kind, field, label in (
        ("flags", "flag", "wording", _("What the clinician reads")),
        ("cautions", "caution", "wording", _("What the clinician reads")),
        ("alternatives", "alternative", "think_of", _("Think of")),
    ):
        for each in data["gate"][name]:
            at = ("gate", name, each["id"])
            slots = [text(field, (*at, field), label, 600, needed=True)]
            if name == "flags":
                slots.append(
                    line(
                        "timeframe", (*at, "timeframe"), _("How soon"), 200, needed=True,
                        note=_("As your country has it. Referrals are due by it: now, today,"
                               " this week, within 48 h, within 2-6 weeks."),
                    )
                )  # fmt: skip
            yield Part(
                kind=kind, ref=each["id"], section="gate", file="gate", where=each["id"],
                heading=each["id"], slots=(*slots, sources((*at, "sources"))),
                fixed=((_("Level"), each["level"].replace("_", " ").lower()),)
                if "level" in each else (),
            )  # fmt: skip


def prognosis_parts(data: Data) -> Iterator[Part]:
    """The prognosis bands. The notes beside them are phrases of the wording."""
    weeks = _("weeks")
    for each in data["prognosis"]["bands"]:
        at = ("prognosis", "bands", each["id"])
        yield Part(
            kind="band", ref=each["id"], section="wording", file="prognosis", where=each["id"],
            heading=_("Prognosis band %(name)s") % {"name": each["id"]},
            slots=(
                whole("weeks_from", (*at, "weeks", 0), _("From"), 1, 260, unit=weeks, needed=True),
                whole("weeks_to", (*at, "weeks", 1), _("To"), 1, 260, unit=weeks, needed=True),
                text("text", (*at, "text"), _("What the patient reads"), 600, needed=True,
                     patient=True),
                sources((*at, "sources")),
            ),
        )  # fmt: skip


def phrase_parts(data: Data) -> Iterator[Part]:
    """Each phrase that pages show."""
    for each in data["wording"]:
        at = ("wording", each["id"])
        patient = each["audience"] != "clinician"
        slots = [
            line("title", (*at, "title"), _("Heading"), 120, patient=patient),
            text("text", (*at, "text"), _("Text"), 1000, needed=True, patient=patient),
        ]
        if each.get("items"):
            slots.append(
                Slot(name="items", path=(*at, "items"), label=_("Points"), kind="lines",
                     longest=300, patient=patient, note=_("One point a line."))
            )  # fmt: skip
        fixed: list[tuple[Words, Words]] = [(_("Read by"), AUDIENCES[each["audience"]])]
        if each.get("values"):
            braces = ", ".join(f"{{{name}}}" for name in each["values"])
            fixed.append((_("Filled in by the page"), braces))
        yield Part(
            kind="phrase", ref=each["id"], section="wording", file="wording", where=each["id"],
            heading=each["id"], slots=tuple(slots), fixed=tuple(fixed),
        )  # fmt: skip


def conflict_parts(data: Data) -> Iterator[Part]:
    """Where clinic articles and guidance differ, and what the app says about it."""
    for each in data["conflicts"]["conflicts"]:
        at = ("conflicts", "conflicts", each["id"])
        yield Part(
            kind="conflict", ref=each["id"], section="evidence", file="conflicts",
            where=each["id"], heading=each["id"],
            slots=(
                text("articles_say", (*at, "articles_say"), _("Articles say"), 1000, needed=True),
                text("guidance", (*at, "guidance"), _("Guidance or evidence"), 1000, needed=True),
                text("app_does", (*at, "app_does"), _("What the app does"), 1000, needed=True),
                text("wording", (*at, "wording"), _("What a patient may read"), 600, needed=True,
                     patient=True),
            ),
        )  # fmt: skip


def evidence_parts(data: Data) -> Iterator[Part]:
    """How thresholds are sourced, table by table, and each source with how it was checked."""
    yield from _threshold_evidence(data)
    for each in data["sources"]:
        at = ("sources", each["key"])
        yield Part(
            kind="source", ref=each["key"], section="evidence", file="sources", where=each["key"],
            heading=each["key"],
            slots=(
                text("reference", (*at, "reference"), _("Reference"), 600, needed=True),
                Slot(name="tags", path=(*at, "tags"), label=_("Checked how"), kind="chosen",
                     choices=TAGS, needed=True),
                text("status", (*at, "status"), _("Status"), 600, needed=True),
                text("recalled", (*at, "recalled"), _("Only recalled"), 600),
                text("checked", (*at, "checked"), _("Checked at"), 600),
            ),
        )  # fmt: skip


def _threshold_evidence(data: Data) -> Iterator[Part]:
    headings = {ref: heading for _first, ref, heading in TABLES}
    tables: dict[str, list[Slot]] = {}
    starts = {first: ref for first, ref, _heading in TABLES}
    ref = TABLES[0][1]
    for entry in data["thresholds"]:
        ref = starts.get(entry["id"], ref)
        tables.setdefault(ref, []).append(
            Slot(
                name=entry["id"], path=("thresholds", entry["id"], "sources"),
                label=entry["id"].replace("_", " ").capitalize(), kind="lines", cites=True,
                needed=True, longest=40, note=entry["why"],
            )
        )  # fmt: skip
    for ref, slots in tables.items():
        yield Part(
            kind="threshold-sources", ref=ref, section="evidence", file="thresholds", where="",
            heading=_("Sources of thresholds: %(table)s") % {"table": headings[ref]},
            slots=tuple(slots),
        )  # fmt: skip
