"""The figure of the answer: the main quality on every set, or where sets are many its mean over them."""

from __future__ import annotations

from dataclasses import replace

from fxreport.analysis.claims import N_, DatasetNames, Names
from fxreport.analysis.findings.finding import MOST_TOLD
from fxreport.report.draft import Draft
from fxreport.report.figures import quality
from fxreport.report.foremost import cut, foremost
from fxreport.report.model import Figure, Text
from fxreport.report.sections.results import quality_figure


def answer_figure(draft: Draft) -> Figure:
    """One panel a set; of more sets than a reader holds side by side, one panel with a dot a set."""
    complete = draft.context.complete()
    if len(draft.context.quality) <= MOST_TOLD or len(complete) < 2:
        return quality_figure(draft, "answer", published=False)
    return _means(draft, complete)


def _means(draft: Draft, complete: tuple[str, ...]) -> Figure:
    """Those that were measured on all sets, the best mean on top."""
    words, main, sets = draft.words, draft.main, tuple(draft.context.quality)
    mean = {v: draft.context.mean_over_datasets(v, main) for v in complete}
    sign = -1 if draft.study.rising else 1
    shown = sorted(foremost(draft, complete), key=lambda v: sign * mean[v])
    subject = draft.subjects()
    cells = tuple(
        quality.QualityCell(
            mean=mean[v],
            values=tuple(draft.context.column(d)[v] for d in sets),
        )
        for v in shown
    )
    data = quality.Quality(
        # beside the name: at the end of the row a number would be taken for that of its last dot
        subjects=tuple(
            replace(subject[v], label=f"{subject[v].label}\u2002{words.measured(main, mean[v])}")
            for v in shown
        ),
        panels=(quality.QualityPanel("", cells),),
        axis=words.metric(main),
        labels=quality.QualityLabels(mean=words(N_("mean")), seed=words(N_("one set"))),
        reference=0.0 if main == "ari" else None,
        decimal=draft.decimal,
    )
    caption = draft.say(
        N_("{Metric} on {datasets}: the mean and each value, of the extractors measured on every set"),
        datasets=DatasetNames(sets),
    )
    return draft.figure(
        "answer",
        data,
        quality.draw,
        caption=(*caption, *cut(draft, shown, complete), *_without(draft, complete)),
        alt="; ".join(f"{words.variant(v)} {words.measured(main, mean[v])}" for v in shown) + ".",
        metrics=(main,),
        variants=shown,
    )


def _without(draft: Draft, complete: tuple[str, ...]) -> Text:
    """Who is not shown for want of a set, where these are few."""
    there = {v for d in draft.context.quality for v in draft.context.column(d)}
    absent = tuple(v.id for v in draft.study.variants if v.id in there and v.id not in complete)
    return (
        draft.say(N_("; not shown, since a set is missing: {names}"), names=Names(absent))
        if 0 < len(absent) <= MOST_TOLD
        else ()
    )
