"""The document on paper: its measurements in less room, without those that nothing in it refers to.

The page and the text have a table a cell and a column a run. On paper a table an image set holds the means,
extractor beside extractor, each with the anchor that the numbers of the document lead to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from fxreport.analysis.claims import N_, Count, DatasetNames
from fxreport.analysis.study import Sample
from fxreport.report.anchors import Address, appendix_id
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Column,
    Document,
    Note,
    Number,
    Plain,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    plain,
)
from fxreport.report.sections.appendix import GROUPED, metric_title, samples_of_cells
from fxreport.report.sections.experiments import Experiments
from fxreport.report.writers.walk import addresses
from fxreport.vocabulary.metrics import metric, place

#: extractors beside each other on an upright page
_ABREAST = 5
#: digits after the decimal mark up to which a deviation stands beside its mean
_DECIMALS = 4

Samples = Mapping[str, Mapping[str, Sample]]
"""By variant and metric."""


def printed(draft: Draft, made: Document) -> Document:
    """The document that ``draft`` made, for the PDF writer: what something in it leads to is there still."""
    wanted = addresses(made)
    cells = samples_of_cells(draft.study)
    compact: dict[str, Section] = {}
    lacking = 0
    for dataset in draft.study.datasets:
        samples = {v.id: cells[dataset.name, v.id] for v in draft.study.rows(dataset.name)}
        names = dict.fromkeys(name for of_variant in samples.values() for name in of_variant)
        kept = [
            name
            for name in sorted(names, key=lambda name: place(name, draft.study.metric(name)))
            if any(Address(dataset.name, v, name).id in wanted for v in samples)
        ]
        lacking += len(names) - len(kept)
        tables = _tables(draft, dataset.name, samples, kept)
        compact[appendix_id(dataset.name)] = Section(
            appendix_id(dataset.name), draft.words.dataset(dataset.name), tuple(tables)
        )
    sections = (_with(section, compact, draft, lacking) for section in made.sections)
    return replace(made, sections=tuple(sections))


def _with(section: Section, compact: Mapping[str, Section], draft: Draft, lacking: int) -> Section:
    """A top section; the appendix with the compact tables for its own, and a note that says so."""
    children = tuple(compact.get(child.id, child) for child in section.children)
    if children == section.children:
        return section
    return replace(section, blocks=(_note(draft, lacking), *section.blocks), children=children)


def _note(draft: Draft, lacking: int) -> Note:
    said = draft.say(
        N_(
            "On paper the measurements are means over runs with their standard deviations, where four "
            "decimals do for these. The values of every run are in the HTML page, in the Markdown text and "
            "in what “fxreport store export --csv” writes."
        )
    )
    if not lacking:
        return Note(said)
    left_out = draft.say(
        N_("Rows to which nothing in the document refers are left out ({rows})."), rows=Count(lacking, "row")
    )
    return Note((*said, Plain(" "), *left_out))


def _tables(draft: Draft, dataset: str, samples: Samples, names: Sequence[str]) -> Iterator[Table]:
    origins = Experiments(draft.study)
    variants = list(samples)
    for start in range(0, len(variants), _ABREAST):
        abreast = variants[start : start + _ABREAST]
        shown = [name for name in names if any(name in samples[v] for v in abreast)]
        if not shown:
            continue
        keys = dict.fromkeys(
            key for v in abreast for name in shown if name in samples[v] for key in samples[v][name].keys
        )
        yield Table(
            f"table-print-{appendix_id(dataset)}-{start}",
            (
                *draft.say(N_("{dataset}: measurements"), dataset=DatasetNames((dataset,))),
                *origins.links(draft, dataset, keys),
            ),
            (
                draft.text_column(N_("Metric")),
                *(Column(plain(draft.words.variant(v)), numeric=True) for v in abreast),
                draft.text_column(N_("Images"), numeric=True),
            ),
            tuple(
                Row(
                    (
                        TableCell(plain(metric_title(draft, name))),
                        *(_cell(draft, Address(dataset, v, name), samples[v].get(name)) for v in abreast),
                        TableCell(_images(draft, [s for v in abreast if (s := samples[v].get(name))])),
                    ),
                    topic=draft.words(metric(name).topic) if len(shown) >= GROUPED else "",
                )
                for name in shown
            ),
        )


def _cell(draft: Draft, address: Address, sample: Sample | None) -> TableCell:
    if sample is None:
        return TableCell(ABSENT)
    mean = draft.words.measured(address.metric, sample.mean)
    text: Text = (Number(mean),)
    decimals = len(mean.rpartition(draft.decimal)[2]) if draft.decimal in mean else 0
    if (sd := sample.sd) is not None and decimals <= _DECIMALS:
        # to the digits of the mean and in its unit: a deviation of bytes is one of megabytes
        scale = 1e-6 if draft.study.metric(address.metric).shown == "bytes" else 1.0
        text += (Plain("\u00a0±\u00a0"), Number(draft.words.number(scale * sd, decimals)))
    return TableCell(text, id=address.id)


def _images(draft: Draft, samples: Sequence[Sample]) -> Text:
    counts = sorted({sample.n for sample in samples if sample.n})
    if not counts:
        return ABSENT
    shown = [Number(draft.words.number(count, 0)) for count in counts]
    return tuple(part for number in shown for part in (Plain("; "), number))[1:]
