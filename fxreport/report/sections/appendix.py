"""The appendix: every measurement, what the statements rest on, the experiments that measured.

One table of measurements per image set and extractor, one row per metric, one column per seed.
"""

from __future__ import annotations

from fxreport.analysis.claims import N_, DatasetNames, Names
from fxreport.experiment import METRICS
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import Column, Link, Number, Row, Section, Table, TableCell, plain
from fxreport.report.sections.evidence import evidence
from fxreport.report.sections.experiments import Experiments, experiments
from fxreport.report.words import Address, appendix_id, shown_unit


def appendix(draft: Draft) -> Section:
    measurements = tuple(
        Section(
            appendix_id(dataset.name),
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
        if measurements
        else (draft.note(N_("The store holds no measurement that this document could show.")),),
        (*measurements, *evidence(draft), *experiments(draft)),
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
    origins = Experiments(study)
    keys = {
        s: next(
            key
            for m in names
            for at, key in zip(
                study.samples[dataset, variant, m].seeds, study.samples[dataset, variant, m].keys, strict=True
            )
            if at == s
        )
        for s in seeds
    }
    rows = []
    for name in names:
        sample = study.samples[dataset, variant, name]
        address = Address(dataset, variant, name).id
        of_seed = dict(zip(sample.seeds, sample.values, strict=True))
        # a value from another experiment than its column's leads to its own
        led = {
            s: "" if key == keys[s] else origins.address(key)
            for s, key in zip(sample.seeds, sample.keys, strict=True)
        }
        cells = [
            TableCell(plain(_title(draft, name))),
            TableCell((Number(words.measured(name, sample.mean), led[seeds[0]] if len(seeds) == 1 else ""),)),
        ]
        if len(seeds) > 1:
            cells.append(
                TableCell((Number(words.measured(name, sample.sd)),) if sample.sd is not None else ABSENT)
            )
            cells += [
                TableCell((Number(words.measured(name, of_seed[s]), led[s]),) if s in of_seed else ABSENT)
                for s in seeds
            ]
        cells.append(TableCell((Number(words.number(sample.n, 0)),) if sample.n else ABSENT))
        rows.append(Row(tuple(cells), id=address))
    columns = [draft.text_column(N_("Metric"))]
    if len(seeds) > 1:
        columns.append(draft.text_column(N_("Mean"), numeric=True))
        columns.append(draft.text_column(N_("Standard deviation"), numeric=True))
        for s in seeds:
            seed = Number(str(s), origins.address(keys[s]), origins.title(draft, keys[s]))
            columns.append(Column((*plain(words(N_("Seed")) + " "), seed), numeric=True))
    else:
        address = origins.address(keys[seeds[0]])
        value = words(N_("Value"))
        columns.append(Column((Link(value, f"#{address}"),) if address else plain(value), numeric=True))
    columns.append(draft.text_column(N_("Images"), numeric=True))
    return Table(
        f"table-all-{Address(dataset, variant, '').id}",
        (
            *draft.say(
                N_("{dataset}, {variant}: every measurement"),
                dataset=DatasetNames((dataset,)),
                variant=Names((variant,)),
            ),
            *origins.links(draft, dataset, keys.values()),
        ),
        tuple(columns),
        tuple(rows),
    )


def _title(draft: Draft, name: str) -> str:
    title, unit = draft.words.metric(name), shown_unit(name)
    return f"{title}, {draft.words(unit)}" if unit else title
