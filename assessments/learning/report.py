"""The learning page in words: rules, phases, signing, outcomes, adherence. No patient is named."""

from collections.abc import Hashable, Sequence
from datetime import date
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.learning import hidden
from assessments.learning.counting import Changed, Course, Stay, banded, changed, stalled, stays
from assessments.learning.reading import Reading
from assessments.library import Library
from assessments.library.names import names
from assessments.models import Assessment
from assessments.screen.words import CODES
from bookings.reports.charts import standing
from bookings.reports.tables import Column, Kind, Report, Table, Value

SLUG = "learning"
FEW = gettext_lazy("under 5")
IRRITABILITY = ("LOW", "MODERATE", "HIGH")
BANDS = (25, 50, 75)  # per cent of the home exercises done
MANY = 5  # home exercises; a plan of more is long
INSTRUMENTS = (
    ("akps", gettext_lazy("AKPS, 0 to 100, higher is better")),
    ("nprs", gettext_lazy("Worst pain of the last week, NPRS 0 to 10, lower is better")),
    ("psfs", gettext_lazy("PSFS, 0 to 10, higher is better")),
)
Row = tuple[Value, ...]


def report(reading: Reading, library: Library) -> Report:
    """Return the whole page. Asks what ``Reading`` asks."""
    now = [stay for stay in stays(reading.versions) if stay.until is None]
    people = len({stay.person for stay in now})
    return Report(
        SLUG,
        str(_("Learning from the clinic's own plans")),
        [
            (_("People with a plan now"), str(_count(people))),
            (_("Rules whose lines were taken out"), str(_taken_out(reading))),
            (_("Median time to sign"), _seconds(_middle_seconds(reading))),
        ],
        [
            _rules(reading, library),
            _added(reading, library),
            _phases(reading, library),
            _signing(reading),
            _months(reading),
            *(_outcomes(name, str(label), reading.courses[name]) for name, label in INSTRUMENTS),
            _adherence(reading),
        ],
        _how(reading),
    )


def _count(people: int) -> Value:
    return str(FEW) if hidden.few(people) else people


def _shown(people: int | None) -> Value:
    return str(FEW) if people is None else people


def _taken_out(reading: Reading) -> int:
    return sum(rule.removed >= hidden.FEW for rule in reading.rules)


def _rules(reading: Reading, library: Library) -> Table:
    """Rules by how often their lines were taken out; those for few people come last, unsaid."""
    known = names(library)
    rows: list[tuple[float, Row]] = []
    for rule in reading.rules:
        out = hidden.share(rule.removed, rule.drafted)
        changed_share = hidden.share(rule.edited, rule.drafted)
        named = known.get(rule.id.partition("-")[2]) or known.get(rule.id)
        label = f"{named.label} ({rule.id})" if named else rule.id
        row = (label, _count(rule.drafted), out, changed_share)
        rows.append((-1.0 if out is None else out, row))
    rows.sort(key=lambda each: (-each[0], str(each[1][0])))
    return Table(
        _("What rules drafted and physios took out"),
        [
            Column(_("Rule"), Kind.TEXT),
            Column(_("Drafted for people")),
            Column(_("Taken out"), Kind.SHARE),
            Column(_("Dose changed"), Kind.SHARE),
        ],
        [row for _share, row in rows],
    )


def _added(reading: Reading, library: Library) -> Table:
    rows = [
        (library.exercise_by_id[exercise].name, people)
        for exercise, people in reading.added
        if people >= hidden.FEW and exercise in library.exercise_by_id
    ]
    return Table(
        _("What physios put in by themselves"),
        [Column(_("Exercise"), Kind.TEXT), Column(_("People"))],
        rows,
    )


def _phases(reading: Reading, library: Library) -> Table:
    """Each phase: who is in it, how many beyond its longest usual time, how long it took others."""
    every = list(stays(reading.versions))
    now = [[s for s in every if s.phase == each.id and s.until is None] for each in library.phases]
    people = hidden.parts([len(_people(group)) for group in now])
    rows: list[Row] = []
    for phase, group, there in zip(library.phases, now, people, strict=True):
        usual = phase.at_most_weeks or (phase.weeks[1] if phase.weeks else None)
        late = _people(stay for stay in group if stalled(stay, usual, reading.now))
        over = [(stay.person, stay.days(reading.now)) for stay in every if _left(stay, phase.id)]
        waiting = [(stay.person, stay.days(reading.now)) for stay in group]
        known = there is not None
        rows.append(
            (
                f"{phase.id} {phase.name}",
                usual,
                _shown(there),
                hidden.share(len(late), there) if there is not None and usual else None,
                hidden.middle(waiting) if known else None,
                hidden.middle(over),
            )
        )
    return Table(
        _("Phases, and who stays longer than usual"),
        [
            Column(_("Phase"), Kind.TEXT),
            Column(_("Usual, at most weeks")),
            Column(_("People in it")),
            Column(_("Longer than usual"), Kind.SHARE),
            Column(_("Median time in it so far"), Kind.DAYS),
            Column(_("Median time of those who left it"), Kind.DAYS),
        ],
        rows,
    )


def _people(group) -> set[Hashable]:
    return {stay.person for stay in group}


def _left(stay: Stay, phase: str) -> bool:
    return stay.phase == phase and stay.until is not None


