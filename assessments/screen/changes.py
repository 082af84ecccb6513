"""Scores side by side: baseline, the visit before, today; and whether the change means anything."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.findings import Findings
from assessments.progress import Plot, plot
from assessments.scoring.change import BETTER, CHANGES, STEP_DOWN, WORSE, change_flag
from assessments.scoring.metrics import Metrics, metrics
from assessments.screen.words import label_of

Number = int | Decimal
WORDS = {
    BETTER: gettext_lazy("meaningfully better"),
    WORSE: gettext_lazy("meaningfully worse"),
    "NOT_MEANINGFUL": gettext_lazy("no meaningful change"),
}
TONES = {BETTER: "better", WORSE: "worse"}
# instrument of ``change_flag``, and the score it judges
JUDGED = (
    ("nprs", "nprs_worst_7d"),
    ("akps", "akps_total"),
    ("psfs", "psfs_mean"),
    ("koos_pf", "koos_pf"),
    ("lefs", "lefs_total"),
    ("tsk11", "tsk11_total"),
    (STEP_DOWN, "lsd_total"),
)
SHOWN = (
    "nprs_now", "nprs_avg_7d", "lsi_pct.hip_abd", "lsi_pct.hip_er", "lsi_pct.hip_ext",
    "lsi_pct.knee_ext", "lsi_pct.knee_flex", "lsi_pct.heel_raise", "cadence_spm",
)  # fmt: skip
PLOTS = (  # score, lowest, highest, distance of the lines
    ("nprs_worst_7d", 0, 10, 2),
    ("akps_total", 0, 100, 20),
    ("psfs_mean", 0, 10, 2),
    ("lsi_pct.knee_ext", 0, 120, 20),
    ("lsi_pct.hip_abd", 0, 120, 20),
    ("cadence_spm", 100, 240, 20),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What was found on one day, with its scores."""

    on: date
    findings: Findings
    scores: Metrics

    def score(self, name: str) -> Number | None:
        group, _dot, part = name.partition(".")
        if part and group == "lsi_pct":
            return self.scores.lsi_pct.get(part)
        if hasattr(self.scores, name):
            value = getattr(self.scores, name)
        else:
            value = self.findings.value(name)
        return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One score over the visits.

    delta    today minus baseline, with its sign
    verdict  the change code in words; empty where there is nothing to judge
    line     from what change on it means something, and who says so
    """

    name: str
    label: str
    baseline: str
    last: str
    now: str
    delta: str
    verdict: str
    tone: str
    line: str


@dataclass(frozen=True, slots=True)
class Course:
    """A score over time, drawn."""

    name: str
    label: str
    plot: Plot
    tone: str

    @property
    def title_id(self) -> str:
        return f"course-{self.name}"


def visit_of(on: date, findings: Findings) -> Visit:
    return Visit(on, findings, metrics(findings))


def changes_of(before: list[Visit], now: Visit | None) -> tuple[Change, ...]:
    """Return every score that was taken at least once, in a fixed order.

    before  the signed visits, oldest first; the first is the baseline
    """
    if not before:
        return ()
    judged = {score: instrument for instrument, score in JUDGED}
    names = (*(score for _instrument, score in JUDGED), *SHOWN)
    changes = (_change(name, judged.get(name, ""), before, now) for name in names)
    return tuple(each for each in changes if each.baseline or each.last or each.now)


def courses_of(visits: Iterable[Visit], today: date) -> tuple[Course, ...]:
    """Return a drawing for every score that was taken."""
    return tuple(_courses(list(visits), today))


def _courses(visits: list[Visit], today: date) -> Iterator[Course]:
    for name, low, high, step in PLOTS:
        scores = ((visit.on, visit.score(name)) for visit in visits)
        points = [(on, value) for on, value in scores if value is not None]
        inside = [(on, min(max(value, low), high)) for on, value in points]
        drawn = plot(inside, low=low, high=high, step=step, today=today)
        if drawn:
            tone = "pain" if name.startswith("nprs") else "function"
            yield Course(name.replace(".", "-"), label_of(name), drawn, tone)


def _change(name: str, instrument: str, before: list[Visit], now: Visit | None) -> Change:
    first, last = before[0].score(name), before[-1].score(name)
    today = now.score(name) if now else None
    flag = change_flag(instrument, first, today) if instrument else None
    return Change(
        name=name,
        label=label_of(name),
        baseline=_number(first),
        last=_number(last) if len(before) > 1 else "",
        now=_number(today),
        delta=_signed(first, today),
        verdict=str(WORDS[flag]) if flag else "",
        tone=TONES.get(flag or "", ""),
        line=_line(instrument),
    )


def _line(instrument: str) -> str:
    change = CHANGES.get(instrument)
    if instrument == STEP_DOWN:
        return _("judged by its quality band, LSDDOC")
    if change is None:
        return ""
    source = change.source.split()[0]
    if change.least is None:
        return _("shown, not judged, %(source)s") % {"source": source}
    return _("from %(least)s points, %(source)s") % {"least": change.least, "source": source}


def _number(value: Number | None) -> str:
    return "" if value is None else format(Decimal(value), "f").replace("-", "−")


def _signed(first: Number | None, today: Number | None) -> str:
    if first is None or today is None:
        return ""
    gain = Decimal(today) - Decimal(first)
    return ("+" if gain > 0 else "") + _number(gain)


def activities_of(
    before: Mapping[str, str], first: Findings, now: Mapping[str, str], today: Findings
) -> tuple[tuple[str, str, str], ...]:
    """Return each named activity with its score then and now, matched by its name."""
    then = dict(_named(before, first))
    return tuple(
        (name, _number(then.get(name)), _number(score)) for name, score in _named(now, today)
    )


def _named(words: Mapping[str, str], findings: Findings) -> Iterator[tuple[str, int | None]]:
    scores = findings.value("psfs")
    for place, score in enumerate(scores if isinstance(scores, tuple) else (), start=1):
        name = words.get(f"psfs_name.{place}", "")
        if name and score is not None:
            yield name, score
