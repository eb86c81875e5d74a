"""The conclusions in one language: all sections, and the measurements that their numbers lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from babel.dates import format_date

from fxreport import __version__
from fxreport.report.citations import cited
from fxreport.report.conclusions.abbreviations import spelled_out
from fxreport.report.conclusions.advice import advice
from fxreport.report.conclusions.answer import answer
from fxreport.report.conclusions.findings import findings
from fxreport.report.conclusions.measurements import measurements
from fxreport.report.conclusions.results import results
from fxreport.report.conclusions.tested import tested
from fxreport.report.conclusions.unknown import unknown
from fxreport.report.cover import cover, introduction, title
from fxreport.report.crossrefs import referred
from fxreport.report.draft import Draft
from fxreport.report.labels import labels
from fxreport.report.model import Document, Section
from fxreport.report.sections.own_images import images
from fxreport.report.stamp import moment
from fxreport.report.technical import subtitle
from fxreport.vocabulary.messages import N_


def conclusions(draft: Draft) -> Document:
    """Write the conclusions with a fresh draft."""
    study, words = draft.study, draft.words
    when = moment(study)
    told = draft.conclusions.findings
    made_of: dict[str, Callable[[], Section | None]] = {
        "results": lambda: results(draft),
        "findings": lambda: findings(draft, told),
        "tested": lambda: tested(draft),
        "advice": lambda: advice(draft),
        "unknown": lambda: unknown(draft),
        "images": lambda: images(draft),
    }
    first = (*introduction(draft), answer(draft, told))
    # what is left out is not even written: the numbers of the others alone are then traced
    wanted = [make() for name, make in made_of.items() if name not in draft.imprint.leave_out]
    parts = (*first, *wanted)
    heading = title(
        draft,
        N_("Conclusions: a benchmark of image feature extractors")
        if draft.context.of_field
        else N_("Conclusions: a comparison"),
    )
    made = Document(
        name=draft.name,
        lang=words.lang,
        title=heading,
        subtitle=subtitle(draft, study.measured_datasets),
        sections=tuple(part for part in parts if part is not None),
        labels=labels(words),
        generator=f"fxreport {__version__}",
        look=draft.look,
        cover=cover(draft, heading),
        date=format_date(when.date(), "long", locale=words.locale) if when else "",
        **({"created": when.isoformat()} if when else {}),
    )
    made = replace(made, sections=(*made.sections, measurements(draft, made)))
    return cited(draft, referred(words, spelled_out(draft, made)))
