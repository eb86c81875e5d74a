"""From conclusions to the files of the site, in memory: pages, figures, what they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from babel.dates import format_date

from fxreport import __version__
from fxreport.analysis.conclude import Conclusions
from fxreport.report.draft import Blocks, Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.figures.scheme import standalone
from fxreport.report.labels import labels
from fxreport.report.model import Figure
from fxreport.report.stamp import moment
from fxreport.report.writers.walk import blocks
from fxreport.site import parts
from fxreport.site.assets import assets
from fxreport.site.compose import compose
from fxreport.site.labels import SITE_LABELS
from fxreport.site.mistakes import template_mistakes
from fxreport.site.model import Page, Site
from fxreport.site.wording import PlainWords
from fxreport.site.writer import Told, render
from fxreport.vocabulary.messages import N_

Files = Iterator[tuple[PurePosixPath, bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """``default`` is the language that the root leads to, ``base`` the address of the site, "" if unknown."""

    languages: Sequence[str]
    default: str
    base: str = ""


def files(
    conclusions: Conclusions, asked: Asked, cache: FigureCache, brought: Sequence[Blocks] = ()
) -> Files:
    """Every file of the site by its path from the root; the same bytes for the same conclusions."""
    when = moment(conclusions.study)
    words = {lang: PlainWords(lang, conclusions.study) for lang in asked.languages}
    pages: list[Page] = []
    for one in words.values():
        pages += compose(Draft(conclusions, one, cache, brought=brought))
    site = Site(
        title={lang: one(N_("Image feature extractors compared")) for lang, one in words.items()},
        pages=tuple(pages),
        default=asked.default,
        generator=f"fxreport {__version__}",
        created=when.isoformat() if when else "",
        base=asked.base,
    )
    told = {
        lang: Told(
            {**labels(one), **labels(one, SITE_LABELS)},
            format_date(when.date(), "long", locale=one.locale) if when else "",
        )
        for lang, one in words.items()
    }
    others: dict[PurePosixPath, bytes] = {}
    for make in parts.FILES:
        others.update(make(site, conclusions))
    shared = assets(others)
    yield from shared.files.items()
    yield PurePosixPath(".nojekyll"), b""  # GitHub's pages as they are
    for page in pages:
        for block in blocks(page):
            if isinstance(block, Figure):
                yield page.lang / block.path, standalone(block.svg).encode()
    with template_mistakes():
        for path, text in render(site, told, shared):
            yield path, text.encode("utf-8", "replace")
