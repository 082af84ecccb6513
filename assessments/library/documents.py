"""The pages of ``docs`` that are written from the library, so that they cannot fall behind it.

``python -m assessments.library.documents`` writes them again; a test compares.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from assessments.library.loader import shipped
from assessments.library.names import Name, names
from assessments.library.texts import Article, Claim, Source
from assessments.library.version import Library

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- from the library: begin -->", "<!-- from the library: end -->"

TAGS: Mapping[str, str] = {
    "V": "seen on a public page",
    "S": "seen only in a summary",
    "R": "recalled, to be confirmed",
    "APP": "clinic default",
}


def coverage_table(library: Library) -> str:
    """Return one table row per claim of a clinic article: what it says and what answers it.

    Raises KeyError when a claim points at a name nothing answers to.
    """
    known = names(library)
    rows = [_claim_row(claim, known) for claim in library.claims]
    return "\n".join(["| claim | kind | says | answered by |", "|---|---|---|---|", *rows])


def _claim_row(claim: Claim, known: Mapping[str, Name]) -> str:
    kept = "<br>".join(_kept_by(target, known[target]) for target in claim.maps_to)
    return f"| {claim.id} | {claim.kind} | {_cell(claim.claim)} | {kept} |"


def _kept_by(target: str, name: Name) -> str:
    # A metric has no other name than its id, and what a conflict says is a page of its own.
    label = "" if name.kind == "conflict" or name.label == target else f": {name.label}"
    return f"`{target}` ({name.kind}{_cell(label)})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def source_list(library: Library) -> str:
    """Return one heading per source key with its reference, tags and what is only recalled."""
    sources = [_source_entry(source) for source in library.sources]
    articles = [_article_entry(article) for article in library.articles]
    return "\n\n".join([*sources, *articles])


def _source_entry(source: Source) -> str:
    tags = ", ".join(f"[{tag}] {TAGS[tag]}" for tag in source.tags)
    lines = [f"## {source.key}", "", f"{source.reference}.", "", f"- Tags: {tags}"]
    lines.append(f"- Status: {source.status}")
    if source.recalled:
        lines.append(f"- Only recalled: {source.recalled}")
    if source.checked:
        lines.append(f"- Checked at: {source.checked}")
    return "\n".join(lines)


def _article_entry(article: Article) -> str:
    claims = "[article-coverage.md](article-coverage.md)"
    return f"## {article.key}\n\n{article.about}. No evidence; its claims are in {claims}."


PAGES: Mapping[str, Callable[[Library], str]] = {
    "article-coverage.md": coverage_table,
    "clinical-sources.md": source_list,
}


def between_marks(page: str, body: str) -> str:
    """Return ``page`` with what stands between the two marks replaced by ``body``."""
    head, _begin, rest = page.partition(BEGIN)
    _old, _end, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{body}\n\n{END}{tail}"


def main(folder: Path = DOCS) -> None:
    """Write the pages of ``folder`` again from the shipped library."""
    for name, write in PAGES.items():
        page = folder / name
        text = between_marks(page.read_text(encoding="utf-8"), write(shipped()))
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
