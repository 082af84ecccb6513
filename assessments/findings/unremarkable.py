"""What "all other normal" enters, and what it leaves alone."""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.findings.dictionary import FIELDS, fields_of
from assessments.findings.field import Field

# What "all other normal" enters: findings of an examination whose unremarkable result is one
# definite answer. Never a measurement (nobody measured it), never a pain score (no pain is a
# score, not the want of one), never a red-flag answer.
UNREMARKABLE: Mapping[str, object] = MappingProxyType(
    {
        "gait_walking": "normal",
        "standing_alignment": "neutral",
        "effusion": "0",
        "warmth": False,
        "crepitus": "none",
        "tenderness_sites": (),
        "patellar_tilt": "normal",
        "patellar_apprehension": "negative",
        "ober": "negative",
        "piriformis_tight": "none",
        "hip_abd_mmt": 5,
        "hip_er_mmt": 5,
        "hip_ext_mmt": 5,
        "knee_ext_mmt": 5,
        "knee_flex_mmt": 5,
        "lsd": MappingProxyType(dict.fromkeys(FIELDS["lsd"].part_ids, 0)),
        "sls_rating": "good",
        "overstride": "none",
        "knee_valgus_run": "none",
    }
)

# A manual grade counts only where no force is recorded, so it is not asked for beside one.
INSTEAD_OF: Mapping[str, str] = MappingProxyType(
    {
        f"{muscle}_mmt": f"{muscle}_force_n"
        for muscle in ("hip_abd", "hip_er", "hip_ext", "knee_ext", "knee_flex")
    }
)


def unremarkable_of(section: str) -> tuple[Field, ...]:
    """Return the findings of a section that "all other normal" may fill in."""
    return tuple(field for field in fields_of(section) if field.id in UNREMARKABLE)
