"""From conclusions to the files of the site, in memory: pages, figures, downloads, what they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath

from babel.dates import format_date

from fxreport import __version__
from fxreport.analysis.conclude import Conclusions
from fxreport.report.draft import Blocks, Draft
from fxreport.report.editions import CONCLUSIONS, TECHNICAL
from fxreport.report.figures.cache import FigureCache
from fxreport.report.figures.scheme import standalone
from fxreport.report.labels import labels
from fxreport.report.look import SHIPPED, Look
from fxreport.report.model import Figure
from fxreport.report.stamp import moment
from fxreport.report.writers.walk import blocks
from fxreport.site.addresses import places
from fxreport.site.assets import assets
from fxreport.site.cards import cards
from fxreport.site.citation import AUTHORS
from fxreport.site.compose import compose
from fxreport.site.documents import Writing
from fxreport.site.downloads import CHECKSUMS, Download, checksums, data_files, figure_files, table_files
from fxreport.site.downloads_page import downloads_page
from fxreport.site.feed import published
from fxreport.site.head import Heads
from fxreport.site.history import Edition, history_page
from fxreport.site.labels import SITE_LABELS
from fxreport.site.metadata import metadata_files, to_cite
from fxreport.site.mistakes import template_mistakes
from fxreport.site.model import EXTRACTOR, Page, Site
from fxreport.site.search import search_index
from fxreport.site.search_page import INDEX, search_box, search_page
from fxreport.site.table_data import Comparison, comparison
from fxreport.site.table_page import numbers, table_page
from fxreport.site.wording import PlainWords
from fxreport.site.writer import Told, render
from fxreport.vocabulary.imprint import NO_IMPRINT, Imprint
from fxreport.vocabulary.messages import N_
from fxreport.vocabulary.text import visible

Files = Iterator[tuple[PurePosixPath, bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """``default`` is the language that the root leads to, ``base`` the address of the site, "" if unknown.

    ``imprint`` is what the documents say of themselves, ``look`` how somebody wants all of it to look.
    """

    languages: Sequence[str]
    default: str
    base: str = ""
    imprint: Imprint = NO_IMPRINT
    look: Look = SHIPPED

    @property
    def authors(self) -> tuple[str, ...]:
        return self.imprint.said("authors", self.default) or AUTHORS


@dataclass(frozen=True, slots=True)
class Given:
    """What a site has besides its conclusions: ``rows`` of the store as CSV, its ``editions`` so far.

    ``text`` are the conclusions as JSON, where it is there already; ``blocks`` are figures of other packages.
    """

    rows: bytes = b""
    text: str = ""
    editions: Sequence[Edition] = ()
    blocks: Sequence[Blocks] = ()


def files(conclusions: Conclusions, asked: Asked, cache: FigureCache, given: Given | None = None) -> Files:
    """Every file of the site by its path from the root; the same bytes for the same conclusions."""
    given = given or Given()
    when = moment(conclusions.study)
    words = {lang: PlainWords(lang, conclusions.study) for lang in asked.languages}
    compared = comparison(conclusions)
    told: dict[str, tuple[Page, ...]] = {}

    def drafted(lang: str, name: str) -> Draft:
        brought, imprint, look = given.blocks, asked.imprint, asked.look
        return Draft(conclusions, words[lang], cache, name, brought=brought, imprint=imprint, look=look)

    with Writing() as writing:
        # begun first: PDF is drawn beside the pages
        written = {lang: writing.begin(drafted(lang, CONCLUSIONS)) for lang in words}
        downloads: list[Download] = [*data_files(conclusions, given.rows, given.text)] if given.rows else []
        for lang, one in words.items():
            draft, short = drafted(lang, TECHNICAL), written[lang]
            composed = compose(draft)
            told[lang] = _pages(composed.pages, one, compared, given)
            downloads += short.downloads()
            downloads += [*table_files(short.document), *table_files(composed)]
            downloads += figure_files(short.document, short.draft.data)
            downloads += figure_files(composed, draft.data)
            yield from short.pictures()
    site = Site(
        title={lang: one(N_("Image feature extractors compared")) for lang, one in words.items()},
        pages=tuple(page for pages in told.values() for page in pages),
        default=asked.default,
        generator=f"fxreport {__version__}",
        created=when.isoformat() if when else "",
        base=asked.base,
    )
    downloads += to_cite(site, downloads, asked.authors)
    pages: list[Page] = []
    others: dict[PurePosixPath, bytes] = numbers(compared)
    for lang, one in words.items():
        of_lang = (*told[lang], downloads_page(one, downloads))
        others[PurePosixPath(lang, INDEX)] = search_index(of_lang, lang).encode()
        pages += (*of_lang, search_page(one))
    site = replace(site, pages=tuple(pages))
    others |= {one.path: one.data for one in downloads} | {CHECKSUMS: checksums(downloads)}
    others |= metadata_files(site, words, downloads, published(given.editions, words))
    if site.base:
        others |= cards(site, conclusions, words.values())
    shared = assets(others, asked.look)
    yield from shared.files.items()
    yield PurePosixPath(".nojekyll"), b""  # GitHub's pages as they are
    for page in pages:
        for block in blocks(page):
            if isinstance(block, Figure):
                yield page.lang / block.path, visible(standalone(block.svg)).encode()
    said = {
        lang: Told(
            {**labels(one), **labels(one, SITE_LABELS)},
            format_date(when.date(), "long", locale=one.locale) if when else "",
            partial(search_box, one),
        )
        for lang, one in words.items()
    }
    heads = Heads(site, downloads, asked.authors)
    with template_mistakes():
        for path, text in render(site, said, shared, heads, asked.look):
            yield path, text.encode("utf-8", "replace")


def _pages(
    pages: tuple[Page, ...], words: PlainWords, compared: Comparison, given: Given
) -> tuple[Page, ...]:
    """The pages of one language: the composed ones, with the table after the extractors, and the history."""
    table = table_page(compared, words, places(pages))
    if table is not None:
        of_extractors = [
            i for i, page in enumerate(pages) if page.kind == EXTRACTOR or "extractors" in page.path.parts
        ]
        at = max(of_extractors, default=len(pages) - 1) + 1
        pages = (*pages[:at], table, *pages[at:])
    if given.editions:
        pages = (*pages, history_page(given.editions, words, places(pages)))
    return pages
