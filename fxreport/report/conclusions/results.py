"""The results: one table, a row an extractor."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from fxreport.analysis.claims import N_, Count, DatasetNames, Listing, Message, Names, Verbatim
from fxreport.analysis.quantities.costs import mean_seconds_per_1000_images
from fxreport.report.anchors import row_id
from fxreport.report.draft import ABSENT, Draft
from fxreport.report.model import (
    Column,
    Note,
    Number,
    Row,
    Section,
    Table,
    TableCell,
    joined,
    plain,
)
from fxreport.vocabulary.catalog import EXTRACTORS
from fxreport.vocabulary.metrics import COST, levels_of

#: image sets of which each has columns of its own
_MOST_SETS = 4
PROBE = "probe_accuracy"
#: what an extractor costs, as far as it has a column
COSTS = ("extraction_seconds", "fit_seconds", "model_bytes")
#: so many measures of another field have columns, and so many of these have one a set
_MOST_METRICS, _MOST_BY_SET = 6, 2
#: families that are trained on the set
TRAINED = ("supervised", "unsupervised")

_UNTIMED = N_("Not timed, and so no answer where speed is asked for: {names}.")
_MISSING = N_("Not measured: {cells}.")
_INCOMPLETE = N_("Not measured on every set, and so without a mean over them: {names}.")
_ABSENT_ON = N_("Without {metric}, and so without a mean over all sets: {items}.")
_FEWER = N_("Most values are means over {usual}; over fewer are those of {items}.")
#: so many holes are told one by one, and so many with fewer runs
_MOST_CELLS, _MOST_HOLES = 12, 4
_MISSING_COMMAND = N_("Not measured: {cells}; {command} measures what this machine can get.")
_ABSENT = {
    ("not_run", False): N_("{names} (not run)"),
    ("not_run", True): N_("{names} on {datasets} (not run)"),
    ("failed", False): N_("{names} (failed: {reason})"),
    ("failed", True): N_("{names} on {datasets} (failed: {reason})"),
}


def results(draft: Draft) -> Section | None:
    """The main quality and the linear probe by set, then what an extractor costs; what was not measured below."""
    study = draft.study
    known = (draft.main, PROBE, *COSTS) if draft.context.of_field else _metrics(draft)
    shown = [
        v.id
        for v in study.variants
        if any((d, v.id, metric) in study.samples for d in study.measured_datasets for metric in known)
    ]
    title, missing = draft.words(N_("Results")), _missing(draft)
    if not shown:
        return Section("results", title, missing) if missing else None
    columns: list[tuple[Column, Callable[[str], TableCell]]] = []
    metrics = [m for m in (draft.main, PROBE) if any(study.column(d, m) for d in study.measured_datasets)]
    if not draft.context.of_field:
        metrics = [m for m in known if m != study.cost]
    most = _MOST_SETS if len(metrics) <= _MOST_BY_SET else 1
    averaged = len(draft.context.quality) > most
    for metric in dict.fromkeys(metrics):
        columns += _by_set(draft, metric, most=most)
    columns += _costs(draft)
    columns = [(column, cell) for column, cell in columns if any(cell(v).text != ABSENT for v in shown)]
    rows = {v: tuple(cell(v) for _, cell in columns) for v in shown}
    filled = [
        v for v, cells in rows.items() if draft.context.of_field or any(c.text != ABSENT for c in cells)
    ]
    order = sorted(filled or shown, key=lambda v: -_mean(draft, v))
    table = Table(
        "table-results",
        draft.say(N_("What each extractor reaches and what it costs, means over runs and sets"))
        if averaged and not study.single_run
        else draft.say(N_("What each extractor reaches and what it costs, means over runs"))
        if not study.single_run
        else draft.say(N_("What each extractor reaches and what it costs, single runs")),
        (draft.text_column(N_("Extractor")), *(column for column, _ in columns)),
        tuple(Row((draft.variant_cell(v), *rows[v])) for v in order),
    )
    notes: list[str] = []
    if any(v.input_size for v in study.variants if v.id in shown):
        notes.append(N_("A number of px in a name: the images were brought to so many pixels a side."))
    if draft.context.of_field and any(_sizes_differ(draft, v) for v in shown):
        notes.append(N_("Where a model’s size differs between the sets, the largest is given."))
    untimed = _untimed(draft, order)
    told = [draft.say(note) for note in notes]
    if untimed:
        told.append(draft.say(_UNTIMED, names=Names(untimed)))
    table = replace(table, note=joined(told))
    machines = [Note(draft.say(c.message, **c.params)) for c in draft.conclusions.of("processors")]
    return Section("results", title, (table, *machines, *missing))


def _untimed(draft: Draft, shown: Sequence[str]) -> tuple[str, ...]:
    """Those whose time nobody measured, as of features that were computed elsewhere, beside others that have one."""
    study = draft.study
    timed = {v for d in study.measured_datasets for v in study.column(d, COSTS[0])}
    return tuple(v for v in shown if v not in timed) if timed and draft.context.of_field else ()


def _sizes_differ(draft: Draft, variant: str) -> bool:
    sizes = (draft.study.mean(d, variant, "model_bytes") for d in draft.study.measured_datasets)
    return len({draft.words.significant(x / 1e6, 2) for x in sizes if x is not None}) > 1


def _mean(draft: Draft, variant: str) -> float:
    """Mean of the main quality over the sets, the best the highest; of a set that lacks it, nothing."""
    column = [draft.context.column(d).get(variant) for d in draft.context.quality]
    known = [x for x in column if x is not None]
    sign = 1 if draft.study.rising else -1
    return sign * math.fsum(known) / len(known) if known and len(known) == len(column) else -math.inf


def _metrics(draft: Draft) -> tuple[str, ...]:
    """The measures of another field: the main ones, and then those that have a direction."""
    study = draft.study
    there = [name for name in study.metrics() if any(study.column(d, name) for d in study.measured_datasets)]
    first = {study.quality: 0, study.cost: 1}
    told = sorted(there, key=lambda m: (first.get(m, 2), study.metric(m).higher_is_better is None, m))
    return tuple(told[:_MOST_METRICS])


def _by_set(
    draft: Draft, metric: str, most: int = _MOST_SETS
) -> list[tuple[Column, Callable[[str], TableCell]]]:
    """A column for each set; of more than ``most`` one for their mean."""
    study, words = draft.study, draft.words
    sets = [d for d in study.measured_datasets if study.column(d, metric)]
    title = words.metric(metric)
    short = words(N_("probe")) if metric == PROBE else title
    direction = draft.column(metric).direction
    percent = study.metric(metric).shown == "percent"
    unit = words.unit(metric)
    short += "\u00a0%" if percent else f", {words(unit)}" if unit else ""
    if len(sets) > most:
        every = len(sets) == len(draft.context.quality)
        heading = plain(
            words(N_("{metric}, mean") if every else N_("{metric}, mean of {n}")).format(
                metric=short, n=words.number(len(sets), 0)
            )
        )
        return [(Column(heading, True, direction), _mean_cell(draft, metric, sets))]

    def cell(dataset: str) -> Callable[[str], TableCell]:
        def of(variant: str) -> TableCell:
            if study.sample(dataset, variant, metric) is None:
                return TableCell(ABSENT)
            evidence = draft.context.evidence(dataset, variant, metric)
            value = words.value(evidence, unit=False)
            if percent:
                value = replace(value, text=words.number(100 * evidence.value, 1))
            return TableCell((value,), best=draft.is_best(dataset, variant, metric))

        return of

    return [
        (
            Column(
                plain(f"{short}, {words.dataset(d)}"),
                numeric=True,
                direction=direction,
                group=plain(short),
                short=plain(words.dataset(d)),
            ),
            cell(d),
        )
        for d in sets
    ]


def _mean_cell(draft: Draft, metric: str, sets: list[str]) -> Callable[[str], TableCell]:
    def cell(variant: str) -> TableCell:
        values = [draft.study.mean(d, variant, metric) for d in sets]
        if any(x is None for x in values):
            return TableCell(ABSENT)
        mean = math.fsum(x or 0 for x in values) / len(values)
        percent = draft.study.metric(metric).shown == "percent"
        text = draft.words.number(100 * mean, 1) if percent else draft.words.measured(metric, mean)
        return TableCell((Number(text, row_id(metric, variant)),))

    return cell


def _costs(draft: Draft) -> list[tuple[Column, Callable[[str], TableCell]]]:
    """Extraction and training time, size, labels; what nobody has is left out."""
    study, words = draft.study, draft.words
    sets = study.measured_datasets

    def number(value: float | None, metric: str, variant: str, show: Callable[[float], str]) -> TableCell:
        if value is None:
            return TableCell(ABSENT)
        title = f"{words.variant(variant)} · {words.metric(metric)}"
        return TableCell((Number(show(value), row_id(metric, variant), title),))

    def extraction(variant: str) -> TableCell:
        timed = [d for d in sets if study.sample(d, variant, "extraction_seconds")]
        per = mean_seconds_per_1000_images(study, timed, variant) if timed else None
        return number(per, "extraction_seconds", variant, lambda x: words.significant(x, 2))

    def training(variant: str) -> TableCell:
        known = [study.mean(d, variant, "fit_seconds") for d in sets]
        trained = study.variant_by_id[variant].family in TRAINED
        values = [x for x in known if x is not None] if trained else []
        mean = math.fsum(values) / len(values) if values else None
        return number(mean, "fit_seconds", variant, lambda x: words.significant(x, 2))

    def size(variant: str) -> TableCell:
        found = [study.mean(d, variant, "model_bytes") for d in sets]
        known = max((x for x in found if x is not None), default=None)
        return number(known, "model_bytes", variant, lambda x: words.significant(x / 1e6, 2))

    def labels(variant: str) -> TableCell:
        return TableCell(draft.yes_no(study.variant_by_id[variant].extractor.needs_labels))

    candidates: list[tuple[str, Column, Callable[[str], TableCell]]] = [
        ("extraction_seconds", Column(plain(words(N_("s per 1,000 images"))), True, "down"), extraction),
        ("fit_seconds", Column(plain(words(N_("training, s"))), True, "down"), training),
        ("model_bytes", Column(plain(words(N_("model, MB"))), True, "down"), size),
    ]
    if not draft.context.of_field:  # whose times are not of images
        candidates = []
    found = [(c, cell) for metric, c, cell in candidates if any(study.column(d, metric) for d in sets)]
    if len({v.extractor.needs_labels for v in study.variants if v.family != "other"}) > 1:
        found.append((Column(plain(words(N_("labels of the set")))), labels))
    others = [
        m
        for m in (study.cost,)
        if m not in {c[0] for c in candidates}
        and (m in study.brought or study.metric(m).topic == COST or not draft.context.of_field)
        and any(study.column(d, m) for d in sets)
    ]
    for metric in others:
        if not levels_of(metric):
            found += _by_set(draft, metric)
    return found


def _missing(draft: Draft) -> tuple[Note, ...]:
    """What of the plan was not measured, why, and what would measure it."""
    if not draft.context.of_field:
        return tuple(_holes(draft))
    if not draft.study.missing:
        return ()
    command = _command(draft)
    cells = Listing(tuple(_lacking(draft)))
    return (draft.note(_MISSING_COMMAND if command else _MISSING, cells=cells, command=Verbatim(command)),)


def _holes(draft: Draft) -> Iterator[Note]:
    """Of another field: who lacks the main quality on which sets, and who has fewer runs than the others."""
    context, study, main = draft.context, draft.study, draft.main
    sets = tuple(context.quality)
    alike: dict[tuple[str, ...], list[str]] = {}
    for variant in study.variants:
        lacking = tuple(d for d in sets if variant.id not in context.column(d))
        if lacking and len(lacking) < len(sets):
            alike.setdefault(lacking, []).append(variant.id)
    if sum(len(names) * len(lacking) for lacking, names in alike.items()) > _MOST_CELLS:
        yield draft.note(_INCOMPLETE, names=Names(tuple(chain.from_iterable(alike.values()))))
    elif alike:
        yield draft.note(_ABSENT_ON, items=_items((names, lacking) for lacking, names in alike.items()))
    runs = {(d, v): len(s.values) for (d, v, m), s in study.samples.items() if m == main}
    usual = max(runs.values(), default=0)
    fewer: dict[str, list[str]] = {}
    for (dataset, name), number in runs.items():
        if number < usual:
            fewer.setdefault(name, []).append(dataset)
    if fewer and len(fewer) <= _MOST_HOLES:
        yield draft.note(
            _FEWER,
            usual=Count(usual, "run_over"),
            items=_items(([name], tuple(where)) for name, where in fewer.items()),
        )


def _items(found: Iterable[tuple[Sequence[str], tuple[str, ...]]]) -> Listing:
    return Listing(
        tuple(
            Message(
                N_("{names} on {datasets}"), {"names": Names(tuple(names)), "datasets": DatasetNames(sets)}
            )
            for names, sets in found
        )
    )


def _lacking(draft: Draft) -> Iterator[Message]:
    """Extractors that lack the same sets for the same reason, together."""
    lacking: dict[tuple[str, str, str], list[str]] = {}
    for one in draft.study.missing:
        lacking.setdefault((one.variant.id, one.kind, one.reason), []).append(one.dataset)
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (variant, kind, reason), sets in lacking.items():
        alike.setdefault((kind, reason, tuple(sets)), []).append(variant)
    for (kind, reason, datasets), variants in alike.items():
        partly = len(datasets) < len(draft.study.datasets)
        yield Message(
            _ABSENT["failed" if kind == "failed" else "not_run", partly],
            {"names": Names(tuple(variants)), "datasets": DatasetNames(datasets), "reason": Verbatim(reason)},
        )


def _command(draft: Draft) -> str:
    """What measures all that is missing and that fxreport can measure; "" where that is nothing."""
    measured = {run.variant for run in draft.study.runs}
    known = {v.extractor.name for v in draft.study.variants if v.id in measured} | set(EXTRACTORS)
    names = dict.fromkeys(one.variant.extractor.name for one in draft.study.missing)
    wanted = [name for name in names if name in known]
    return f"fxreport run --extractors {','.join(wanted)}" if wanted else ""
