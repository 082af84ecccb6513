"""The data dictionary, what an assessment knows, and how untrusted input is read into it.

Pure: no Django, no clock. Forms, chart, storage, import, scores and rules all read it here.
Adding a finding is one entry in the module of its section.
"""

from assessments.findings.across import check_across, limit_warnings
from assessments.findings.dictionary import FIELDS, SECTIONS, fields_of
from assessments.findings.faults import Fault, RefusedError
from assessments.findings.field import NOT_TESTED, SIDES, Asked, Field, Part, Span
from assessments.findings.parsing import Parsed, parse
from assessments.findings.reading import parse_part, parse_value
from assessments.findings.record import Findings
from assessments.findings.reported import REPORTED
from assessments.findings.rows import Row, flatten, unflatten

__all__ = [
    "FIELDS",
    "NOT_TESTED",
    "REPORTED",
    "SECTIONS",
    "SIDES",
    "Asked",
    "Fault",
    "Field",
    "Findings",
    "Parsed",
    "Part",
    "RefusedError",
    "Row",
    "Span",
    "check_across",
    "fields_of",
    "flatten",
    "limit_warnings",
    "parse",
    "parse_part",
    "parse_value",
    "unflatten",
]
