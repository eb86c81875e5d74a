"""All pages of the site in one language, from one draft: so every number leads to one place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from fxreport.report.conclusions.advice import advice
from fxreport.report.conclusions.results import results
from fxreport.report.conclusions.tested import tested
from fxreport.report.conclusions.unknown import unknown
from fxreport.report.draft import Draft
from fxreport.report.model import Bullets, Fragment, Link, Plain, Section, Text
from fxreport.report.sections.appendix import appendix
from fxreport.report.technical import body
from fxreport.report.writers.walk import within
from fxreport.site import datasets, extractors, figures, findings, front, sections
from fxreport.site.addresses import dataset_id, extractor_id
from fxreport.site.model import OVERVIEW, Page
from fxreport.site.names import named, with_links
from fxreport.vocabulary.factors import EXTRACTOR, subject_id
from fxreport.vocabulary.messages import N_

ADVICE = PurePosixPath("advice.html")
TESTED = PurePosixPath("tested.html")
UNKNOWN = PurePosixPath("unknown.html")


@dataclass(frozen=True, slots=True)
class Composed:
    """The pages in reading order, and the technical report's sections before they were cut into pages.

    Without the appendix, whose values are the measurements.
    """

    lang: str
    name: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]


def compose(draft: Draft) -> Composed:
    """What the others lead to is written last and knows all that does."""
    first = front.page(draft)
    found = tuple(findings.pages(draft))
    above = findings.INDEX if found else None
    beyond = (
        *_single(draft, TESTED, tested(draft), above),
        *_single(draft, UNKNOWN, unknown(draft), above),
    )
    told = (*_beyond(draft, found, beyond), *beyond, *_single(draft, ADVICE, advice(draft), None))
    reached = results(draft)
    report = body(draft)
    by_id = {part.id: part for section in report for part in within(section)}
    by_id = {section.id: section for section in _lists(draft)} | by_id
    of_sets = tuple(datasets.pages(draft, by_id, by_id[_SETS]))
    listed = (
        *((replace(reached, id="results-of-all"),) if reached else ()),
        replace(by_id[_EXTRACTORS], title=draft.words(N_("What they are"))),
    )
    of_extractors = tuple(extractors.pages(draft, listed))
    moved = {_SETS, _EXTRACTORS, *(one for d in draft.study.datasets for one in datasets.moved(d.name))}
    left = [_without(draft, section, moved) for section in report]
    pages = (first, *told, *of_sets, *of_extractors, *_technical(draft, [*left, appendix(draft)]))
    drawn = figures.page(draft, pages)
    pages = (*pages, *((drawn,) if drawn else ()))
    names = named(draft)
    fitted = tuple(one for page in pages for one in sections.fitting(draft, with_links(page, names)))
    return Composed(draft.words.lang, draft.name, fitted, report)


#: sections of the report that are pages of their own elsewhere
_SETS, _EXTRACTORS = "datasets", "extractors"


def _lists(draft: Draft) -> Iterator[Section]:
    """What the pages of sets and extractors begin with where the report has no table of their facts."""
    words = draft.words
    sets = tuple((Link(words.dataset(d.name), f"#{dataset_id(d.name)}"),) for d in draft.study.datasets)
    yield Section(_SETS, words(N_("Image sets")), (Bullets(sets),))
    names = dict.fromkeys(v.extractor.name for v in draft.study.variants)
    links = tuple(
        (Link(words.variant(subject_id(((EXTRACTOR, name),))), f"#{extractor_id(name)}"),) for name in names
    )
    yield Section(_EXTRACTORS, words(N_("Extractors")), (Bullets(links),))


def _single(
    draft: Draft, name: PurePosixPath, section: Section | None, up: PurePosixPath | None
) -> Iterator[Page]:
    if section is not None:
        first, *more = sections.pages(draft, section, up)
        yield replace(first, path=draft.words.lang / name)
        yield from (replace(page, up=name) for page in more)


def _beyond(draft: Draft, found: tuple[Page, ...], others: Sequence[Page]) -> tuple[Page, ...]:
    """The findings' pages, of which the first leads to the others too."""
    if not found or not others:
        return found
    links = tuple(
        (Link(page.title, f"#{page.sections[0].id}"),) for page in others if page.up == findings.INDEX
    )
    more = Section("beyond-findings", draft.words(N_("Beyond the findings")), (Bullets(links),))
    return (replace(found[0], sections=(*found[0].sections, more)), *found[1:])


def _without(draft: Draft, section: Section, moved: Collection[str]) -> Section:
    """A section of the report without what other pages tell, with links to the sets that had a part in it."""
    kept = tuple(_without(draft, child, moved) for child in section.children if child.id not in moved)
    gone = {child.id for child in section.children if child.id in moved}
    sets = [d.name for d in draft.study.datasets if gone & {*datasets.moved(d.name)}]
    links = tuple((Link(draft.words.dataset(d), f"#{dataset_id(d)}"),) for d in sets)
    return replace(section, blocks=(*section.blocks, *((Bullets(links),) if links else ())), children=kept)


def _technical(draft: Draft, report: Sequence[Section]) -> Iterator[Page]:
    """The report: its summary with the contents, then section by section."""
    words = draft.words
    summary, *others = report
    contents = Bullets(tuple(_line(section) for section in others))
    yield Page(
        lang=words.lang,
        path=words.lang / sections.INDEX,
        kind=OVERVIEW,
        title=words(N_("Technical report")),
        summary=words(N_("Every statement that the measurements support, section by section")),
        sections=(replace(summary, title=""), Section("contents", words(N_("Contents")), (contents,))),
    )
    for section in others:
        yield from sections.pages(draft, section)


def _line(section: Section) -> Text:
    """A section and its parts, each a link."""
    line: list[Fragment] = [Link(section.title, f"#{section.id}")]
    for i, part in enumerate(section.children):
        line += [Plain(", " if i else ": "), Link(part.title, f"#{part.id}")]
    return tuple(line)
