"""The numbers: one table per image set, best values marked, then who leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fxreport.analysis.claims import N_, DatasetNames, Derived, Names, Verbatim
from fxreport.analysis.statistics.compare import mean_interval
from fxreport.analysis.statistics.uncertainty import LEVEL
from fxreport.analysis.study import Missing
from fxreport.reference import original
from fxreport.report.anchors import slug
from fxreport.report.draft import ABSENT, Draft, read_aloud
from fxreport.report.figures import quality
from fxreport.report.foremost import cut, foremost
from fxreport.report.model import (
    Block,
    Column,
    Figure,
    Note,
    Plain,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    plain,
)
from fxreport.report.sections.over_sets import over_sets
from fxreport.report.sections.published import published_value
from fxreport.vocabulary.metrics import NAMES, levels_of
from fxreport.vocabulary.steps import variant_id

#: columns of the results table, in order; those that nobody has are left out
COLUMNS = (
    "dimension",
    "extraction_seconds",
    "silhouette",
    "davies_bouldin",
    "ari",
    "nmi",
    "ami",
    "clustering_accuracy",
    "knn_accuracy",
    "probe_accuracy",
)
SHORT = {
    "extraction_seconds": N_("Time, s"),
    "silhouette": N_("Silhouette"),
    "davies_bouldin": N_("Davies–Bouldin"),
    "clustering_accuracy": N_("ACC"),
    "knn_accuracy": N_("k‑NN"),
    "probe_accuracy": N_("Probe"),
    "dimension": N_("Dimension"),
}
REASONS = {
    "failed": N_("Not measured, as the experiment failed: {names} ({reason})."),
    "not_run": N_("Not measured: {names}."),
    "seeds": N_("Measured with fewer seeds than planned: {names}."),
}


def results(draft: Draft) -> Section:
    blocks: list[Block] = []
    if draft.conclusions.context.quality:
        blocks.append(quality_figure(draft))
    else:
        blocks.append(draft.note(N_("No clustering quality was measured.")))
    children = tuple(_dataset(draft, d.name) for d in draft.study.datasets)
    return Section(
        "results", draft.words(N_("Quantitative results")), tuple(blocks), (*children, *over_sets(draft))
    )


def _dataset(draft: Draft, dataset: str) -> Section:
    claims = draft.conclusions.of("winner", "runner_up", "worst", "fastest_learned", dataset=dataset)
    if not any(c.kind == "fastest_learned" for c in claims):
        claims += draft.conclusions.of("fastest", dataset=dataset)
    return Section(
        id=f"results-{slug(dataset)}",
        title=draft.words.dataset(dataset),
        blocks=(
            _table(draft, dataset),
            *_reasons(draft, dataset),
            *draft.statements(claims, N_("Nothing was measured on this image set.")),
        ),
    )


def _table(draft: Draft, dataset: str) -> Table:
    study = draft.study
    names = [m for m in (*COLUMNS, *_brought(draft)) if study.column(dataset, m)]
    order = [v for group in draft.context.quality.get(dataset, []) for v in group]
    order += [v.id for v in study.rows(dataset) if v.id not in order]
    published = {(p.extractor, p.input_size, p.metric): p.value for p in original() if p.dataset == dataset}
    rows = [
        Row(
            (
                draft.variant_cell(v),
                *(
                    draft.cell(dataset, v, m, best=draft.is_best(dataset, v, m), spread=m == draft.main)
                    for m in names
                ),
            )
        )
        for v in order
    ]
    marked = False
    for missing in (m for m in study.missing if m.dataset == dataset):
        cells = []
        for m in names:
            value = published.get((missing.variant.extractor.name, missing.variant.input_size, m))
            marked |= value is not None
            cells.append(
                TableCell(ABSENT)
                if value is None
                else TableCell((published_value(draft, dataset, missing.variant.id, m, value), Plain("*")))
            )
        rows.append(Row((draft.variant_cell(missing.variant.id), *cells), muted=True))
    note: Text = ()
    if marked:
        note = draft.say(
            N_("An asterisk marks a value published in the original study and not measured here.")
        )
    if any(s.sd is not None for (d, _, m), s in study.samples.items() if d == dataset and m == draft.main):
        spread = draft.say(N_("The spread of the {metric} is the standard deviation over seeds."))
        note = (*note, Plain(" "), *spread) if note else spread
    columns = (
        draft.text_column(N_("Extractor")),
        *(_renamed(draft, m) if m in SHORT else draft.column(m, unit=draft.words.unit(m)) for m in names),
    )
    return Table(
        id=f"table-{slug(dataset)}",
        caption=draft.say(N_("Results on {dataset}, means over seeds"), dataset=DatasetNames((dataset,)))
        if not study.single_run
        else draft.say(N_("Results on {dataset}, single runs"), dataset=DatasetNames((dataset,))),
        columns=columns,
        rows=tuple(rows),
        note=note,
    )


def _brought(draft: Draft) -> list[str]:
    """Metrics that the table of metrics lacks, the main ones first."""
    first = (draft.main, draft.study.cost)
    names = [m for m in draft.study.metrics() if m not in NAMES and not levels_of(m)]
    return sorted(names, key=lambda m: (first.index(m) if m in first else 2, m))


def _renamed(draft: Draft, name: str) -> Column:
    return replace(draft.column(name), title=plain(draft.words(SHORT[name])))


def _reasons(draft: Draft, dataset: str) -> tuple[Note, ...]:
    """Why cells of the set are missing."""
    return reasons(draft, [m for m in (*draft.study.missing, *draft.study.partial) if m.dataset == dataset])


def reasons(draft: Draft, cells: Iterable[Missing]) -> tuple[Note, ...]:
    """Why cells are missing, one line per reason."""
    by_reason: dict[tuple[str, str], dict[str, None]] = {}
    for missing in cells:
        by_reason.setdefault((missing.kind, missing.reason), {})[missing.variant.id] = None
    return tuple(
        draft.note(REASONS[kind], names=Names(tuple(variants)), reason=Verbatim(reason))
        for (kind, reason), variants in by_reason.items()
    )


def _said(draft: Draft, variants: list[str]) -> str:
    """The main quality by set and extractor, for who cannot see the figure."""
    return read_aloud(
        draft,
        [
            (d, [(v, draft.words.measured(draft.main, column[v])) for v in variants if v in column])
            for d in draft.context.quality
            for column in [draft.context.column(d)]
        ],
    )


def quality_figure(draft: Draft, name: str = "quality", *, published: bool = True) -> Figure:
    """The main quality by set and extractor; those of the original study that were not measured where published."""
    study, subject = draft.study, draft.subjects()
    shown = [
        v
        for v in study.variants
        if any((d, v.id, draft.main) in study.samples for d in draft.context.quality)
    ]
    missing = [
        v
        for v in study.variants
        if published
        and v not in shown
        and any(variant_id(p.extractor, p.input_size) == v.id and p.metric == draft.main for p in original())
    ]
    fitting = foremost(draft, [v.id for v in shown], len(draft.context.quality))
    every, shown = shown, [draft.study.variant_by_id[v] for v in fitting]
    listed = [*shown, *(missing if shown == every else ())]
    told = {
        (p.dataset, variant_id(p.extractor, p.input_size)): p.value
        for p in original()
        if published and p.metric == draft.main
    }
    panels = []
    for dataset in draft.context.quality:
        cells = []
        for variant in listed:
            sample = study.sample(dataset, variant.id, draft.main)
            known = told.get((dataset, variant.id))
            if sample is None:
                cells.append(quality.QualityCell(published=known) if known is not None else None)
                continue
            spread = mean_interval(study, draft.context.influences, dataset, variant.id)
            cells.append(
                quality.QualityCell(
                    mean=sample.mean,
                    values=sample.values if len(sample.values) > 1 else (),
                    interval=(spread.low, spread.high) if spread and len(sample.values) > 1 else None,
                    published=known,
                    text=draft.words.measured(draft.main, sample.mean),
                    best=draft.is_best(dataset, variant.id, draft.main),
                )
            )
        panels.append(quality.QualityPanel(draft.words.dataset(dataset), tuple(cells)))
    several = not study.single_run
    data = quality.Quality(
        subjects=tuple(subject[v.id] for v in listed),
        panels=tuple(panels),
        axis=draft.words.metric(draft.main),
        labels=quality.QualityLabels(
            mean=draft.words(N_("mean")) if several else draft.words(N_("measured")),
            seed=draft.words(N_("one run")) if several else "",
            interval=draft.words(N_("confidence interval")) if several else "",
            published=draft.words(N_("published in the original study")),
            reference=draft.words(N_("chance")) if draft.main == "ari" else "",
            missing=draft.words(N_("not measured")),
        ),
        decimal=draft.decimal,
    )
    caption = (
        draft.say(
            N_(
                "{Metric} of every extractor on every set: mean over runs with its {level} confidence interval"
            ),
            level=Derived(LEVEL, "percent", 0, constant="level"),
        )
        if several
        else draft.say(N_("{Metric} of every extractor on every set, single runs"))
    )
    return draft.figure(
        name,
        data,
        quality.draw,
        caption=(*caption, *cut(draft, shown, every)),
        alt="" if published else _said(draft, [v.id for v in shown]),
        finding=draft.conclusions.of("winner") if published else (),
        metrics=(draft.main,),
        variants=None if shown == every else fitting,
    )
