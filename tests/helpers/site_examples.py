"""Sites and documents to test with: of the committed results, and of names that mean harm."""

from __future__ import annotations

from functools import cache
from pathlib import Path, PurePosixPath

from publications import Undrawn, reference
from random_stores import row, study_of

from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.report.draft import Draft
from fxreport.report.model import Document, to_string
from fxreport.report.publications import PUBLICATIONS
from fxreport.report.words import Words
from fxreport.site.model import DATASET, FINDING, FRONT, SEARCH, SECTION, Page, Site

LANGUAGES = ("uk", "en")
CHECKOUT = Path(__file__).resolve().parents[2]

#: names of image sets and of extractors
EVIL = (
    "<script>alert(1)</script>",
    "'\"` onerror=x",
    "\u202eevil\u202c\u0000\u0007",
    "../../etc/passwd",
    "%$&_#{}~^\\input{x}\\\\[1em]",
    "=cmd|' /C calc'!A0",
    "]]><x/>",
    "x" * 10_000,
    "line\nbreak\u2028and\ttab",
)


@cache
def committed() -> Conclusions:
    return reference(CHECKOUT)


@cache
def hostile() -> Conclusions:
    rows = [
        row(dataset, name, None, "kmeans", seed, "ari", 0.1 + i / 20 + seed / 100)
        for dataset in EVIL[:5]
        for i, name in enumerate(EVIL)
        for seed in (0, 1, 2)
    ]
    return conclude(study_of(rows))


def drafted(conclusions: Conclusions, lang: str, name: str) -> tuple[Document, Draft]:
    draft = Draft(conclusions, Words(lang, conclusions.study), Undrawn(), name)
    return PUBLICATIONS[name](draft), draft


def pages_of(conclusions: Conclusions, lang: str) -> tuple[Page, ...]:
    """Both documents as pages: the conclusions in one, the report a page a section."""
    short, _ = drafted(conclusions, lang, "conclusions")
    long, _ = drafted(conclusions, lang, "technical")
    front = Page(lang, PurePosixPath(lang, "index.html"), FRONT, short.title, short.subtitle, short.sections)
    others = (
        Page(lang, PurePosixPath(lang, "report", f"{top.id}.html"), SECTION, top.title, "", (top,))
        for top in long.sections
    )
    return front, *others


def site_of(conclusions: Conclusions, *, base: str = "", created: str = "2026-11-24T10:20:30+00:00") -> Site:
    """A front page, a page a finding, one of a set and the search, in both languages."""
    pages: list[Page] = []
    titles = {}
    for lang in LANGUAGES:
        words = Words(lang, conclusions.study)
        document, _ = drafted(conclusions, lang, "conclusions")
        titles[lang] = document.title
        pages.append(Page(lang, PurePosixPath(lang, "index.html"), FRONT, document.title, document.subtitle))
        for number, finding in enumerate(conclusions.findings):
            heading, short = (
                to_string(words.say(one.message, one.params)) for one in (finding.heading, finding.short)
            )
            path = PurePosixPath(lang, "findings", f"{number}.html")
            pages.append(Page(lang, path, FINDING, heading, short))
        for number, dataset in enumerate(conclusions.study.measured_datasets):
            path = PurePosixPath(lang, "sets", f"{number} &'<.html")
            pages.append(Page(lang, path, DATASET, words.dataset(dataset), dataset))
        pages.append(Page(lang, PurePosixPath(lang, "search.html"), SEARCH, "Search", ""))
    return Site(titles, tuple(pages), "uk", "fxreport 0.0", created=created, base=base)
