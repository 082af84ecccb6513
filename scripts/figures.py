"""Write the contact sheet of all drawings: ``python scripts/figures.py OUT`` (``make figures``).

OUT gets ``sheet.html`` and, where Chromium is installed, ``light-1.png``, ``dark-1.png`` … to look
at. ``--names`` leaves the names out, so that somebody can name the exercises from the drawings.
"""

import argparse
import shutil
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assessments.figures import Figure, drawing, words  # noqa: E402
from assessments.library import shipped  # noqa: E402

STYLES = ("clinic/static/stepdown/tokens.css", "assessments/static/assessments/figures.css")
LAYOUT = """
body { background: var(--sd-ground); color: var(--sd-ink); font: 13px sans-serif; margin: 8px; }
main { display: grid; gap: 8px; grid-template-columns: repeat(auto-fill, 300px); }
figure { background: var(--sd-surface); margin: 0; padding: 8px; width: 284px; }
figcaption { font-weight: 600; padding-bottom: 4px; }
"""
WIDTH, PER_PICTURE = 1250, 16


def page(figures: Iterable[Figure], *, named: bool) -> str:
    """Return the page of these drawings, each as wide as on a phone of 320 px."""
    style = "\n".join((ROOT / each).read_text(encoding="utf-8") for each in STYLES)
    exercises = shipped().exercise_by_id
    cards = []
    for figure in figures:
        name = exercises[figure.exercise].name
        picture = drawing(figure, title=name, words=words(figure))
        caption = f"{figure.exercise} {escape(name)}" if named else "?"
        cards.append(f"<figure><figcaption>{caption}</figcaption>{picture}</figure>")
    return f"<!doctype html><style>{style}{LAYOUT}</style><main>{''.join(cards)}</main>"


def photograph(html: str, picture: Path, scheme: str) -> None:
    """Render a page as it looks in a light or dark scheme."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = chromium.new_page(viewport={"width": WIDTH, "height": 400}, color_scheme=scheme)
        tab.set_content(html)
        tab.screenshot(path=str(picture), full_page=True)
        chromium.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--only", nargs="*", default=[], help="exercise ids")
    options.add_argument("--nameless", action="store_true", help="without the names")
    options.add_argument("--scheme", nargs="*", default=["light", "dark"])
    chosen = options.parse_args()
    figures = [
        each for each in shipped().figures if not chosen.only or each.exercise in chosen.only
    ]
    chosen.out.mkdir(parents=True, exist_ok=True)
    named = not chosen.nameless
    (chosen.out / "sheet.html").write_text(page(figures, named=named), encoding="utf-8")
    if not shutil.which("chromium"):
        print("No chromium: open sheet.html in a browser.")
        return
    for scheme in chosen.scheme:
        for first in range(0, len(figures), PER_PICTURE):
            picture = chosen.out / f"{scheme}-{first // PER_PICTURE + 1}.png"
            photograph(page(figures[first : first + PER_PICTURE], named=named), picture, scheme)
            print(picture)


if __name__ == "__main__":
    main()
