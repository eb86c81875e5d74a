"""Which dimensions carry the classes: how the linear probe spreads its weight, and what shuffling costs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from fxreport.analysis.claims import (
    N_,
    Claim,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups
from fxreport.analysis.statistics.compare import BETTER, WORSE, paired, weakest
from fxreport.vocabulary.experiment import SHUFFLED

_SHARE, _DIMENSIONS = "probe_half_share", "probe_half_dimensions"
_PROBE, _TOP, _RANDOM = "probe_accuracy", "permuted_top_accuracy", "permuted_random_accuracy"

_CONCENTRATION = N_(
    "On {datasets} the linear probe concentrates its weight on the smallest share of the dimensions in {least}: half of "
    "the squared weight lies on {values}{others}."
)
_HALF = N_("{count} of {dimension}")
_HALF_ON = N_("{count} of {dimension} ({dataset})")
_OTHERS = N_("; in the other extractors, on {low} to {high} of all dimensions")
_OTHER = N_("; in the other extractor, on {low} of all dimensions")


def concentration(context: Context) -> Iterator[Claim]:
    """In whose fewest dimensions, as a share of all, half of the probe's squared weight lies.

    One claim for all image sets where it is the same extractor and equally sure. Silent where no probe was
    weighed, or the dimension is not known.
    """
    told: dict[tuple[tuple[str, ...], str], list[str]] = {}
    columns = {dataset: _shares(context, dataset) for dataset in context.datasets_with(_SHARE)}
    for dataset, column in columns.items():
        if column:
            least = groups({v: (x,) for v, x in column.items()}, descending=False)[0]
            support = context.first_place(dataset, _SHARE, least, descending=False, among=column)
            told.setdefault((least, support), []).append(dataset)
    for (least, support), datasets in told.items():
        rest = [x for d in datasets for v, x in columns[d].items() if v not in least]
        evidence = [
            context.evidence(d, v, m)
            for d in datasets
            for v in least
            for m in (_SHARE, _DIMENSIONS, "dimension")
        ]
        evidence += [context.evidence(d, v, _SHARE) for d in datasets for v in columns[d] if v not in least]
        params: dict[str, Param] = {
            "datasets": DatasetNames(tuple(datasets)),
            "least": Names(least),
            "values": Listing(tuple(_half(context, d, least[0], alone=len(datasets) == 1) for d in datasets)),
            "others": Verbatim("") if not rest else Phrase(_OTHERS if len(set(rest)) > 1 else _OTHER),
            "low": Derived(min(rest, default=0.0), "percent", 0),
            "high": Derived(max(rest, default=0.0), "percent", 0),
        }
        yield Claim(
            id=f"probe_weight/{'+'.join(datasets)}",
            kind="probe_weight",
            message=_CONCENTRATION,
            params=params,
            dataset=datasets[0] if len(datasets) == 1 else None,
            metric=_SHARE,
            subjects=least,
            value=columns[datasets[0]][least[0]] if len(datasets) == 1 else None,
            support=support,
            evidence=tuple(evidence),
        )


def _shares(context: Context, dataset: str) -> dict[str, float]:
    """Share of the dimensions with half of the weight, of extractors whose numbers of both are known."""
    known = [context.study.column(dataset, m) for m in (_DIMENSIONS, "dimension")]
    return {v: x for v, x in context.study.column(dataset, _SHARE).items() if all(v in c for c in known)}


def _half(context: Context, dataset: str, variant: str, *, alone: bool) -> Message:
    return Message(
        _HALF if alone else _HALF_ON,
        {
            "dataset": DatasetNames((dataset,)),
            "count": context.value(dataset, variant, _DIMENSIONS),
            "dimension": context.value(dataset, variant, "dimension"),
        },
    )


#: an extractor is told of whose dimensions without weight are as many in every run
LEAST_IDLE = 0.1

_IDLE = N_(
    "In every run at least {least} of the dimensions carry no weight at all in the linear probe, as is true of dimensions that "
    "never vary: {values}."
)
_ON_ONE_SET = N_("{name}, {low} ({lowest})")
_ON_SETS = N_("{name}, {low} ({lowest}) to {high} ({highest})")


def idle(context: Context) -> Iterator[Claim]:
    """Whose features have dimensions without any weight, and how many of all: the mean over runs, set by set.

    Says what the runs had and no more. Silent where nobody has ``LEAST_IDLE`` of them in every run.
    """
    found: dict[str, dict[str, float]] = {}
    for dataset in context.datasets_with(_SHARE):
        for variant in context.study.column(dataset, _SHARE):
            shares = [
                float(np.mean(kept["probe_weights"] == 0))
                for _, kept in context.kept(dataset, variant, "probe_weights")
            ]
            if shares and min(shares) >= LEAST_IDLE:
                found.setdefault(variant, {})[dataset] = sum(shares) / len(shares)
    if not found:
        return
    order = sorted(found, key=lambda v: -max(found[v].values()))
    evidence = tuple(context.kept_of(d, v, _SHARE, "probe_weights") for v in order for d in found[v])
    yield Claim(
        id="idle_dimensions",
        kind="idle_dimensions",
        message=_IDLE,
        params={
            "least": Derived(LEAST_IDLE, "percent", 0, constant="least_idle"),
            "values": Listing(tuple(_idle(v, found[v]) for v in order)),
        },
        metric=_SHARE,
        subjects=tuple(order),
        support=context.fact(*evidence),
        evidence=evidence,
        details={"shares": found},
    )


def _idle(variant: str, shares: Mapping[str, float]) -> Message:
    lowest, highest = min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)
    return Message(
        _ON_SETS if len(shares) > 1 else _ON_ONE_SET,
        {
            "name": Names((variant,)),
            "lowest": DatasetNames((lowest,)),
            "highest": DatasetNames((highest,)),
            "low": Derived(shares[lowest], "percent", 0),
            "high": Derived(shares[highest], "percent", 0),
        },
    )


@dataclass(frozen=True, slots=True)
class Shuffle:
    """What shuffling costs the probe on the features of an extractor.

    ``difference`` is the accuracy lost by shuffling the heaviest dimensions less that by random ones, the mean
    over the runs that have both; ``outcome`` and ``support`` are those of one such difference a run.
    """

    difference: float
    outcome: str
    support: str


def shuffles(context: Context, dataset: str) -> dict[str, Shuffle]:
    """Of each extractor on the set that has both accuracies and that of the probe, in reading order."""
    found = {}
    for variant in context.study.column(dataset, _TOP):
        samples = [context.study.sample(dataset, variant, m) for m in (_TOP, _RANDOM, _PROBE)]
        if any(sample is None for sample in samples):
            continue
        top, drawn = (dict(zip(s.seeds, s.values, strict=True)) for s in samples[:2] if s is not None)
        lost = [drawn[seed] - top[seed] for seed in sorted(top.keys() & drawn.keys())]
        if lost:
            outcome, support, _ = paired(lost)
            found[variant] = Shuffle(sum(lost) / len(lost), outcome, support)
    return found


_ALL_MATTER = N_(
    "On {datasets} the probe’s weights tell which dimensions matter, whatever the extractor: shuffling, among the "
    "images, the {share} of them that weigh most costs more accuracy than shuffling as many at random, idle ones among them, most of all in "
    "{most} ({values}){others}."
)
_SOME_MATTER = N_(
    "On {datasets} the probe’s weights tell which dimensions matter in {better}: shuffling, among the images, the "
    "{share} of them that weigh most costs more accuracy than shuffling as many at random, idle ones among them, most of all in {most} "
    "({values}){others}."
)
_NONE_MATTERS = N_(
    "On {datasets} it is shown for no extractor that shuffling, among the images, the {share} of the dimensions that "
    "weigh most in the probe costs more accuracy than shuffling as many at random, idle ones among them; the difference is largest in {most} "
    "({values}){others}."
)
_FALL = N_("from {accuracy} to {top}, with random ones to {random}")
_FALL_ON = N_("{dataset}: from {accuracy} to {top}, with random ones to {random}")
_TAILS = {
    (True, False): N_("; it is not shown for {open}"),
    (False, True): N_("; it costs less than random ones in {less}"),
    (True, True): N_("; it is not shown for {open}, and costs less than random ones in {less}"),
}


def permutation(context: Context) -> Iterator[Claim]:
    """For whom shuffling the heaviest dimensions costs the probe more than random ones, and for whom most.

    One claim for all image sets where this is the same and equally sure. Silent where it was not measured.
    """
    told: dict[tuple[object, ...], dict[str, dict[str, Shuffle]]] = {}
    for dataset in context.datasets_with(_TOP):
        found = shuffles(context, dataset)
        if found:
            by_outcome = tuple((v, s.outcome in (BETTER, WORSE) and s.outcome) for v, s in found.items())
            key = (by_outcome, _most(found), weakest(found[v].support for v in _better(found) or found))
            told.setdefault(key, {})[dataset] = found
    for of_sets in told.values():
        yield _permutation(context, of_sets)


def _better(found: Mapping[str, Shuffle]) -> tuple[str, ...]:
    return tuple(v for v, s in found.items() if s.outcome == BETTER)


def _most(found: Mapping[str, Shuffle]) -> tuple[str, ...]:
    """Where the difference is largest, among those in which it is shown where there are any."""
    return groups({v: (found[v].difference,) for v in _better(found) or found})[0]


def _permutation(context: Context, of_sets: Mapping[str, Mapping[str, Shuffle]]) -> Claim:
    datasets, found = tuple(of_sets), next(iter(of_sets.values()))
    better, most = _better(found), _most(found)
    less = tuple(v for v, s in found.items() if s.outcome == WORSE)
    unclear = tuple(v for v in found if v not in better and v not in less)
    tail = _TAILS.get((bool(unclear and better), bool(less)))
    alone = len(datasets) == 1
    return Claim(
        id=f"permutation/{'+'.join(datasets)}",
        kind="permutation",
        message=_ALL_MATTER if len(better) == len(found) else _SOME_MATTER if better else _NONE_MATTERS,
        params={
            "datasets": DatasetNames(datasets),
            "share": Derived(SHUFFLED, "percent", 0, constant="shuffled"),
            "better": Names(better),
            "open": Names(unclear),
            "less": Names(less),
            "most": Names(most),
            "values": Listing(tuple(_fall(context, d, most[0], alone=alone) for d in datasets)),
            "others": Phrase(tail) if tail else Verbatim(""),
        },
        dataset=datasets[0] if alone else None,
        metric=_TOP,
        subjects=better or tuple(found),
        value=found[most[0]].difference if alone else None,
        support=weakest(found[v].support for v in better or found),
        evidence=tuple(
            context.evidence(d, v, m) for d in datasets for v in found for m in (_PROBE, _TOP, _RANDOM)
        ),
        details={"outcomes": {v: s.outcome for v, s in found.items()}},
    )


def _fall(context: Context, dataset: str, variant: str, *, alone: bool) -> Message:
    return Message(
        _FALL if alone else _FALL_ON,
        {
            "dataset": DatasetNames((dataset,)),
            "accuracy": context.value(dataset, variant, _PROBE),
            "top": context.value(dataset, variant, _TOP),
            "random": context.value(dataset, variant, _RANDOM),
        },
    )
