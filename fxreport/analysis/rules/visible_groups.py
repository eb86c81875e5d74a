"""How many groups a reader sees on a plane, and which classes lie in the same one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    ClassNames,
    Count,
    DatasetNames,
    Derived,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Term,
    Terms,
)
from fxreport.analysis.compare import paired
from fxreport.analysis.context import Context
from fxreport.analysis.methods import measured_methods, purest
from fxreport.analysis.names import PROJECTION_TITLES
from fxreport.analysis.ranking import groups

#: points that density clustering leaves out of every group
NOISE = -1
#: as many blocks or pairs of classes as a sentence lists
_MOST_LISTED = 8

_DIFFER = N_(
    "Number of visible groups that the same features of {variant} on {dataset} show, by the method: from {low} ({least}) "
    "to {high} ({most}), with {classes} classes."
)
_NOT_SHOWN = N_(
    "Number of visible groups that the same features of {variant} on {dataset} show: from {low} ({least}) to {high} "
    "({most}), with {classes} classes; that the methods differ is not shown."
)
_SAME = N_(
    "Number of visible groups that the features of {variant} on {dataset} show: {low} by every method, with {classes} "
    "classes."
)


def numbers(context: Context) -> Iterator[Claim]:
    """The fewest and the most groups that one and the same features show, by the method; means over runs.

    For the best of each set. Silent with fewer than two methods, or where the classes are not known.
    """
    for dataset, order in context.quality.items():
        classes = len(context.study.dataset_by_name[dataset].classes)
        if classes < 2:
            continue
        for variant in order[0]:
            counts = _counts(context, dataset, variant)
            if len(counts) > 1:
                yield _numbers(context, dataset, variant, classes, counts)


def _counts(context: Context, dataset: str, variant: str) -> dict[str, float]:
    """Method → mean number of groups."""
    found = {
        m: context.study.mean(dataset, variant, f"{m}_groups")
        for m in measured_methods(context, dataset, "groups")
    }
    return {m: count for m, count in found.items() if count is not None}


def _numbers(context: Context, dataset: str, variant: str, classes: int, counts: dict[str, float]) -> Claim:
    order = groups({m: (x,) for m, x in counts.items()})
    most, least = order[0], order[-1]
    high, low = (context.study.samples[dataset, variant, f"{m[0]}_groups"] for m in (most, least))
    differences = (
        [x - y for x, y in zip(high.values, low.values, strict=True)] if high.seeds == low.seeds else []
    )
    support = paired(differences)[1] if differences else UNDETERMINED
    evidence = tuple(context.evidence(dataset, variant, f"{m}_groups") for m in counts)
    if most == least:
        message, support = _SAME, context.fact(*evidence)
    else:
        message = _DIFFER if support in (CERTAIN, LIKELY, SINGLE_RUN) else _NOT_SHOWN
    return Claim(
        id=f"visible_groups/{dataset}/{variant}",
        kind="visible_groups",
        message=message,
        params={
            "variant": Names((variant,)),
            "dataset": DatasetNames((dataset,)),
            "low": context.value(dataset, variant, f"{least[0]}_groups"),
            "high": context.value(dataset, variant, f"{most[0]}_groups"),
            "least": Terms(tuple(PROJECTION_TITLES[m] for m in least)),
            "most": Terms(tuple(PROJECTION_TITLES[m] for m in most)),
            "classes": Derived(classes, "integer"),
        },
        dataset=dataset,
        metric=f"{most[0]}_groups",
        subjects=(variant,),
        value=counts[most[0]],
        support=support,
        evidence=evidence,
        details={"counts": counts, "classes": classes},
    )


_MET = N_(
    "In {times} of {pictures} (image sets, extractors, methods and runs) the number of visible groups is that of the "
    "classes: {items}."
)
_MET_BY = N_("{method} {times} of {of}")


def counts_met(context: Context) -> Iterator[Claim]:
    """In how many pictures the number of groups is that of the classes, over everything measured, by method.

    Silent where no groups were counted or no set's classes are known.
    """
    met: dict[str, list[bool]] = {}
    evidence = []
    for dataset in context.study.measured_datasets:
        classes = len(context.study.dataset_by_name[dataset].classes)
        for method in measured_methods(context, dataset, "groups") if classes > 1 else ():
            for variant in context.study.column(dataset, f"{method}_groups"):
                sample = context.study.samples[dataset, variant, f"{method}_groups"]
                met.setdefault(method, []).extend(round(x) == classes for x in sample.values)
                evidence.append(context.evidence(dataset, variant, f"{method}_groups"))
    if not met:
        return
    order = [m for group in groups({m: (float(np.mean(x)),) for m, x in met.items()}) for m in group]
    times, pictures = sum(map(sum, met.values())), sum(map(len, met.values()))
    yield Claim(
        id="groups_met",
        kind="groups_met",
        message=_MET,
        params={
            "times": Derived(times, "integer"),
            "pictures": Count(pictures, "picture"),
            "items": Listing(
                tuple(
                    Message(
                        _MET_BY,
                        {
                            "method": Term(PROJECTION_TITLES[m]),
                            "times": Derived(sum(met[m]), "integer"),
                            "of": Derived(len(met[m]), "integer"),
                        },
                    )
                    for m in order
                )
            ),
        },
        metric=f"{order[0]}_groups",
        value=times / pictures,
        support=context.fact(*evidence),
        evidence=tuple(evidence),
        details={"met": {m: (sum(x), len(x)) for m, x in met.items()}},
    )


def homes(labels: NDArray[np.integer], found: NDArray[np.integer], classes: int) -> NDArray[np.int64]:
    """Group that holds most of a class's points that are in any group: (classes,) int64, -1 where none does.

    ``labels`` (m,) are the points' classes, ``found`` (m,) their groups, -1 for noise. Most: more than half.
    """
    inside = (found != NOISE) & (labels < classes)
    table = np.zeros((classes, max(int(found.max(initial=NOISE)) + 1, 1)), dtype=np.int64)
    np.add.at(table, (labels[inside], found[inside]), 1)
    home = np.asarray(table.argmax(axis=1), np.int64)
    return np.where(2 * table.max(axis=1) > table.sum(axis=1), home, NOISE)


@dataclass(frozen=True, slots=True)
class Together:
    """``always``: blocks of classes that share a group in every run, the largest first. ``sometimes``: pairs
    that do so in some runs only → in how many, the most frequent first."""

    always: tuple[tuple[int, ...], ...]
    sometimes: dict[tuple[int, int], int]


def together(homes_of_runs: Sequence[NDArray[np.integer]]) -> Together:
    """Which classes have one home, from the homes (classes,) of one run or more.

    To share a group in every run is an equivalence: its classes are blocks, of which no pair must be listed.
    """
    blocks: dict[tuple[int, ...], list[int]] = {}
    for c, home in enumerate(zip(*(h.tolist() for h in homes_of_runs), strict=True)):
        if NOISE not in home:
            blocks.setdefault(home, []).append(c)
    always = sorted((tuple(b) for b in blocks.values() if len(b) > 1), key=lambda b: (-len(b), b))
    kept = {pair for block in always for pair in combinations(block, 2)}
    times = {
        (a, b): sum(bool(h[a] == h[b] != NOISE) for h in homes_of_runs)
        for a, b in combinations(range(len(homes_of_runs[0])), 2)
        if (a, b) not in kept
    }
    some = sorted((pair for pair, count in times.items() if count), key=lambda pair: (-times[pair], pair))
    return Together(tuple(always), {pair: times[pair] for pair in some})


_ALL = N_(
    "On the plane of {method} for {variant} on {dataset} all classes lie in one visible group{how_often}."
)
_ALWAYS = N_(
    "On the plane of {method} for {variant} on {dataset} these classes share a visible group{how_often}: {blocks}."
)
_ALWAYS_AND_SOMETIMES = N_(
    "On the plane of {method} for {variant} on {dataset} these classes share a visible group{how_often}: {blocks}; "
    "in some runs (how many in brackets) also: {pairs}."
)
_SOMETIMES = N_(
    "On the plane of {method} for {variant} on {dataset} no two classes share a visible group{how_often}, but in some "
    "(how many in brackets): {pairs}."
)
_NEVER = N_(
    "On the plane of {method} for {variant} on {dataset} no two classes share a visible group{how_often}."
)
_EVERY_RUN = N_(" in each of {runs}")
_NO_RUN = N_(" in any of {runs}")
_A_RUN = N_(" (a single run)")
_PAIR = N_("{pair} ({times})")


def shared(context: Context) -> Iterator[Claim]:
    """Which classes lie in the same group on a plane, and in which runs: a class lies where most of it does.

    For the best of each set and the best without labels, by the method of the purest neighbourhoods. Silent
    where groups or the classes' names were not kept.
    """
    for dataset, order in context.quality.items():
        names = context.study.dataset_by_name[dataset].classes
        for variant in dict.fromkeys((*order[0], *context.best_group(dataset, context.label_free))):
            method = purest(context, dataset, variant)
            if len(names) < 2 or method is None:
                continue
            kept = context.kept(dataset, variant, f"{method}_groups", "labels", "projection_indices")
            found = [
                homes(arrays["labels"][arrays["projection_indices"]], arrays[f"{method}_groups"], len(names))
                for _, arrays in kept
                if len(arrays[f"{method}_groups"]) == len(arrays["projection_indices"])
            ]
            if found:
                yield _shared(context, dataset, variant, method, found)


def _shared(
    context: Context, dataset: str, variant: str, method: str, found: Sequence[NDArray[np.integer]]
) -> Claim:
    names = context.study.dataset_by_name[dataset].classes
    alike, runs = together(found), len(found)
    always, sometimes = alike.always, alike.sometimes
    if always and len(always[0]) == len(names):
        message = _ALL
    elif always:
        message = _ALWAYS_AND_SOMETIMES if sometimes else _ALWAYS
    else:
        message = _SOMETIMES if sometimes else _NEVER
    pairs = tuple(
        Message(
            _PAIR,
            {
                "pair": ClassNames(((names[a], names[b]),)),
                "times": Derived(times, "integer"),
            },
        )
        for (a, b), times in list(sometimes.items())[:_MOST_LISTED]
    )
    params: dict[str, Param] = {
        "method": Term(PROJECTION_TITLES[method]),
        "variant": Names((variant,)),
        "dataset": DatasetNames((dataset,)),
        "blocks": ClassNames(tuple(tuple(names[c] for c in b) for b in always[:_MOST_LISTED])),
        "pairs": Listing(pairs),
        "how_often": Phrase(_A_RUN if runs == 1 else _NO_RUN if message == _NEVER else _EVERY_RUN),
        "runs": Count(runs, "run"),
    }
    return Claim(
        id=f"shared_groups/{dataset}/{variant}",
        kind="shared_groups",
        message=message,
        params=params,
        dataset=dataset,
        metric=f"{method}_groups",
        subjects=(variant,),
        value=float(sum(len(block) for block in always)),
        support=SINGLE_RUN if runs == 1 else LIKELY if sometimes else CERTAIN,
        evidence=(context.kept_of(dataset, variant, f"{method}_groups", f"{method}_groups"),),
        details={
            "method": method,
            "always": [[names[c] for c in block] for block in always],
            "sometimes": [(names[a], names[b], times) for (a, b), times in sometimes.items()],
        },
    )
