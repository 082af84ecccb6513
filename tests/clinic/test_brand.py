"""Any brand colour the clinic may choose stays readable, on light screens and on dark ones."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clinic import brand
from clinic.contrast import contrast_ratio
from clinic.models.places import READABLE, WHITE
from tests.factories import PracticeFactory

STYLES = Path(settings.BASE_DIR) / "clinic/static/stepdown"
OWN = "#0f5257"
colours = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
allowed = colours.filter(lambda colour: contrast_ratio(colour, WHITE) >= READABLE)


@given(allowed)
def test_the_brand_is_readable_by_day(colour):
    light = brand.light(colour)
    assert contrast_ratio(light["on-brand"], light["brand"]) >= 4.5
    assert contrast_ratio(light["on-brand"], light["brand-strong"]) >= 4.5
    for ground in (brand.LIGHT_SUNKEN, brand.LIGHT_SURFACE, light["brand-soft"]):
        assert contrast_ratio(light["brand-text"], ground) >= 4.5


@given(allowed)
def test_the_brand_is_readable_by_night(colour):
    dark = brand.dark(colour)
    assert contrast_ratio(dark["on-brand"], dark["brand"]) >= 4.5
    assert contrast_ratio(dark["on-brand"], dark["brand-strong"]) >= 4.5
    for ground in (brand.DARK_SUNKEN, brand.DARK_SURFACE, dark["brand-soft"]):
        assert contrast_ratio(dark["brand-text"], ground) >= 4.5


def tokens():
    """The variables of tokens.css, for light and for dark screens."""
    text = (STYLES / "tokens.css").read_text()
    light, dark = text.split("@media (prefers-color-scheme: dark)", 1)
    return [dict(re.findall(r"--sd-([\w-]+): (#[0-9a-f]{6})", part)) for part in (light, dark)]


def test_the_tokens_and_the_code_agree():
    light, dark = tokens()
    assert light.items() >= brand.light(OWN).items()
    assert dark.items() >= brand.dark(OWN).items()
    assert (light["surface"], light["sunken"]) == (brand.LIGHT_SURFACE, brand.LIGHT_SUNKEN)
    assert (dark["surface"], dark["sunken"]) == (brand.DARK_SURFACE, brand.DARK_SUNKEN)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds", "ratio"),
    [
        ("ink", ["ground", "surface", "sunken", "brand-soft", "attention-soft", "flag-soft"], 4.5),
        ("ink-soft", ["ground", "surface", "sunken"], 4.5),
        ("attention", ["ground", "surface", "attention-soft"], 4.5),
        ("flag", ["ground", "surface", "flag-soft"], 4.5),
        ("line-strong", ["ground", "surface", "sunken"], 3),  # edges of controls: WCAG 1.4.11
        ("focus", ["ground", "surface", "sunken"], 3),
        ("flag-line", ["ground", "surface"], 3),
        ("attention-line", ["surface"], 3),
    ],
)
def test_the_tokens_are_readable(scheme, text, grounds, ratio):
    colours = tokens()[scheme]
    for ground in grounds:
        assert contrast_ratio(colours[text], colours[ground]) >= ratio, ground


@pytest.mark.django_db
def test_the_brand_sheet_carries_the_clinics_colour_and_may_be_kept(client):
    PracticeFactory(colour="#7A1F5C")

    response = client.get("/brand.css?7A1F5C")

    assert response["Content-Type"] == "text/css"
    assert response["Cache-Control"] == "public, max-age=86400"
    assert "--sd-brand: #7a1f5c;" in response.text
    assert response.text.count("{") == response.text.count("}")


@pytest.mark.django_db
def test_pages_ask_for_the_sheet_of_the_present_colour(client):
    PracticeFactory(colour="#7a1f5c")

    assert 'href="/brand.css?7a1f5c"' in client.get("/team/").text


@pytest.mark.django_db
def test_the_icon_is_an_icon(client):
    PracticeFactory(colour="#7a1f5c")

    response = client.get("/favicon.ico")

    with Image.open(BytesIO(response.content), formats=["ICO"]) as icon:
        assert icon.size == (48, 48)
        assert icon.convert("RGB").getpixel((24, 5)) == (0x7A, 0x1F, 0x5C)


def test_only_red_flags_are_red():
    """No style sheet of ours names a colour outside the tokens."""
    for sheet in STYLES.glob("*.css"):
        if sheet.name == "tokens.css":
            continue
        named = set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", sheet.read_text()))
        assert named <= {"#fff", "#000", "#333", "#999"}, sheet.name  # paper, and a QR code
