"""The clinic's one colour turned into a readable set for light and dark screens, and an icon.

Pure: a colour goes in, colours or a picture come out. The grounds are those of
``stepdown/tokens.css``; a test holds the two together.
"""

import colorsys
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from clinic.contrast import contrast_ratio

READABLE = 4.5  # WCAG 2.2, criterion 1.4.3 (level AA)
COMFORTABLE = 5.5  # thin light text on a dark ground blurs, so it gets more
LOUDEST = 0.4  # saturation of the brand at night
WHITE, BLACK, NIGHT = "#ffffff", "#000000", "#101414"
LIGHT_SURFACE, LIGHT_SUNKEN = "#fffdfa", "#ece7dd"
DARK_SURFACE, DARK_SUNKEN = "#201f1c", "#2b2925"
ICON = 64  # pixels of the icon's drawing
PICTURES = (192, 512)  # pixels of the icons for a home screen


def mix(first: str, second: str, share: float) -> str:
    """Return ``first`` with ``share`` (0 to 1) of ``second`` in it; all written as #rrggbb."""
    parts = (
        round(int(first[i : i + 2], 16) * (1 - share) + int(second[i : i + 2], 16) * share)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def readable(colour: str, towards: str, grounds: tuple[str, ...], ratio: float = READABLE) -> str:
    """Return ``colour`` moved ``towards`` another, until it can be read on ``grounds``."""
    for step in range(51):
        moved = mix(colour, towards, step / 50)
        if all(contrast_ratio(moved, ground) >= ratio for ground in grounds):
            return moved
    return towards


def glowing(colour: str) -> str:
    """Return the hue of ``colour`` as a light screen colour would show it, not too loud."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    parts = colorsys.hls_to_rgb(hue, max(lightness, 0.5), min(saturation, LOUDEST))
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def light(colour: str) -> dict[str, str]:
    """Return the brand variables for light screens. White must be readable on ``colour``."""
    soft = mix(LIGHT_SURFACE, colour, 0.12)
    return {
        "brand": colour,
        "on-brand": WHITE,
        "brand-strong": mix(colour, BLACK, 0.25),
        "brand-text": readable(colour, BLACK, (LIGHT_SUNKEN, soft)),
        "brand-soft": soft,
        "brand-line": mix(LIGHT_SURFACE, colour, 0.38),
    }


def dark(colour: str) -> dict[str, str]:
    """Return the brand variables for dark screens: the same hue, light enough to read."""
    soft = mix(DARK_SURFACE, colour, 0.3)
    bright = readable(glowing(colour), WHITE, (DARK_SUNKEN, soft), COMFORTABLE)
    return {
        "brand": bright,
        "on-brand": NIGHT,
        "brand-strong": mix(bright, WHITE, 0.25),
        "brand-text": bright,
        "brand-soft": soft,
        "brand-line": mix(DARK_SURFACE, bright, 0.4),
    }


def stylesheet(colour: str) -> str:
    """Return the style sheet that puts ``colour`` (#rrggbb) over the tokens' own brand."""

    def rule(variables: dict[str, str]) -> str:
        return ":root {" + " ".join(f"--sd-{name}: {value};" for name, value in variables.items())

    colour = colour.lower()
    return (
        f"{rule(light(colour))}}}\n"
        f"@media (prefers-color-scheme: dark) {{ {rule(dark(colour))}}} }}\n"
    )


def _steps(colour: str, size: int, radius: int) -> Image.Image:
    """Draw three white steps on a square of ``colour``, ``size`` pixels wide."""
    image = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(image)
    edge = size / ICON
    draw.rounded_rectangle((0, 0, size - 1, size - 1), radius=radius * edge, fill=colour)
    for left, top in ((12, 16), (26, 30), (40, 44)):
        draw.rectangle([n * edge for n in (left, top, left + 12, 50)], fill="white")
    return image


@lru_cache(maxsize=4)
def icon(colour: str) -> bytes:
    """Return the .ico file: a rounded square of ``colour`` with three white steps."""
    file = BytesIO()
    _steps(colour, ICON, 14).save(file, format="ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return file.getvalue()


@lru_cache(maxsize=8)
def picture(colour: str, size: int) -> bytes:
    """Return the icon as a PNG for a home screen, filled to its edges: phones cut it themselves."""
    file = BytesIO()
    _steps(colour, size, 0).save(file, format="PNG", optimize=True)
    return file.getvalue()
