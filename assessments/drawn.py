"""The drawing of a plan's line, from the library version the plan was made with."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.figures import PAPER, Figure, Strip, drawing, strip_of, words
from assessments.library import Library


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawing as pages (``_figure.html``) and paper take it.

    name  what the line is called
    mark  ids begin with it: told apart where a page shows the same drawing twice
    """

    figure: Figure
    name: str
    mark: str

    @property
    def strip(self) -> Strip:
        return strip_of(self.figure)

    @property
    def words(self) -> str:
        """What the drawing shows, in the reader's language."""
        return words(self.figure, _)

    @property
    def paper(self) -> str:
        """The drawing for paper, with colours of its own."""
        return drawing(self.figure, title=self.name, words=self.words, look=PAPER)


def drawn(library: Library, exercise: str, name: str, number: int) -> Drawn | None:
    """Return the drawing of an exercise; None where the version has none of it.

    number  of the line on the page
    """
    figure = library.figure_by_exercise.get(exercise)
    return Drawn(figure, name, f"fig-{number}") if figure else None
