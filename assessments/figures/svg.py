"""A strip written as SVG: with classes that a stylesheet colours, or with colours for paper.

There is no style, no script and no address in it, so that it may stand on any page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from assessments.figures.entries import Figure
from assessments.figures.strip import Stroke, strip_of


@dataclass(frozen=True, slots=True)
class Look:
    """Where colours come from: classes when ``colours`` is empty, else the colour of each role.

    letters  attributes of the numbers
    """

    name: str
    colours: Mapping[str, str]
    letters: str = ""


PAGE = Look("page", {}, ' class="fig-number"')
PAPER = Look(
    "paper",
    {
        "near": "#7d766b",
        "far": "#b7b0a4",
        "moving": "#0f5257",
        "halo": "#ffffff",
        "prop": "#8a8172",
        "prop inside": "#e9e4da",
        "ground": "#8a8172",
        "ground inside": "#d8d1c4",
        "round": "#b87a14",
        "band": "#b5471c",
        "rail": "#9a917f",
        "arrow": "#b5471c",
        "arrowhead": "#b5471c",
        "clock": "#20262a",
    },
    ' fill="#20262a" font-family="Libertinus Serif" font-weight="bold"',
)


def drawing(figure: Figure, *, title: str, words: str, look: Look = PAGE, mark: str = "") -> str:
    """Return the strip of key poses as one SVG element with title and description.

    mark  makes the ids of this drawing its own where a page shows it twice
    """
    strip = strip_of(figure)
    name = escape(f"fig-{figure.exercise}{mark}".lower())
    strokes = "".join(_path(each, look) for panel in strip.panels for each in panel.strokes)
    labels = "".join(
        f'<text x="{label.x}" y="{label.y}" font-size="18" stroke="none"{look.letters}>'
        f"{label.text}</text>"
        for label in strip.labels
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fig" role="img" '
        f'viewBox="0 0 {strip.width} {strip.height}" '
        f'width="{strip.page_width}" height="{strip.page_height}" '
        f'aria-labelledby="{name}-t {name}-d" fill="none" stroke="currentColor" '
        f'stroke-linecap="round" stroke-linejoin="round">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(words)}</desc>'
        f"{strokes}{labels}</svg>"
    )


def _path(stroke: Stroke, look: Look) -> str:
    width = f'stroke-width="{stroke.width}"' if stroke.width else 'stroke="none"'
    return f'<path d="{stroke.way}" {width} {_colours(stroke, look)}/>'


def _colours(stroke: Stroke, look: Look) -> str:
    role = stroke.role
    if not look.colours:
        return f'class="fig-{role}{" fig-solid" if stroke.solid else ""}"'
    colour = look.colours[role]
    inside = f' fill="{look.colours.get(f"{role} inside", colour)}"' if stroke.solid else ""
    return (f'stroke="{colour}"' if stroke.width else "") + inside
