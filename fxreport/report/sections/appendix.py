"""Every measurement: one table per image set and extractor, one row per metric, one column per seed."""

from __future__ import annotations

from fxreport.analysis.claims import N_, DatasetNames, Names
from fxreport.experiment import METRICS
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import Column, Number, Row, Section, Table, TableCell, plain
from fxreport.report.words import Address, shown_unit, slug


def appendix(draft: Draft) -> Section:
    children = tuple(
        Section(
            f"appendix-{slug(dataset.name)}",
            draft.words.dataset(dataset.name),
            tuple(_table(draft, dataset.name, v.id) for v in draft.study.measured(dataset.name)),
        )
        for dataset in draft.study.datasets
        if draft.study.measured(dataset.name)
    )
    return Section(
        "appendix",
        draft.words(N_("Appendix: every measurement")),
        ()
        if children
        else (draft.note(N_("The store holds no measurement that this document could show.")),),
        children,
        appendix=True,
    )


def _table(draft: Draft, dataset: str, variant: str) -> Table:
    study, words = draft.study, draft.words
    known = list(METRICS)
    names = sorted(
        {m for d, v, m in study.samples if (d, v) == (dataset, variant)},
        key=lambda m: (known.index(m) if m in METRICS else len(known), m),
    )
    seeds = sorted({s for m in names for s in study.samples[dataset, variant, m].seeds})
    rows = []
    for name in names:
        sample = study.samples[dataset, variant, name]
        address = Address(dataset, variant, name).id
        of_seed = dict(zip(sample.seeds, sample.values, strict=True))
        cells = [
            TableCell(plain(_title(draft, name))),
            TableCell((Number(words.measured(name, sample.mean)),)),
        ]
        if len(seeds) > 1:
            cells.append(
                TableCell((Number(words.measured(name, sample.sd)),) if sample.sd is not None else ABSENT)
            )
            cells += [
                TableCell((Number(words.measured(name, of_seed[s])),) if s in of_seed else ABSENT)
                for s in seeds
            ]
        cells.append(TableCell((Number(words.number(sample.n, 0)),) if sample.n else ABSENT))
        rows.append(Row(tuple(cells), id=address))
    columns = [
        draft.text_column(N_("Metric")),
        draft.text_column(N_("Mean") if len(seeds) > 1 else N_("Value"), numeric=True),
    ]
    if len(seeds) > 1:
        columns.append(draft.text_column(N_("Standard deviation"), numeric=True))
        columns += [Column((*plain(words(N_("Seed")) + " "), Number(str(s))), numeric=True) for s in seeds]
    columns.append(draft.text_column(N_("Images"), numeric=True))
    return Table(
        f"table-all-{Address(dataset, variant, '').id}",
        draft.say(
            N_("{dataset}, {variant}: every measurement"),
            dataset=DatasetNames((dataset,)),
            variant=Names((variant,)),
        ),
        tuple(columns),
        tuple(rows),
    )


def _title(draft: Draft, name: str) -> str:
    title, unit = draft.words.metric(name), shown_unit(name)
    return f"{title}, {draft.words(unit)}" if unit else title
