"""Letters on paper, with the clinic's letterhead, laid out by typst as a tagged PDF (PDF/UA-1).

What is printed is plain data, put together once: of a finished letter it is kept, so that neither
a new logo nor a new address nor another language changes it. It travels to the layout as data,
never as markup, so that a name like ``#[evil`` prints as it is.
"""

import base64
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from assessments.models import Assessment, Letter
from assessments.where import place_of
from bookings.money.papers import ON_LETTER
from clinic import practice
from clinic.models import Location, Patient, Practitioner
from clinic.paper import set_paper

TEMPLATE = Path(__file__).parent.parent / "typst" / "letter.typ"
LOGO = (900, 300)  # most pixels: 75 mm across at print size
Facts = Mapping[str, Any]


def letter_pdf(facts: Facts) -> bytes:
    """Return the PDF of a letter; the same facts give the same bytes."""
    return set_paper(_template(), facts)


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def letter_facts(letter: Letter, signer: Practitioner, on: date, *, final: bool) -> dict[str, Any]:
    """Return everything a letter prints.

    signer  whose name stands under it     on  the day of the letter
    final   without the word "Draft" across its head
    """
    patient = letter.assessment.episode.patient.survivor
    return {
        **letterhead(letter.assessment, on),
        "draft": "" if final else _("Draft, not to be sent"),
        "to": [letter.to_name, *letter.to_address.splitlines()],
        "about": [[_("Patient"), str(patient)], *_born(patient)],
        "title": letter.subject,
        "sections": [
            {"heading": each["heading"], "blocks": blocks_of(each["text"])}
            for each in letter.sections
            if each["text"].strip()
        ],
        "signed": [signer.name, *_standing(signer)],
    }


def letterhead(assessment: Assessment, on: date) -> dict[str, Any]:
    """Return what stands at the head and foot of every page of ours, and how it is set."""
    clinic, place = practice.current(), place_of(assessment)
    phone = place.phone if place is not None and place.phone else clinic.phone
    return {
        "lang": translation.get_language() or "en",
        "paper": "us-letter" if place is None or place.country in ON_LETTER else "a4",
        "day": formats.date_format(on, "j F Y"),
        "dated": [on.year, on.month, on.day],
        "clinic": clinic.name,
        "place": _place(clinic.name, place),
        "contact": [each for each in (phone.as_national if phone else "", clinic.email) if each],
        "colour": clinic.colour,
        "logo": logo(),
        "page": _("Page"),
        "title": "", "draft": "", "to": [], "about": [], "sections": [], "signed": [],
    }  # fmt: skip


def logo() -> str:
    """Return the clinic's logo as a small drawing (SVG around a PNG); empty where there is none.

    Kept with every finished letter, so it is made small first.
    """
    file = practice.current().logo
    if not file.name or not file.storage.exists(file.name):
        return ""
    try:
        with file.storage.open(file.name) as opened, Image.open(opened) as image:
            image.thumbnail(LOGO)
            width, height = image.size
            small = BytesIO()
            image.convert("RGBA").save(small, format="PNG", optimize=True)
    except (UnidentifiedImageError, OSError):
        return ""
    data = base64.b64encode(small.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )


def blocks_of(text: str) -> list[dict[str, Any]]:
    """Return a section's text as paragraphs and lists: "- " at a line's start makes an item."""
    blocks: list[dict[str, Any]] = []
    for line in (each.strip() for each in text.splitlines()):
        kind = "list" if line.startswith("- ") else "text"
        said = line.removeprefix("- ")
        if not line:
            blocks.append({"kind": "gap", "lines": []})
        elif blocks and blocks[-1]["kind"] == kind:
            blocks[-1]["lines"].append(said)
        else:
            blocks.append({"kind": kind, "lines": [said]})
    return [each for each in blocks if each["lines"]]


def _place(clinic: str, place: Location | None) -> list[str]:
    if place is None:
        return []
    named = [] if place.name == clinic else [place.name]
    return [*named, *place.address.splitlines()]


def _born(patient: Patient) -> Iterable[list[str]]:
    if patient.date_of_birth:
        yield [_("Born"), formats.date_format(patient.date_of_birth, "j F Y")]


def _standing(signer: Practitioner) -> list[str]:
    """Return title and registration, as they stand under a signature."""
    title = signer.title or str(signer.get_discipline_display())
    if not signer.registration_number:
        return [title]
    number = _("registration number %(number)s") % {"number": signer.registration_number}
    return [title, f"{signer.registration_body}, {number}".removeprefix(", ")]
