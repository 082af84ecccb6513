"""The names the rules answer to: a rulebook must have an entry for each, and no other."""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.rules.cautions import CAUTIONS, OVERRIDE_USED
from assessments.rules.conditions import CONDITIONS, EXCLUSIONS
from assessments.rules.contributors_mobility import CONTRIBUTORS
from assessments.rules.flags import FLAGS
from assessments.rules.prognosis import BANDS, EVERYTHING_ELSE

FLAG_IDS = frozenset(FLAGS)
CAUTION_IDS = frozenset({*CAUTIONS, OVERRIDE_USED})
CONTRIBUTOR_IDS = frozenset(CONTRIBUTORS)
CONDITION_IDS = frozenset(CONDITIONS)
BAND_IDS = frozenset({*BANDS, EVERYTHING_ELSE})
EXCLUSION_REASONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {block: tuple(reasons) for block, reasons in EXCLUSIONS.items()}
)
