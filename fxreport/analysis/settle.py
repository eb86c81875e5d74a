"""Open questions: what the data cannot tell, and what would settle it.

Open is a comparison that is undetermined, between two extractors of whom somebody would choose one: the first
two, those that need no labels, an extractor and the control, two input sizes of a network, neighbours in the
mean over image sets. Where cells have single runs, how much runs differ is the question before all others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from fxreport.analysis.claims import (
    N_,
    UNDETERMINED,
    Count,
    DatasetNames,
    Evidence,
    Message,
    Names,
    Param,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.quantities.across import mean_difference, mean_over
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.compare import image_variance, judge
from fxreport.analysis.statistics.power import Spread, seeds_to_settle, times_the_images
from fxreport.analysis.statistics.uncertainty import Interval, variance
from fxreport.analysis.study import Study

#: kinds of question, and how many would act on the answer
IMPORTANCE: Mapping[str, float] = {
    "spread": 1.0,
    "overall": 1.0,
    "label_free": 0.9,
    "first": 0.8,
    "control": 0.6,
    "input_size": 0.5,
    "neighbours": 0.4,
}
#: runs of a cell from which on its spread can be told, if roughly
FEWEST_SEEDS = 3
#: neighbours further down in the ranking are nobody's choice
_PLACES = 10

_QUESTIONS = {
    "overall": N_("{ahead} or {behind}: which is the best on average over {sets}?"),
    "label_free": N_("{ahead} or {behind}: which is the best on {sets} without labels?"),
    "label_free_mean": N_("{ahead} or {behind}: which is the best without labels, on average over {sets}?"),
    "first": N_("{ahead} or {behind}: which is the best on {sets}?"),
    "control": N_("{ahead}: better than {behind} on {sets}, or not?"),
    "input_size": N_("{ahead} or {behind}: which input size is better on {sets}?"),
    "neighbours": N_("{ahead} or {behind}: which is ahead on average over {sets}?"),
}
_SPREAD = N_("Which differences are more than chance? One run does not say how much runs differ.")

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What the data cannot tell, by the main quality.

    ``difference`` is what was seen in favour of the first of ``pair``, ``detectable`` the smallest that
    these runs could have told; both None, with an empty pair, where single runs say nothing of the spread.
    ``seeds_needed`` is how many more the cell needs that lacks most, ``images_needed`` how many test images a
    run, where it is images that are wanting; None where no number worth proposing would do. ``seconds`` are
    those of the seeds on the machine that measured, None where not known. ``within_margin``: what was seen is
    too small to matter.
    """

    id: str
    kind: str
    question: Message
    datasets: tuple[str, ...]
    pair: tuple[str, ...]
    difference: float | None = None
    detectable: float | None = None
    seeds_needed: int | None = None
    images_needed: int | None = None
    seconds: float | None = None
    within_margin: bool = False
    evidence: tuple[Evidence, ...] = ()
    importance: float = 0.0

    @property
    def cells(self) -> tuple[Cell, ...]:
        """(image set, variant) of all cells that it is about."""
        return tuple((e.dataset, e.extractor) for e in self.evidence)


def open_questions(context: Context) -> tuple[OpenQuestion, ...]:
    """All open questions, the most useful first.

    Of one kind each further one counts for less; so does one that no runs would settle, or whose answer would
    change little. Two kinds of question about one difference are one question. Silent where nothing is open.
    """
    found: dict[tuple[tuple[str, ...], frozenset[str]], OpenQuestion] = {}
    for kind, datasets, pair in _asked(context):
        about = datasets, frozenset(pair)
        if about not in found and (question := _open(context, kind, datasets, pair)):
            found[about] = question
    spread = _unknown_spread(context)
    return _ranked([*([spread] if spread else []), *found.values()])


def still_open(context: Context, asked: OpenQuestion) -> OpenQuestion | None:
    """The same question as the data answer it now; None where it is settled, or cells are gone."""
    if not asked.pair:
        return _unknown_spread(context)
    there = context.study.samples
    if any((d, v, context.main) not in there for d, v in asked.cells):
        return None
    return _open(context, asked.kind, asked.datasets, (asked.pair[0], asked.pair[1]))


def lead(context: Context, datasets: Sequence[str], a: str, b: str) -> Interval | None:
    """How far ``a`` is ahead of ``b``, on one set or on average over several; None for single runs."""
    if len(datasets) == 1:
        return context.lead(datasets[0], a, b).interval
    found = mean_difference(context, a, b, datasets)
    return found if found is None or context.study.rising else found.reversed()