def _signing(reading: Reading) -> Table:
    """How long a chart takes, by its kind."""
    rows: list[Row] = []
    for kind in Assessment.Kind:
        of_kind = [each for each in reading.signed if each.kind == kind]
        times = [(each.person, each.seconds) for each in of_kind]
        people = len({each.person for each in of_kind})
        rows.append((str(kind.label), _count(people), _whole(hidden.middle(times))))
    return Table(
        _("Active seconds until a chart was signed"),
        [Column(_("Chart"), Kind.TEXT), Column(_("People")), Column(_("Median seconds"))],
        rows,
    )


def _middle_seconds(reading: Reading) -> float | None:
    return hidden.middle((each.person, each.seconds) for each in reading.signed)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _seconds(value: float | None) -> str:
    return "–" if value is None else _("%(n)d s") % {"n": round(value)}


def _months(reading: Reading) -> Table:
    """The same by month of signing, drawn."""
    rows: list[Row] = []
    bars: list[tuple[str, tuple[float], str]] = []
    for month in _months_from(reading.first):
        times = [(each.person, each.seconds) for each in reading.signed if each.month == month]
        people = len({person for person, _seconds in times})
        much = _whole(hidden.middle(times))
        rows.append((f"{month:%Y-%m}", _count(people), much))
        bars.append((f"{month:%m/%y}", (float(much or 0),), _seconds(much)))
    title = _("Median active seconds by month")
    drawn = standing(title, bars) if any(much for _name, (much,), _words in bars) else None
    return Table(
        title,
        [Column(_("Month"), Kind.TEXT), Column(_("People")), Column(_("Median seconds"))],
        rows,
        chart=drawn,
    )


def _months_from(first: date) -> list[date]:
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(12)
    ]


def _outcomes(name: str, title: str, courses: Sequence[Course]) -> Table:
    """One score: how each group changed from its first chart to its last."""
    groups = {code: [each for each in courses if code in each.groups] for code in _codes(courses)}
    judged = {code: changed(group, name) for code, group in groups.items()}
    pains = [code for code in IRRITABILITY if code in judged]
    shown = dict(zip(pains, hidden.parts([judged[code].people for code in pains]), strict=True))
    rows = [
        _outcome(_group(code), found, shown.get(code, found.people))
        for code, found in judged.items()
    ]
    return Table(
        title,
        [
            Column(_("Group by the first chart"), Kind.TEXT),
            Column(_("People")),
            Column(_("Meaningfully better"), Kind.SHARE),
            Column(_("No meaningful change"), Kind.SHARE),
            Column(_("Meaningfully worse"), Kind.SHARE),
            Column(_("Median change"), Kind.DAYS),
        ],
        rows,
    )


def _codes(courses: Sequence[Course]) -> list[str]:
    found = {code for course in courses for code in course.groups}
    return [*(c for c in IRRITABILITY if c in found), *sorted(found - set(IRRITABILITY))]


def _group(code: str) -> str:
    words = str(CODES.get(code, code))
    return _("irritability: %(how)s") % {"how": words} if code in IRRITABILITY else words


def _outcome(label: str, found: Changed, people: int | None) -> Row:
    if people is None or people < hidden.FEW:
        return (label, str(FEW), None, None, None, None)
    parts = hidden.parts([found.better, found.same, found.worse])
    shares = [None if part is None else part / people for part in parts]
    return (label, people, *shares, _change(hidden.middle(found.changes)))


def _change(value) -> str | None:
    """Return a change with its sign, to one decimal."""
    return None if value is None else f"{float(value):+.1f}".replace("-", "−")


def _adherence(reading: Reading) -> Table:
    """How much of the home exercises people have done, by how many they were asked to do."""
    groups = (
        (_("up to %(n)d home exercises") % {"n": MANY}, range(MANY + 1)),
        (_("more than %(n)d home exercises") % {"n": MANY}, range(MANY + 1, 100)),
    )
    rows: list[Row] = []
    for label, sizes in groups:
        kept = [each for each in reading.kept if each.exercises in sizes]
        counts = banded((each.share for each in kept), BANDS)
        shares = [each.share for each in kept]
        middle = median(shares) / 100 if len(kept) >= hidden.FEW else None
        rows.append((label, *map(_shown, hidden.parts(counts)), middle))
    low, half, high = BANDS
    return Table(
        _("Home exercises done, of those prescribed up to now"),
        [
            Column(_("Plan"), Kind.TEXT),
            Column(_("Under %(n)d %%") % {"n": low}),
            Column(_("%(from)d to %(to)d %%") % {"from": low, "to": half - 1}),
            Column(_("%(from)d to %(to)d %%") % {"from": half, "to": high - 1}),
            Column(_("%(n)d %% and more") % {"n": high}),
            Column(_("Median"), Kind.SHARE),
        ],
        rows,
    )


def _how(reading: Reading) -> list[str]:
    return [
        _(
            "Rules, signing and outcomes: what was issued or signed from %(first)s to %(last)s,"
            " twelve whole months. Phases and adherence: as things stand today."
        )
        % {"first": reading.first, "last": reading.last},
        _(
            "People are counted, not plans or charts. A number from 1 to 4 is shown as “under 5”,"
            " and no share, median or neighbouring number is shown that would tell it."
        ),
        _(
            "Taken out, dose changed: people for whom at least one line of the rule was, in any"
            " version of their plan. Plans composed by a clinician are left out."
        ),
        _(
            "Meaningful change: by the lines the chart uses for each score, from the first to the"
            " last signed chart of an episode. Nobody was assigned to a group by chance: a"
            " difference between groups does not say what caused it."
        ),
        _(
            "Seconds: those in which somebody typed, pressed or scrolled in the chart before it"
            " was signed; amendments are left out."
        ),
    ]
