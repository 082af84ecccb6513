"""The random source of one assessment, and the three ways of not recording something."""

import random
from dataclasses import dataclass

UNRECORDED = ["absent", None, "not_tested"]


@dataclass
class Draw:
    """Random choices for one assessment.

    harm  how often a finding is taken from the side of its line that fires a rule, 0-1
    thin  how often a finding is left out, 0-1
    """

    rng: random.Random
    harm: float
    thin: float

    def chance(self, probability: float) -> bool:
        """Return whether something of this probability happens."""
        return self.rng.random() < probability

    def one(self, choices: list) -> object:
        """Return one of the choices."""
        return self.rng.choice(choices)

    def near(self, clear: list, harmful: list) -> object:
        """Return a value from either side of a line."""
        return self.one(harmful) if harmful and self.chance(self.harm) else self.one(clear)


def leave_out(draw: Draw, values: dict, key: str, ways: list = UNRECORDED) -> None:
    """Drop ``key``, or store it as null or not_tested."""
    way = draw.one(ways)
    if way == "absent":
        values.pop(key, None)
    else:
        values[key] = way


def thin_out(draw: Draw, chart: dict, keep: list[str]) -> None:
    """Leave out findings, whole or on one side, but none of ``keep``."""
    for field, value in list(chart.items()):
        if field in keep or not draw.chance(draw.thin):
            continue
        if isinstance(value, dict) and set(value) == {"L", "R"} and draw.chance(0.6):
            leave_out(draw, value, draw.one(["L", "R"]))
        else:
            leave_out(draw, chart, field)
