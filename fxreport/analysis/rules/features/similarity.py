"""How alike the extractors are: the most and the least alike, who is like raw pixels, sizes of one network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fxreport.analysis.claims import (
    N_,
    UNDETERMINED,
    Claim,
    DatasetNames,
    Derived,
    Evidence,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Verbatim,
)
from fxreport.analysis.context import CONTROL, Context
from fxreport.analysis.quantities.likeness import ARRAYS, METRIC, Likeness, Pair
from fxreport.analysis.quantities.ranking import equal
from fxreport.analysis.statistics.compare import BETTER, WORSE, ahead_of_all, paired_by_seed

#: with a single pair nothing is the most alike
_LEAST_PAIRS = 2


@dataclass(frozen=True, slots=True)
class _First:
    """The first of several pairs on a set, and how sure it is that it is ahead of every other."""

    dataset: str
    pair: Pair
    support: str


@dataclass(frozen=True, slots=True)
class _Words:
    """How a first place is told: where it is shown (or the runs are single), and where it is not."""

    shown: str
    open: str


_MOST = _Words(
    N_("On {datasets} the two most alike extractors are {pair}: CKA = {values}{range}."),
    N_("On {datasets} it is not shown which two extractors are most alike; by the mean CKA: {pairs}."),
)
_LEAST = _Words(
    N_("On {datasets} the two least alike extractors are {pair}: CKA = {values}{range}."),
    N_("On {datasets} it is not shown which two extractors are least alike; by the mean CKA: {pairs}."),
)
_PIXELS = _Words(
    N_("On {datasets} the features most like raw pixels are those of {other}: CKA = {values}{range}."),
    N_("On {datasets} it is not shown whose features are most like raw pixels; by the mean CKA: {others}."),
)
_VALUE = N_("{value}")
_VALUE_ON = N_("{value} ({dataset})")
_RANGE = N_("; single runs give {low} to {high}")
_PAIR = N_("{pair} ({value})")
_PAIR_ON = N_("{dataset}: {pair} ({value})")
_OTHER = N_("{other} ({value})")
_OTHER_ON = N_("{dataset}: {other} ({value})")


def most_alike(context: Context) -> Iterator[Claim]:
    """The pair of extractors of the highest CKA; one claim for all image sets where it is shown to be the same.

    Another names the pairs of the sets where no pair is shown to be ahead of all others. Silent where fewer
    than two pairs have sketches of the same images, and where two are equally alike.
    """
    yield from _told(context, "most_alike", _firsts(context, 1), _MOST)


def least_alike(context: Context) -> Iterator[Claim]:
    """The pair of extractors of the lowest CKA; told, and silent, as ``most_alike``."""
    yield from _told(context, "least_alike", _firsts(context, -1), _LEAST)


def like_pixels(context: Context) -> Iterator[Claim]:
    """Whose features are most like raw pixels; as ``most_alike``.

    Silent where raw pixels or two others were not compared, and where ``most_alike`` says it already.
    """
    said = {first.dataset for first in _firsts(context, 1) if _is_said(first)}
    found = [first for first in _firsts(context, 1, CONTROL) if first.dataset not in said]
    yield from _told(context, "like_pixels", found, _PIXELS)


def _is_said(first: _First) -> bool:
    return CONTROL in first.pair and first.support != UNDETERMINED


def _firsts(context: Context, sign: int, among: str | None = None) -> list[_First]:
    """On each set the pair of the highest CKA (``sign`` 1) or the lowest (-1), of all pairs or those with one."""
    found = []
    for dataset in context.study.measured_datasets:
        likeness = context.likeness.of(dataset)
        pairs = [pair for pair in likeness.pairs if among is None or among in pair]
        order = sorted(pairs, key=lambda pair: -sign * likeness.mean(*pair))
        if len(order) < _LEAST_PAIRS or equal(likeness.mean(*order[0]), likeness.mean(*order[1])):
            continue
        others = [likeness.of(*other) for other in order[1:]]
        found.append(_First(dataset, order[0], ahead_of_all(likeness.of(*order[0]), others, sign)))
    return found


def _told(context: Context, kind: str, found: Sequence[_First], words: _Words) -> Iterator[Claim]:
    """One claim for the sets of one pair and support, and one for all sets where none is shown to be first."""
    groups: dict[tuple[Pair | None, str], list[_First]] = {}
    for first in found:
        pair = None if first.support == UNDETERMINED else first.pair
        groups.setdefault((pair, first.support), []).append(first)
    for (shown, support), group in groups.items():
        datasets = tuple(first.dataset for first in group)
        means = {first.dataset: context.likeness.of(first.dataset).mean(*first.pair) for first in group}
        alone = len(group) == 1
        yield Claim(
            id=f"{kind}/{'+'.join(datasets)}",
            kind=kind,
            message=words.open if shown is None else words.shown,
            params=_params(context, group, means),
            dataset=datasets[0] if alone else None,
            subjects=tuple(dict.fromkeys(v for first in group for v in first.pair)),
            value=means[datasets[0]] if alone else None,
            support=support,
            evidence=tuple(_kept(context, first.dataset, v) for first in group for v in first.pair),
            details={"cka": means, "pairs": {first.dataset: first.pair for first in group}},
        )


def _params(context: Context, group: Sequence[_First], means: Mapping[str, float]) -> dict[str, Param]:
    alone, pair = len(group) == 1, group[0].pair
    values = [x for first in group for x in context.likeness.of(first.dataset).of(*first.pair).values()]
    each: list[dict[str, Param]] = [
        {
            "dataset": DatasetNames((first.dataset,)),
            "pair": Names(first.pair),
            "other": Names(tuple(v for v in first.pair if v != CONTROL)),
            "value": Derived(means[first.dataset], decimals=2),
        }
        for first in group
    ]

    def listing(message: str) -> Listing:
        return Listing(tuple(Message(message, params) for params in each))

    return {
        "datasets": DatasetNames(tuple(first.dataset for first in group)),
        "pair": Names(pair),
        "other": Names(tuple(v for v in pair if v != CONTROL)),
        "values": listing(_VALUE if alone else _VALUE_ON),
        "pairs": listing(_PAIR if alone else _PAIR_ON),
        "others": listing(_OTHER if alone else _OTHER_ON),
        "range": Phrase(_RANGE) if len(values) > len(group) else Verbatim(""),
        "low": Derived(min(values), decimals=2),
        "high": Derived(max(values), decimals=2),
    }


_SIZES = {
    BETTER: N_(
        "Two input sizes of one network are more alike than different networks: on {datasets} {small} and {large} are "
        "more like each other than either is like any other extractor: {values}."
    ),
    WORSE: N_(
        "Another input size makes other features: on {datasets} {small} and {large} are less like each other than one "
        "of them is like another extractor: {values}."
    ),
    UNDETERMINED: N_(
        "On {datasets} it is not shown that {small} and {large}, two input sizes of one network, are more or less like "
        "each other than like another extractor: {values}."
    ),
}
_OWN_AND_RIVAL = N_("CKA = {own} against {rival_value} ({rival})")
_OWN_AND_RIVAL_ON = N_("{dataset}: CKA = {own} against {rival_value} ({rival})")


def sizes(context: Context) -> Iterator[Claim]:
    """The smallest and the largest input of a network, against either of them with every other extractor.

    One claim for all image sets of one outcome. Silent where only one size, or no other extractor, was compared.
    """
    for own in _sized(context):
        told: dict[tuple[str, str], dict[str, Pair]] = {}
        for dataset in context.study.measured_datasets:
            likeness = context.likeness.of(dataset)
            others = _with_others(context, likeness, own)
            if likeness.of(*own) and others:
                outcome, support, rival = _of_sizes(likeness, own, others)
                told.setdefault((outcome, support), {})[dataset] = rival
        for (outcome, support), rivals in told.items():
            datasets = tuple(rivals)
            cells = dict.fromkeys((d, v) for d, rival in rivals.items() for v in (*own, *rival))
            alone = len(datasets) == 1
            yield Claim(
                id=f"likeness_of_sizes/{own[0].partition('@')[0]}/{'+'.join(datasets)}",
                kind="likeness_of_sizes",
                message=_SIZES[outcome],
                params={
                    "datasets": DatasetNames(datasets),
                    "small": Names(own[:1]),
                    "large": Names(own[1:]),
                    "values": Listing(
                        tuple(_beside(context, d, own, rival, alone=alone) for d, rival in rivals.items())
                    ),
                },
                dataset=datasets[0] if alone else None,
                subjects=own,
                value=context.likeness.of(datasets[0]).mean(*own) if alone else None,
                support=support,
                evidence=tuple(_kept(context, d, v) for d, v in cells),
                details={"outcome": outcome},
            )


def _sized(context: Context) -> Iterator[Pair]:
    """The smallest and the largest input of each extractor that has several."""
    yield from ((sized[0].id, sized[-1].id) for sized in context.study.sizes.values() if len(sized) > 1)


def _with_others(context: Context, likeness: Likeness, own: Pair) -> list[Pair]:
    """Pairs of either size and another extractor."""
    extractor = context.study.variant_by_id[own[0]].extractor.name
    return [
        pair
        for pair in likeness.pairs
        if set(own) & set(pair)
        and any(context.study.variant_by_id[v].extractor.name != extractor for v in pair)
    ]


def _of_sizes(likeness: Likeness, own: Pair, others: Sequence[Pair]) -> tuple[str, str, Pair]:
    """Outcome and support of ``own`` against all others, and the one that is most alike of these."""
    rival = max(others, key=lambda pair: likeness.mean(*pair))
    outcome, support = paired_by_seed(likeness.of(*own), likeness.of(*rival))
    if outcome == BETTER:
        support = ahead_of_all(likeness.of(*own), [likeness.of(*other) for other in others])
    if outcome not in _SIZES or support == UNDETERMINED:
        outcome = UNDETERMINED
    return outcome, support, rival


def _beside(context: Context, dataset: str, own: Pair, rival: Pair, *, alone: bool) -> Message:
    likeness = context.likeness.of(dataset)
    return Message(
        _OWN_AND_RIVAL if alone else _OWN_AND_RIVAL_ON,
        {
            "dataset": DatasetNames((dataset,)),
            "own": Derived(likeness.mean(*own), decimals=2),
            "rival": Names(rival),
            "rival_value": Derived(likeness.mean(*rival), decimals=2),
        },
    )


def _kept(context: Context, dataset: str, variant: str) -> Evidence:
    return context.kept_of(dataset, variant, METRIC, ARRAYS[0])
