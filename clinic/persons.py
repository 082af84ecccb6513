"""One person, several records: a duplicate points to the record that survived, and reads follow.

A merge moves no clinical row. Whatever is asked for a patient is therefore asked for everything
that was merged into them as well; a duplicate's own id leads to the one that survived.
"""

from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from clinic.models import Patient


def theirs(patient: Patient, field: str = "patient") -> Q:
    """Return the condition that a row belongs to the person behind this record.

    By a list of ids, not by a joined column: the index on whose row it is then finds the rows,
    where an "or" across two tables reads every row there is.
    """
    root = patient.merged_into_id or patient.pk
    records = Patient.objects.filter(Q(pk=root) | Q(merged_into=root))
    return Q(**{f"{field}__in": records.values("pk")})


def of_any(patients: QuerySet[Patient], field: str = "patient") -> Q:
    """Return the condition that a row is one of these patients', duplicates included."""
    ids = patients.values("pk")
    records = Patient.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    return Q(**{f"{field}__in": records.values("pk")})


def known_as(patient_id: UUID) -> Q:
    """Return the condition that a patient has this id, or survived a record that has."""
    return Q(pk=patient_id) | Q(duplicates=patient_id)


def records_of(patient_id: UUID) -> QuerySet:
    """Return all records of one person, whichever of them is named, for use inside a query."""
    into = Patient.objects.filter(pk=patient_id).values("merged_into")
    root = Coalesce(Subquery(into), Value(patient_id, output_field=models.UUIDField()))
    return Patient.objects.filter(Q(pk=root) | Q(merged_into=root)).values("pk")
