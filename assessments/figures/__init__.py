"""Drawings of the exercises, made from a small description of poses.

Pure: no Django, no clock. A figure is data of the library (``library/v1/figures.yaml``); here it
becomes a skeleton, a strip of key poses as SVG, and words. ``docs/figures.md`` explains the data.
"""

from assessments.figures.entries import Arm, Arrow, Figure, Leg, Pose, Prop
from assessments.figures.faults import figure_faults
from assessments.figures.strip import Strip, strip_of
from assessments.figures.svg import PAGE, PAPER, drawing
from assessments.figures.words import words

__all__ = [
    "PAGE",
    "PAPER",
    "Arm",
    "Arrow",
    "Figure",
    "Leg",
    "Pose",
    "Prop",
    "Strip",
    "drawing",
    "figure_faults",
    "strip_of",
    "words",
]
