"""One person's record, read at once. The number of queries is that of the tables, not of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from assessments.models import ExercisePhoto, IntakeFile, Still
from assessments.subject.coverage import SOURCES
from assessments.subject.of_charts import still_name
from assessments.subject.of_plans import photo_name
from assessments.subject.of_visits import file_name
from assessments.subject.sources import Source
from clinic import practice, uploads
from clinic.models import Patient
from clinic.persons import records_of
from clinic.sheets import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that is told of one person, as rows; ``made_at`` is when it was read."""

    patient: Patient
    made_at: datetime
    zone: ZoneInfo
    rows: Mapping[str, Sequence[Any]]  # by the name of a source

    def lines(self, source: Source, *, paper: bool = False) -> list[list[Cell]]:
        """Return a table's lines of cells."""
        return [source.cells(row, self.zone, paper=paper) for row in self.rows[source.name]]

    def files(self) -> list[tuple[str, IntakeFile | Still | ExercisePhoto]]:
        """Return what was uploaded and is still in the store, with its name in the ZIP."""
        store = uploads.clinical_files()
        named: list[tuple[str, IntakeFile | Still | ExercisePhoto]] = [
            *((file_name(one), one) for one in self.rows["files"]),
            *((still_name(one), one) for one in self.rows["photographs"]),
            *((photo_name(one), one) for one in self.rows["exercise_photos"]),
        ]
        return [(name, one) for name, one in named if store.exists(one.name)]


def read_record(patient: Patient, now: datetime) -> Record:
    """Return the record of the person behind this patient, duplicates included."""
    ids = list(records_of(patient.pk).values_list("pk", flat=True))
    return Record(
        patient=patient.survivor,
        made_at=now,
        zone=practice.current().tz,
        rows={source.name: list(source.rows(ids)) for source in SOURCES},
    )
