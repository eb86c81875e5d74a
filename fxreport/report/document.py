"""The document in one language: all sections in their order."""

from __future__ import annotations

from babel.dates import format_date

from fxreport import __version__
from fxreport.analysis.claims import N_, DatasetNames
from fxreport.analysis.conclude import Conclusions
from fxreport.report.draft import Draft, labels
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, to_string
from fxreport.report.sections import (
    appendix,
    closing,
    detail,
    insights,
    method,
    published,
    recommendations,
    results,
    summary,
    technical,
)
from fxreport.report.stamp import moment
from fxreport.report.words import Words

LABELS = {
    "all_figures": N_("All figures"),
    "back_to_top": N_("Back to top"),
    "best_value": N_("Bold marks the best value of a column."),
    "contents": N_("Contents"),
    "drawn_from": N_("Drawn from"),
    "figure": N_("Figure"),
    "higher_is_better": N_("higher is better"),
    "interactive_failed": N_(
        "A file of the folder “interactive” could not be loaded; it must lie beside this page."
    ),
    "lower_is_better": N_("lower is better"),
    "note": N_("Note"),
    "open_interactive": N_("Open interactively"),
    "skip_to_content": N_("Skip to content"),
    "surprising": N_("unexpected"),
    "table": N_("Table"),
    "to_document": N_("To the document"),
}


def document(conclusions: Conclusions, lang: str, cache: FigureCache) -> Document:
    """Write the conclusions in one language; figures are taken from the cache or drawn into it."""
    return compose(Draft(conclusions, Words(lang, conclusions.study), cache))


def _subtitle(draft: Draft, datasets: tuple[str, ...]) -> str:
    if not draft.context.of_field:
        said = draft.say(N_("{Metric} compared on {datasets}"), datasets=DatasetNames(datasets))
    elif datasets:
        said = draft.say(
            N_("Clusterings of features compared on {datasets}"), datasets=DatasetNames(datasets)
        )
    else:
        said = draft.say(N_("Clusterings of features compared"))
    return to_string(said)


def compose(draft: Draft) -> Document:
    """Write all sections with a fresh draft, which afterwards knows the figures and what they draw."""
    conclusions, words = draft.conclusions, draft.words
    when = moment(conclusions.study)
    sections = (
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
        method.method(draft),
        method.statistics(draft),
        appendix.appendix(draft),
    )
    datasets = conclusions.study.measured_datasets
    return Document(
        lang=words.lang,
        title=words(N_("Conclusions: a benchmark of image feature extractors")),
        subtitle=_subtitle(draft, datasets),
        sections=sections,
        labels=labels(words, LABELS),
        generator=f"fxreport {__version__}",
        date=format_date(when.date(), "long", locale=words.locale) if when else "",
        **({"created": when.isoformat()} if when else {}),
    )
