"""What search engines read of a page: schema.org data as JSON-LD.

It stands in a data block, ``<script type="application/ld+json">``, which browsers never run and
the content policy therefore does not concern. Only what the page itself shows is said.
"""

import json
import re
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.urls import reverse

from clinic import practice
from clinic.models import Location, Practitioner

CONTEXT = "https://schema.org"
# What could end the block, or begin another one, is written as JSON's own escapes.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

Data = Mapping[str, object]


def as_text(*things: Data) -> str:
    """Return things as the content of one data block, safe between the tags of a script.

    A template writes it with ``autoescape off``: entities would not be read in there.
    """
    told = {"@context": CONTEXT, "@graph": [_without_blanks(thing) for thing in things]}
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).translate(_ESCAPES)


def address(name: str, *args: str) -> str:
    """Return the full address of one of our pages."""
    return settings.SITE_URL + reverse(name, args=args)


def clinic_id(location: Location) -> str:
    """Return the id under which the clinic at a place is known in the data of every page."""
    return f"{address('home')}#{location.slug}"


def clinic_at(location: Location, hours: Sequence[Data] = ()) -> Data:
    """Return the clinic at one place. ``hours``: opening hours on the clock of that place."""
    ours = practice.current()
    return {
        "@type": ["MedicalBusiness", "Physiotherapy"],
        "@id": clinic_id(location),
        "name": f"{ours.name}, {location.name}",
        "description": ours.tagline,
        "url": address("home"),
        "telephone": str(location.phone or ours.phone or ""),
        "email": ours.email,
        "logo": address("brand-logo") if ours.logo else "",
        "medicalSpecialty": "https://schema.org/Physiotherapy",
        "address": postal_address(location),
        "openingHoursSpecification": list(hours),
        "parentOrganization": {"@type": "Organization", "name": ours.name, "url": address("home")},
    }


def postal_address(location: Location) -> Data:
    """Return an address: its last line is the town, with the province where it repeats it."""
    lines = [line.strip() for line in location.address.splitlines() if line.strip()]
    if len(lines) == 1:
        street, _, town = lines[0].rpartition(",")
        lines = [street, town.strip()] if street else lines
    street, town = (", ".join(lines[:-1]), lines[-1]) if len(lines) > 1 else (lines[0], "")
    if location.region:
        town = re.sub(rf",?\s+{re.escape(location.region)}$", "", town)
    return {
        "@type": "PostalAddress",
        "streetAddress": street,
        "addressLocality": town,
        "addressRegion": location.region,
        "addressCountry": location.country,
    }


def person(practitioner: Practitioner) -> Data:
    """Return a practitioner as their page shows them."""
    number = practitioner.registration_number
    return {
        "@type": "Person",
        "@id": address("team-member", practitioner.slug),
        "name": practitioner.name,
        "jobTitle": practitioner.title or practitioner.get_discipline_display(),
        "description": practitioner.bio,
        "knowsLanguage": list(practitioner.languages),
        "knowsAbout": practitioner.interests,
        "url": address("team-member", practitioner.slug),
        "worksFor": {
            "@type": "Organization",
            "name": practice.current().name,
            "url": address("home"),
        },
        "identifier": {
            "@type": "PropertyValue",
            "name": practitioner.registration_body,
            "value": number,
        }
        if number
        else "",
    }


def questions(asked: Sequence[tuple[str, str]]) -> Data:
    """Return questions with their answers, as a page shows them."""
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question,
                "acceptedAnswer": {"@type": "Answer", "text": answer},
            }
            for question, answer in asked
        ],
    }


def _without_blanks(thing: Data) -> Data:
    """Leave out what the clinic has not filled in."""
    return {name: value for name, value in thing.items() if value not in ("", [], None)}
