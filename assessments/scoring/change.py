"""Has a score changed by enough to mean something?

The lines are those the app uses; published ones differ between studies and are named beside
each score in ``instruments``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from assessments.scoring.instruments import lsd_quality
from assessments.scoring.rounding import EXACT, round_half_up

BETTER, WORSE, NOT_MEANINGFUL = "MEANINGFUL_BETTER", "MEANINGFUL_WORSE", "NOT_MEANINGFUL"
QUALITY = ("POOR", "MODERATE", "GOOD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How one instrument is judged: by ``least`` points in its better direction."""

    least: Decimal | None  # None: shown, never judged
    higher_is_better: bool
    source: str


CHANGES: Mapping[str, Change] = MappingProxyType(
    {
        "akps": Change(least=Decimal(10), higher_is_better=True, source="CROS04 [V]"),
        "koos_pf": Change(least=Decimal("16.4"), higher_is_better=True, source="KOOSPF18 [V]"),
        # worst pain of the last 7 days, 2 points: CROS04 on a 10 cm scale
        "nprs": Change(least=Decimal(2), higher_is_better=False, source="CROS04 [V]"),
        "psfs": Change(least=Decimal("2.3"), higher_is_better=True, source="ABB14 [V]"),
        "lefs": Change(least=Decimal(9), higher_is_better=True, source="LEFSDOC [V]"),
        "tsk11": Change(least=None, higher_is_better=False, source="TSKDOC [V]"),
    }
)
STEP_DOWN = "lsd"


def change_flag(
    instrument: str, baseline: Decimal | int | None, now: Decimal | int | None
) -> str | None:
    """Return MEANINGFUL_BETTER, MEANINGFUL_WORSE or NOT_MEANINGFUL.

    instrument  akps, koos_pf, nprs (worst pain of the last 7 days), psfs, lefs, tsk11, or lsd
                (the step-down total, judged by its quality band)
    baseline    the score then, as ``instruments`` returns it
    now         the score now

    The rounded difference is compared with >=, the same size both ways. None when a score is
    missing, and for TSK-11, which is shown and not judged.

    Raises ValueError for anything that is not an outcome (the FPI, Wells).
    """
    if instrument != STEP_DOWN and instrument not in CHANGES:
        raise ValueError(f"{instrument} is not an outcome instrument")
    if baseline is None or now is None:
        return None
    if instrument == STEP_DOWN:
        return _judged(_quality_rank(now) - _quality_rank(baseline), Decimal(1))
    change = CHANGES[instrument]
    if change.least is None:
        return None
    gain = round_half_up(EXACT.subtract(Decimal(now), Decimal(baseline)), 1)
    return _judged(gain if change.higher_is_better else -gain, change.least)


def _judged(gain: Decimal | int, least: Decimal) -> str:
    if gain >= least:
        return BETTER
    return WORSE if gain <= -least else NOT_MEANINGFUL


def _quality_rank(total: Decimal | int) -> int:
    return QUALITY.index(lsd_quality(int(total)) or "")
