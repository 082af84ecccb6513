"""Keep the words beside the findings. Called by ``save_values``, which holds the lock."""

from collections.abc import Iterable, Mapping

from assessments.findings import Fault
from assessments.findings.faults import InputError
from assessments.findings.leaf import read_text
from assessments.findings.remarks import REMARKS
from assessments.models import Assessment, Remark
from assessments.screen.entries import Entry

Words = Mapping[str, str]


def remarks_of(assessment: Assessment) -> Words:
    """Return the words of an assessment by the name of their place."""
    return dict(assessment.remarks.values_list("name", "text"))


def read_remarks(entries: Iterable[Entry]) -> tuple[dict[str, str], list[Fault]]:
    """Return the words that can be kept, "" for those taken away, and what is refused."""
    words: dict[str, str] = {}
    faults: list[Fault] = []
    for entry in entries:
        try:
            words[entry.field] = _read(entry)
        except InputError as error:
            faults.append(error.at(entry.field, entry.side))
    return words, faults


def write_remarks(assessment: Assessment, held: Words, wanted: Words) -> list[tuple[str, str]]:
    """Make the rows say what ``wanted`` says and name those that changed."""
    changed = [name for name, text in wanted.items() if held.get(name, "") != text]
    for name in changed:
        if wanted[name]:
            Remark.objects.update_or_create(
                assessment=assessment, name=name, defaults={"text": wanted[name]}
            )
        else:
            assessment.remarks.filter(name=name).delete()
    return [(name, "") for name in changed]


def _read(entry: Entry) -> str:
    if entry.value is None:
        return ""
    return read_text(entry.value, REMARKS[entry.field].longest) or ""
