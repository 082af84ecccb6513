"""A second reading of the clinical specification, to hold the rules engine against.

It was written from the specification's text alone and shares no code with
``assessments``: no library files, no thresholds, no findings. Every number stands
in the sentence it belongs to, and the sections follow the specification's order.
It is not used by the product, explains nothing and validates nothing.
"""

from tests.assessments.oracle.chart import Chart, read
from tests.assessments.oracle.classification import classification
from tests.assessments.oracle.gate import diagnosis_support, gate, plan_status
from tests.assessments.oracle.metrics import metrics
from tests.assessments.oracle.plan import plan
from tests.assessments.oracle.prognosis import prognosis

__all__ = ["result"]


def result(raw: dict) -> dict:
    """Return the result object of specification D9 for one valid assessment.

    raw  field ids of the data dictionary to values, as in a case file; must
         already respect the hard limits and A13

    Numbers come back as Decimal. Nothing is raised for valid input.
    """
    chart = read(raw)
    numbers = metrics(chart)
    support = diagnosis_support(chart)
    outcome = gate(chart, numbers)
    status = plan_status(outcome["level"], support)
    drafted = status in ("DRAFT", "DRAFT_WITH_CAUTION")
    return {
        "metrics": numbers,
        "gate": outcome,
        "plan_status": status,
        "dx_support": support,
        **(drafted_parts(chart, numbers) if drafted else NOTHING_DRAFTED),
    }


NOTHING_DRAFTED = {"classification": None, "plan": None, "prognosis": None}


def drafted_parts(chart: Chart, numbers: dict) -> dict:
    """The three parts that C step 5 leaves null unless a draft is made."""
    found = classification(chart, numbers)
    return {
        "classification": found,
        "plan": plan(chart, numbers, found),
        "prognosis": prognosis(chart, numbers, found),
    }
