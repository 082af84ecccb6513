"""Data for search engines: true, and never able to end the block it stands in."""

import json
import re

import pytest

from clinic import structured
from tests.factories import LocationFactory, PracticeFactory, PractitionerFactory

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def told(response) -> list[dict]:
    """What the one data block of a page says."""
    [block] = BLOCK.findall(response.text)
    data = json.loads(block)
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!-- <script>", "a & b", "\u2028", 'say "x" \\']
)
def test_nothing_typed_can_end_the_block(text):
    written = structured.as_text({"@type": "Thing", "name": text})

    assert not set(written) & set("<>&\u2028")
    assert json.loads(written)["@graph"][0]["name"] == text


@pytest.mark.parametrize(
    ("written", "region", "street", "town"),
    [
        ("12 Example Street SW\nCalgary AB", "AB", "12 Example Street SW", "Calgary"),
        ("Unit 4\n7 Sample Quay\nHalifax, NS", "NS", "Unit 4, 7 Sample Quay", "Halifax"),
        ("1 Larch Street, Exampleville", "", "1 Larch Street", "Exampleville"),
        ("The old mill", "AB", "The old mill", ""),
    ],
)
def test_an_address_names_street_and_town(written, region, street, town):
    place = LocationFactory(address=written, region=region, country="CA")

    assert structured.postal_address(place) == {
        "@type": "PostalAddress",
        "streetAddress": street,
        "addressLocality": town,
        "addressRegion": region,
        "addressCountry": "CA",
    }


def test_what_is_blank_is_left_out():
    PracticeFactory(tagline="")
    bare = PractitionerFactory(bio="", interests="", languages=[])

    [clinic, person] = json.loads(
        structured.as_text(structured.clinic_at(LocationFactory()), structured.person(bare))
    )["@graph"]

    assert {"description", "logo", "openingHoursSpecification"}.isdisjoint(clinic)
    assert {"description", "knowsAbout", "knowsLanguage", "identifier"}.isdisjoint(person)
    assert clinic["name"].startswith("Larchwood Physiotherapy, Place")
