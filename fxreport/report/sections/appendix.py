"""The appendix: every measurement, what the statements rest on, the experiments that measured.

One table of measurements per image set and extractor, one row per metric, one column per seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fxreport.analysis.claims import N_, DatasetNames, Names
from fxreport.analysis.study import Sample, Study
from fxreport.report.anchors import Address, appendix_id
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import Column, Link, Number, Plain, Row, Section, Table, TableCell, plain
from fxreport.report.sections.evidence import evidence
from fxreport.report.sections.experiments import Experiments, experiments
from fxreport.vocabulary.metrics import place

#: metrics from which on a table has subheadings
GROUPED = 16


def appendix(draft: Draft) -> Section:
    origins = Experiments(draft.study)
    cells = samples_of_cells(draft.study)
    measurements = tuple(
        Section(
            appendix_id(known.name),
            draft.words.dataset(known.name),
            tuple(
                _table(draft, origins, known.name, v.id, cells[known.name, v.id])
                for v in draft.study.rows(known.name)
            ),
        )
        for known in draft.study.datasets
        if draft.study.measured(known.name)
    )
    return Section(
        "appendix",
        draft.words(N_("Appendix: measurements")),
        ()
        if measurements
        else (draft.note(N_("The store holds no measurement that this document could show.")),),
        (*measurements, *evidence(draft), *experiments(draft)),
        appendix=True,
    )


def samples_of_cells(study: Study) -> dict[tuple[str, str], dict[str, Sample]]:
    """By image set and variant, what was measured by metric."""
    cells: dict[tuple[str, str], dict[str, Sample]] = {}
    for (dataset, variant, name), sample in study.samples.items():
        cells.setdefault((dataset, variant), {})[name] = sample
    return cells


def _table(
    draft: Draft, origins: Experiments, dataset: str, variant: str, samples: Mapping[str, Sample]
) -> Table:
    names = sorted(samples, key=lambda name: place(name, draft.study.metric(name)))
    keys = _keys_of_seeds(samples[name] for name in names)
    grouped = len(names) >= GROUPED
    counted = draft.context.of_field or any(sample.n for sample in draft.study.samples.values())
    rows = (
        Row(
            _cells(draft, origins, name, samples[name], keys)[: None if counted else -1],
            id=Address(dataset, variant, name).id,
            topic=draft.words(draft.study.metric(name).topic) if grouped else "",
        )
        for name in names
    )
    return Table(
        f"table-all-{Address(dataset, variant, '').id}",
        (
            *draft.say(
                N_("{dataset}, {variant}: measurements"),
                dataset=DatasetNames((dataset,)),
                variant=Names((variant,)),
            ),
            *origins.links(draft, dataset, keys.values()),
        ),
        _columns(draft, origins, keys)[: None if counted else -1],
        tuple(rows),
    )


def _keys_of_seeds(samples: Iterable[Sample]) -> dict[int, str]:
    """By each seed the experiment that its column's heading leads to: that of the first metric that has it."""
    keys: dict[int, str] = {}
    for sample in samples:
        for seed, key in zip(sample.seeds, sample.keys, strict=True):
            keys.setdefault(seed, key)
    return dict(sorted(keys.items()))


def _columns(draft: Draft, origins: Experiments, keys: Mapping[int, str]) -> tuple[Column, ...]:
    words = draft.words
    metric, images = draft.text_column(N_("Metric")), draft.text_column(N_("Images"), numeric=True)
    if len(keys) == 1:
        [address] = map(origins.address, keys.values())
        said = words(N_("Value"))
        value = Column((Link(said, f"#{address}"),) if address else plain(said), numeric=True)
        return metric, value, images
    mean = draft.text_column(N_("Mean"), numeric=True)
    sd = draft.text_column(N_("Standard deviation"), numeric=True)
    said = words(N_("Seed")) + " "
    seeds = (
        Column(
            (Plain(said), Number(str(seed), origins.address(key), origins.title(draft, key))), numeric=True
        )
        for seed, key in keys.items()
    )
    return metric, mean, sd, *seeds, images


def _cells(
    draft: Draft, origins: Experiments, name: str, sample: Sample, keys: Mapping[int, str]
) -> tuple[TableCell, ...]:
    """A value from another experiment than its column's leads to its own."""
    words = draft.words
    led = {
        seed: "" if key == keys[seed] else origins.address(key)
        for seed, key in zip(sample.seeds, sample.keys, strict=True)
    }
    title = TableCell(plain(metric_title(draft, name)))
    images = TableCell((Number(words.number(sample.n, 0)),) if sample.n else ABSENT)
    if len(keys) == 1:
        return title, TableCell((Number(words.measured(name, sample.mean), led[next(iter(keys))]),)), images
    of_seed = dict(zip(sample.seeds, sample.values, strict=True))
    sd = sample.sd
    spread = ABSENT if sd is None else (Number(words.measured(name, sd)),)
    return (
        title,
        TableCell((Number(words.measured(name, sample.mean)),)),
        TableCell(spread),
        *(
            TableCell((Number(words.measured(name, of_seed[s]), led[s]),) if s in of_seed else ABSENT)
            for s in keys
        ),
        images,
    )


def metric_title(draft: Draft, name: str) -> str:
    """A metric with the unit of its values."""
    title, unit = draft.words.metric(name), draft.words.unit(name)
    return f"{title}, {draft.words(unit)}" if unit else title