Asked = tuple[str, tuple[str, ...], tuple[str, str]]


def _asked(context: Context) -> Iterator[Asked]:
    """Pairs that somebody chooses between: kind, image sets, and the pair, the one ahead first."""
    sets, study = context.datasets_with(), context.study
    complete = context.complete()
    order = _by_mean(context, complete)
    if len(sets) > 1:
        yield from (("overall", sets, pair) for pair in _for_first_place(context, sets, order))
    if sets:
        label_free = _by_mean(context, [v for v in complete if v in context.label_free])
        yield from (("label_free", sets, pair) for pair in _for_first_place(context, sets, label_free))
    for dataset in context.quality:
        for pair in _for_first_place(context, (dataset,), context.quality[dataset]):
            yield "first", (dataset,), pair
    for dataset in context.quality:
        column = context.column(dataset)
        if CONTROL in column:
            yield from (("control", (dataset,), (v, CONTROL)) for v in column if context.learned(v))
        for sizes in study.sizes.values():
            measured = [v.id for v in sizes if v.id in column]
            for small, large in pairwise(measured):
                ahead = (column[large] >= column[small]) == study.rising
                yield "input_size", (dataset,), (large, small) if ahead else (small, large)
    if len(sets) > 1:
        for above, below in pairwise(order[:_PLACES]):
            yield from (("neighbours", sets, (a, b)) for a in above for b in below)


def _by_mean(context: Context, variants: Sequence[str]) -> list[tuple[str, ...]]:
    sets = context.datasets_with()
    means = {v: (mean_over(context, v, context.main, sets),) for v in variants}
    return groups(means, descending=context.study.rising) if means else []


