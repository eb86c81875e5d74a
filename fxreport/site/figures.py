"""The page of all figures: where each stands, its file, and where the values that it draws are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from fxreport.report.draft import Draft
from fxreport.report.model import Bullets, Figure, Link, Plain, Section, Text, to_string
from fxreport.report.writers.walk import blocks
from fxreport.site.model import OVERVIEW, Page
from fxreport.site.sections import INDEX as REPORT
from fxreport.vocabulary.messages import N_

#: in the folder of the figures' files
NAME = PurePosixPath("figures/index.html")


def page(draft: Draft, pages: Iterable[Page]) -> Page | None:
    """None where nothing is drawn."""
    found = {block.id: block for one in pages for block in blocks(one) if isinstance(block, Figure)}
    if not found:
        return None
    words = draft.words
    return Page(
        lang=words.lang,
        path=words.lang / NAME,
        kind=OVERVIEW,
        title=words(N_("All figures")),
        summary=words(N_("Every figure, its file, and the values that it is drawn from")),
        sections=(Section("all-figures", "", (Bullets(tuple(map(_line, found.values()))),)),),
        up=REPORT,
    )


def _line(figure: Figure) -> Text:
    caption = to_string(figure.caption).rstrip(".")
    file = Link(figure.path.name, figure.path.name)
    sources = (Plain(" "), *figure.sources) if figure.sources else ()
    return (Link(caption, f"#{figure.id}"), Plain(" ("), file, Plain(")."), *sources)
