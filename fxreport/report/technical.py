"""The technical report in one language: every claim, section by section."""

from __future__ import annotations

from dataclasses import replace

from babel.dates import format_date

from fxreport import __version__
from fxreport.analysis.claims import N_, DatasetNames
from fxreport.report.citations import cited
from fxreport.report.cover import cover, introduction, title
from fxreport.report.crossrefs import referred
from fxreport.report.draft import Draft
from fxreport.report.labels import labels
from fxreport.report.model import Document, Note, Section, to_string
from fxreport.report.sections import (
    appendix,
    closing,
    detail,
    insights,
    method,
    own_images,
    published,
    recommendations,
    results,
    summary,
    technical,
)
from fxreport.report.stamp import moment


def subtitle(draft: Draft, datasets: tuple[str, ...]) -> str:
    if datasets and not draft.context.quality:
        said = draft.say(N_("Measured on {datasets}"), datasets=DatasetNames(datasets))
    elif not draft.context.of_field:
        compared = DatasetNames(tuple(draft.context.quality))
        said = draft.say(N_("{Metric} compared on {datasets}"), datasets=compared)
    elif datasets and any(draft.study.column(d, "probe_accuracy") for d in datasets):
        told = N_("Clustering and classification by features: {datasets}")
        said = draft.say(told, datasets=DatasetNames(datasets))
    elif datasets:
        said = draft.say(
            N_("Clusterings of features compared on {datasets}"), datasets=DatasetNames(datasets)
        )
    else:
        said = draft.say(N_("Clusterings of features compared"))
    return to_string(said)


def body(draft: Draft) -> tuple[Section, ...]:
    """All sections but the appendix, which tells what the others lead to.

    Of numbers of another field those that speak of images and networks are left out, and what is empty.
    """
    if not draft.context.of_field:
        made = (
            summary.summary(draft),
            results.results(draft),
            detail.detail(draft),
            insights.insights(draft),
            recommendations.recommendations(draft),
            *technical.findings(draft),
            technical.outlook(draft),
            closing.closing(draft),
            method.method(draft),
            method.statistics(draft),
        )
        return tuple(kept for section in made for kept in _filled(section))
    of_own = own_images.images(draft)
    return (
        summary.summary(draft),
        results.results(draft),
        detail.detail(draft),
        insights.insights(draft),
        recommendations.recommendations(draft),
        recommendations.when_to_use(draft),
        technical.technical(draft),
        *technical.findings(draft),
        technical.outlook(draft),
        closing.closing(draft),
        published.published(draft),
        *([of_own] if of_own else ()),
        method.method(draft),
        method.statistics(draft),
    )


def _filled(section: Section) -> tuple[Section, ...]:
    """The section without parts that only note what there is not; nothing where it has no other."""
    children = tuple(kept for child in section.children for kept in _filled(child))
    told = any(not isinstance(block, Note) for block in section.blocks)
    return (replace(section, children=children),) if told or children else ()


def technical_report(draft: Draft) -> Document:
    """Write all sections with a fresh draft, which afterwards knows the figures and what they draw."""
    conclusions, words = draft.conclusions, draft.words
    when = moment(conclusions.study)
    sections = (*introduction(draft), *body(draft), appendix.appendix(draft))
    datasets = conclusions.study.measured_datasets
    heading = title(
        draft,
        N_("Technical report: a benchmark of image feature extractors")
        if draft.context.of_field
        else N_("Technical report: a comparison"),
    )
    made = Document(
        name=draft.name,
        lang=words.lang,
        title=heading,
        subtitle=subtitle(draft, datasets),
        sections=sections,
        labels=labels(words),
        generator=f"fxreport {__version__}",
        look=draft.look,
        cover=cover(draft, heading),
        date=format_date(when.date(), "long", locale=words.locale) if when else "",
        **({"created": when.isoformat()} if when else {}),
    )
    return cited(draft, referred(draft.words, made))