def _for_first_place(
    context: Context, datasets: tuple[str, ...], order: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """The first against the next whom it is not shown to be ahead of; equals against each other."""
    if not order:
        return
    if len(order[0]) > 1:
        yield from combinations(order[0], 2)
        return
    [first] = order[0]
    for group in order[1:]:
        rivals = [(first, other) for other in group if _undetermined(context, datasets, first, other)]
        if rivals:
            yield from rivals
            return


def _undetermined(context: Context, datasets: Sequence[str], a: str, b: str) -> bool:
    if len(datasets) == 1:
        return context.compare(datasets[0], a, b).support == UNDETERMINED
    found = lead(context, datasets, a, b)
    return found is not None and judge(found, context.margin)[1] == UNDETERMINED


def _open(
    context: Context, kind: str, datasets: tuple[str, ...], pair: tuple[str, str]
) -> OpenQuestion | None:
    """None where the data tell it, or where a single run says nothing."""
    if not _undetermined(context, datasets, *pair):
        return None
    interval = lead(context, datasets, *pair)
    spread = _spread(context, datasets, pair)
    if interval is None or spread is None:
        return None
    wanted = seeds_to_settle(spread, context.margin)
    more = None if wanted is None else _more(context.study, context.main, datasets, pair, wanted)
    several = "_mean" if kind == "label_free" and len(datasets) > 1 else ""
    return OpenQuestion(
        id="/".join((kind, "+".join(datasets), *pair)),
        kind=kind,
        question=Message(_QUESTIONS[kind + several], _places(datasets, pair)),
        datasets=datasets,
        pair=pair,
        difference=interval.mean,
        detectable=(interval.high - interval.low) / 2,
        seeds_needed=None if more is None else max(more.values()),
        images_needed=_images(context, datasets, pair, spread),
        seconds=None if more is None else _seconds(context.study, more),
        within_margin=abs(interval.mean) < context.margin,
        evidence=tuple(context.evidence(d, v) for d in datasets for v in pair),
    )


def _places(datasets: tuple[str, ...], pair: tuple[str, str]) -> dict[str, Param]:
    sets: Param = DatasetNames(datasets) if len(datasets) == 1 else Count(len(datasets), "dataset")
    return {"ahead": Names(pair[:1]), "behind": Names(pair[1:]), "sets": sets}


def _spread(context: Context, datasets: Sequence[str], pair: Sequence[str]) -> Spread | None:
    """The difference (its mean over sets) and its variance, from the seeds that all cells have.

    Where these are fewer than two, the cells' variances as if independent, and none over images.
    """
    samples = [[context.study.samples[d, v, context.main] for v in pair] for d in datasets]
    cells = [sample for of_set in samples for sample in of_set]
    count, sign = len(datasets), 1 if context.study.rising else -1
    seeds = sorted(set.intersection(*(set(s.seeds) for s in cells)))
    seen = sign * math.fsum(a.mean - b.mean for a, b in samples) / count
    if len(seeds) < 2:
        fewest = min(len(s.seeds) for s in cells)
        between = math.fsum(variance(s.values) for s in cells) / count**2
        return Spread(seen, fewest, between) if fewest > 1 else None
    common = [[sample.only(seeds) for sample in of_set] for of_set in samples]
    by_seed = [math.fsum(a.values[i] - b.values[i] for a, b in common) / count for i in range(len(seeds))]
    known = [image_variance(context.influences, a, b, context.main) or (0.0, 0.0) for a, b in common]
    images = math.fsum(w for w, _ in known)
    shared = math.fsum(w * overlap for w, overlap in known)
    return Spread(
        seen, len(seeds), variance(by_seed), images / count**2, shared / images if images > 0 else 0.0
    )


def _more(
    study: Study, metric: str, datasets: Sequence[str], pair: Sequence[str], wanted: int
) -> dict[Cell, int]:
    """How many seeds each cell lacks of those wanted; the cell that has the fewest lacks one at least."""
    counts = {(d, v): len(study.samples[d, v, metric].seeds) for d in datasets for v in pair}
    wanted = max(wanted, min(counts.values()) + 1)
    return {cell: max(wanted - count, 0) for cell, count in counts.items()}


def _images(context: Context, datasets: Sequence[str], pair: Sequence[str], spread: Spread) -> int | None:
    """Test images a run that would settle it; None where seeds help more, or the sets have not so many."""
    samples = [context.study.samples[d, v, context.main] for d in datasets for v in pair]
    there = {sample.n for sample in samples}
    limits = [context.study.dataset_by_name[d].test_size for d in datasets]
    if not spread.of_images or len(there) != 1 or None in there:
        return None
    times = times_the_images(spread, context.margin)
    if times is None:
        return None
    wanted = math.ceil(times * (there.pop() or 0) / 100) * 100
    return wanted if all(limit is not None and wanted <= limit for limit in limits) else None


def _seconds(study: Study, more: Mapping[Cell, int]) -> float | None:
    """Time of further seeds by that of those measured; None where it was not told of one of the cells."""
    total = 0.0
    for (dataset, variant), seeds in more.items():
        runs = [run.provenance.get("wall_seconds") for run in study.runs_of(dataset, variant)]
        told = [float(seconds) for seconds in runs if seconds]
        if seeds and not told:
            return None
        total += seeds * math.fsum(told) / max(len(told), 1)
    return total


def _unknown_spread(context: Context) -> OpenQuestion | None:
    """Cells with a single run that something is to be compared with; None where each has several."""
    single = [
        (dataset, variant)
        for dataset in context.quality
        for variant in context.column(dataset)
        if len(context.column(dataset)) > 1
        and len(context.study.samples[dataset, variant, context.main].seeds) == 1
    ]
    if not single:
        return None
    more = FEWEST_SEEDS - 1
    return OpenQuestion(
        id="spread",
        kind="spread",
        question=Message(_SPREAD),
        datasets=tuple(dict.fromkeys(dataset for dataset, _ in single)),
        pair=(),
        seeds_needed=more,
        seconds=_seconds(context.study, dict.fromkeys(single, more)),
        evidence=tuple(context.evidence(*cell) for cell in single),
    )


def _ranked(questions: Sequence[OpenQuestion]) -> tuple[OpenQuestion, ...]:
    """In order of importance; where that is equal, in the order of the kinds and of the image sets."""

    def use(one: OpenQuestion) -> tuple[bool, bool, float, float]:
        settles = one.seeds_needed is not None or one.images_needed is not None
        seeds = math.inf if one.seeds_needed is None else one.seeds_needed
        return not settles, one.within_margin, seeds, one.seconds or 0.0

    ranked = []
    for kind, weight in IMPORTANCE.items():
        of_kind = sorted((one for one in questions if one.kind == kind), key=use)
        for place, one in enumerate(of_kind, 1):
            matters = weight / place / (2 if any(use(one)[:2]) else 1)
            ranked.append(replace(one, importance=matters))
    return tuple(sorted(ranked, key=lambda one: -one.importance))
