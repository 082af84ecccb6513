"""One patient's timeline: everything that happened, of every kind, in one list by date.

A kind is one function that reads its newest rows, registered with ``register``; what it draws is
its template. Only reads.
"""

from assessments.timeline.pages import Page, page_of, whole_of
from assessments.timeline.registry import Entry, Kind, Reader, kinds_for, register

__all__ = [
    "Entry",
    "Kind",
    "Page",
    "Reader",
    "kinds_for",
    "page_of",
    "register",
    "whole_of",
]
