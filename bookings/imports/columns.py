"""Which column of a file is what: guessed from its title, corrected by people."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Field:
    """Something a row may say. ``titles`` are what other systems call it, in small letters."""

    name: str
    label: Any
    titles: tuple[str, ...]
    required: bool = False


FIRST_NAME = Field(
    "first_name", _("first name"),
    ("first name", "firstname", "given name", "forename", "prenom", "vorname",
     "patient first name"),
    required=True,
)  # fmt: skip
LAST_NAME = Field(
    "last_name", _("last name"),
    ("last name", "lastname", "surname", "family name", "nom", "nachname", "patient last name"),
    required=True,
)  # fmt: skip
BORN = Field(
    "date_of_birth", _("date of birth"),
    ("date of birth", "dob", "d o b", "birth date", "birthdate",
     "birthday", "born", "date de naissance",
     "geburtsdatum", "patient dob"),
)  # fmt: skip
EMAIL = Field(
    "email",
    _("e-mail"),
    ("email", "e mail", "email address", "e mail address", "courriel", "patient email"),
)
PHONE = Field(
    "phone", _("phone"),
    ("phone", "mobile", "mobile phone", "cell", "cell phone", "telephone", "phone number",
     "home phone", "telefon", "patient phone"),
)  # fmt: skip
PATIENT_FIELDS = (
    FIRST_NAME, LAST_NAME, BORN, EMAIL, PHONE,
    Field("address", _("address"), ("address", "street", "street address", "adresse")),
    Field("language", _("language"), ("language", "preferred language", "langue", "sprache")),
)  # fmt: skip
VISIT_FIELDS = (
    FIRST_NAME, LAST_NAME, BORN, EMAIL, PHONE,
    Field(
        "day", _("day"), ("date", "day", "appointment date", "start date", "visit date", "datum"),
        required=True,
    ),
    Field(
        "time", _("time"),
        ("time", "start time", "start", "appointment time", "from", "uhrzeit", "heure"),
        required=True,
    ),
    Field("minutes", _("length in minutes"), ("minutes", "duration", "length", "duration min")),
    Field(
        "practitioner", _("practitioner"),
        ("practitioner", "provider", "therapist", "physio", "physiotherapist", "clinician",
         "staff"),
        required=True,
    ),
    Field(
        "service", _("service"),
        ("service", "appointment type", "type", "treatment", "visit type", "leistung"),
        required=True,
    ),
    Field("location", _("place"), ("location", "place", "clinic", "site", "branch", "standort")),
    Field("state", _("state"), ("status", "state", "appointment status", "outcome")),
)  # fmt: skip


def fields_of(kind: str) -> tuple[Field, ...]:
    return PATIENT_FIELDS if kind == "patients" else VISIT_FIELDS


def guess(header: Sequence[str], kind: str) -> dict[str, int]:
    """Return the column of each field whose title is known, by the field's name; each once."""
    plain = [bare(title) for title in header]
    found: dict[str, int] = {}
    for field in fields_of(kind):
        names = (bare(field.name), *field.titles)
        for title in names:
            place = next(
                (n for n, known in enumerate(plain) if known == title and n not in found.values()),
                None,
            )
            if place is not None:
                found[field.name] = place
                break
    return found


def bare(title: str) -> str:
    """Return a title without capitals, accents and signs: "E-Mail_Address" is "e mail address"."""
    letters = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.split(r"[^a-z0-9]+", letters)).strip()
