"""The front desk's diary: visits, patients, people and their hours, services, call-backs, lists."""

from bookings.admin import (
    affected,
    callbacks,
    clinician_calls,
    feeds,
    groups,
    hours,
    illness,
    other_times,
    packages,
    patients,
    practitioners,
    series,
    services,
    visits,
    waiting,
)

__all__ = [
    "affected",
    "callbacks",
    "clinician_calls",
    "feeds",
    "groups",
    "hours",
    "illness",
    "other_times",
    "packages",
    "patients",
    "practitioners",
    "series",
    "services",
    "visits",
    "waiting",
]
