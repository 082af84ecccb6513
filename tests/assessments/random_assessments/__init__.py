"""Random assessments that sit on the lines of the clinical specification.

Every assessment respects the hard limits and the cross-field rules (A13), so it must
be accepted; values crowd around each threshold, findings are absent, null or
not_tested, and one side may be missing. The same seed always gives the same mapping.
"""

import random

from tests.assessments.random_assessments.changes import CHANGES
from tests.assessments.random_assessments.draw import Draw, thin_out
from tests.assessments.random_assessments.groups import (
    heel_raises,
    instruments,
    pain,
    person,
    running,
    sides,
    strength,
    structures,
)
from tests.assessments.random_assessments.lines import PLAIN, REQUIRED, SIDED, YES_NO

__all__ = ["random_assessment"]


def random_assessment(seed: int) -> dict:
    """Return one valid assessment: field ids of the data dictionary to values."""
    rng = random.Random(seed)
    draw = Draw(rng, rng.choice([0.01, 0.05, 0.15, 0.3, 0.6]), rng.choice([0.02, 0.15, 0.4, 0.8]))
    chart = {
        **dict.fromkeys(YES_NO, "no"),
        **{field: draw.near(*values) for field, values in PLAIN.items()},
        **{field: sides(draw, field) for field in SIDED},
        **person(draw),
        **pain(draw),
        **running(draw),
        **instruments(draw),
    }
    chart |= strength(draw, chart) | heel_raises(draw, chart) | structures(draw)
    thin_out(draw, chart, keep=[*REQUIRED, *YES_NO])
    rng.choices(list(CHANGES), weights=list(CHANGES.values()))[0](draw, chart)
    return chart
