"""The measurements that the numbers of the conclusions lead to: means ± deviations, and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fxreport.analysis.claims import N_, Evidence, Names, Sets
from fxreport.report.anchors import Address, row_id
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.editions import PAGE, TECHNICAL
from fxreport.report.foremost import ROWS
from fxreport.report.model import (
    Block,
    Column,
    Document,
    Entries,
    Entry,
    Fragment,
    Link,
    Number,
    Plain,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    plain,
    to_string,
)
from fxreport.report.origins import Derivation
from fxreport.report.sections.appendix import metric_title
from fxreport.report.sections.evidence import measured_cells
from fxreport.report.sections.settings import settings
from fxreport.report.writers.walk import addresses
from fxreport.vocabulary.metrics import place

REPORT = f"{TECHNICAL}.{PAGE}"
#: so many sets stand side by side, of single runs more
_MOST_SETS, _MOST_SINGLE = 8, 12
#: values that an entry lists one by one
_MOST = 6
#: digits after the decimal mark up to which a deviation stands beside its mean
_DECIMALS = 4


def measurements(draft: Draft, made: Document) -> Section:
    """What the numbers of ``made`` lead to: derivations, measured cells, settings."""
    linked = addresses(made)
    # a claim that a picture alone tells of, and nothing leads to, needs no line
    entries = tuple(_entry(draft, one) for one in draft.origins if one.label or one.address in linked)
    wanted = linked | {a for entry in entries for a in _led(entry.text)}
    blocks: list[Block] = []
    blocks += _tables(draft, wanted)
    if entries:
        blocks += [
            draft.paragraph(
                N_(
                    "Each computed number leads to one of these lines; it was computed before rounding, so that a difference of "
                    "rounded values may be off by one in its last digit."
                )
            ),
            Entries(entries),
        ]
    constants = settings(draft)
    rows = tuple(row for row in constants.rows if row.id in wanted)
    if rows:
        blocks.append(Table(constants.id, constants.caption, constants.columns, rows))
    if not blocks:
        blocks.append(draft.note(N_("The store holds no measurement that this document could show.")))
    return Section("measurements", draft.words(N_("Measured values")), tuple(blocks), appendix=True)


def _led(text: Text) -> Iterator[str]:
    yield from (f.address for f in text if isinstance(f, Number) and f.address)


def _tables(draft: Draft, wanted: frozenset[str] | set[str]) -> Iterator[Table]:
    """A row a metric and extractor, a column a set: of what the document refers to, as many sets as a page holds.

    Of another field all of a metric that is referred to, where that is not too much.
    """
    study = draft.study
    sets = study.measured_datasets
    whole = not draft.context.of_field and len(study.variants) <= ROWS
    cells = {
        (name, v.id)
        for d in sets
        for v in (*study.variants, *study.others)
        for name in study.metrics()
        if (d, v.id, name) in study.samples and {Address(d, v.id, name).id, row_id(name, v.id)} & wanted
    }
    if whole:
        named = {name for name, _ in cells}
        cells |= {(name, v) for _, v, name in study.samples if name in named}
    if not cells:
        return
    order = {v.id: i for i, v in enumerate((*study.variants, *study.others))}

    def key(cell: tuple[str, str]) -> tuple[object, ...]:
        name, variant = cell
        return (
            name != draft.main and not draft.context.of_field,
            place(name, study.metric(name)),
            order[variant],
        )

    across = _MOST_SINGLE if study.single_run else _MOST_SETS
    for first in range(0, len(sets), across):
        yield _table(draft, sorted(cells, key=key), sets[first : first + across], first // across)


def _table(draft: Draft, cells: Sequence[tuple[str, str]], sets: Sequence[str], number: int) -> Table:
    """``number`` counts the tables from 0; the rows of the first have the addresses."""
    rows = [
        Row(
            (draft.variant_cell(variant), *(_cell(draft, Address(d, variant, name)) for d in sets)),
            id=row_id(name, variant) if number == 0 else "",
            topic=_title(draft, name),
        )
        for name, variant in cells
        if number == 0 or any((d, variant, name) in draft.study.samples for d in sets)
    ]
    said = (
        draft.say(N_("Measured values") if number == 0 else N_("Measured values on further sets"))
        if draft.study.single_run
        else draft.say(N_("Measured means ± standard deviations over runs"))
        if number == 0
        else draft.say(N_("Measured means ± standard deviations over runs, on further sets"))
    )
    link: Text = (
        (Plain(". "), Link(draft.words(N_("Every run is in the technical report")), f"{REPORT}#appendix"))
        if draft.linked and number == 0
        else ()
    )
    return Table(
        "table-measurements" + (f"-{number + 1}" if number else ""),
        (*said, *link),
        (
            draft.text_column(N_("Extractor")),
            *(Column(plain(draft.words.dataset(d)), numeric=True) for d in sets),
        ),
        tuple(rows),
    )


def _title(draft: Draft, name: str) -> str:
    """A metric with its unit, as a heading."""
    title = metric_title(draft, name)
    unit = ", %" if draft.study.metric(name).shown == "percent" else ""
    capital = title if title[1:2] in "-‑" else f"{title[:1].upper()}{title[1:]}"
    return f"{capital}{unit}"


def _cell(draft: Draft, address: Address) -> TableCell:
    sample = draft.study.sample(address.dataset, address.variant, address.metric)
    if sample is None:
        return TableCell(ABSENT)
    mean = draft.words.measured(address.metric, sample.mean)
    if percent := draft.study.metric(address.metric).shown == "percent":
        mean = draft.words.number(100 * sample.mean, 1)
    text: list[Fragment] = [Link(mean, f"{REPORT}#{address.id}") if draft.linked else Number(mean)]
    decimals = len(mean.rpartition(draft.decimal)[2]) if draft.decimal in mean else 0
    if (sd := sample.sd) is not None and decimals <= _DECIMALS:
        scale = 100.0 if percent else 1e-6 if draft.study.metric(address.metric).shown == "bytes" else 1.0
        text += [Plain("\u00a0±\u00a0"), Number(draft.words.number(scale * sd, decimals))]
    return TableCell(tuple(text), id=address.id)


def _entry(draft: Draft, derivation: Derivation) -> Entry:
    """What a computed number rests on: its values where they are few, else which metrics of whom."""
    read = [e for e in derivation.evidence if not e.artifact]
    found = tuple(dict.fromkeys((e.dataset, e.extractor, e.metric) for e in read))
    cells = [draft.context.evidence(*one) for one in found]
    text: list[Fragment] = []
    if 0 < len(cells) <= _MOST:
        text += measured_cells(draft, tuple(cells))
    elif cells:
        text.append(Plain(_summary(draft, cells)))
    if arrays := sorted({e.artifact for e in derivation.evidence if e.artifact}):
        said = draft.words(N_("Arrays kept of the runs: {names}")).format(names=draft.words.join(arrays))
        text.append(Plain(f"; {said[:1].lower()}{said[1:]}" if text else said))
    return Entry(
        derivation.address,
        derivation.label or _statement(draft, derivation.evidence),
        tuple(text) or plain(_extent(draft)),
    )


def _statement(draft: Draft, evidence: Sequence[Evidence]) -> str:
    """Whom and what a claim without a title of its own is about."""
    if not evidence:
        return draft.words(N_("A statement about the study"))
    names = Names(tuple(dict.fromkeys(e.extractor for e in evidence)))
    sets = Sets(tuple(dict.fromkeys(e.dataset for e in evidence)))
    return to_string(draft.say(N_("A statement about {names}, on {sets}"), names=names, sets=sets))


def _extent(draft: Draft) -> str:
    """What is counted where no value is read: the runs of whom on what."""
    words, study = draft.words, draft.study
    measured = {v for d in study.measured_datasets for v in study.measured(d)}
    names = words.names(tuple(v.id for v in study.variants if v in measured))
    sets = words.sets(study.measured_datasets)
    return words(N_("counted over all runs of {names} on {sets}")).format(names=names, sets=sets)


def _summary(draft: Draft, cells: Sequence[Evidence]) -> str:
    words = draft.words
    metrics = words.join(dict.fromkeys(words.metric(c.metric) for c in cells))
    names = words.names(tuple(dict.fromkeys(c.extractor for c in cells)))
    sets = words.sets(tuple(dict.fromkeys(c.dataset for c in cells)))
    return words(N_("{metrics}: {names}; on {sets}")).format(metrics=metrics, names=names, sets=sets)
