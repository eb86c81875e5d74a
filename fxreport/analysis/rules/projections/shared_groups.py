"""Which classes lie in the same group of a plane, as a reader sees groups."""

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
)
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.methods import purest
from fxreport.vocabulary.experiment import NOISE
from fxreport.vocabulary.factors import PROJECTION, level_title
from fxreport.vocabulary.metrics import at

#: as many blocks or pairs of classes as a clause lists
_MOST_LISTED = 8


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


_SHARED = N_("On the plane of {method} for {variant} on {dataset} {findings}.")
_OWN = N_("each class has a visible group of its own{how_often}")
_ALL = N_("all classes lie in one visible group{how_often}")
_ALWAYS = N_("these classes share a visible group{how_often}: {blocks}")
_ALWAYS_AMONG = N_("these classes, among others, share a visible group{how_often}: {blocks}")
_NEVER = N_("no two classes share a visible group{how_often}")
_NOT_ALWAYS = N_("no two classes share a visible group in all of {runs}")
_SOMETIMES = N_("in {times} of {runs} these do: {pairs}")
_SOMETIMES_AMONG = N_("in {times} of {runs} {count} do, among them {pairs}")
_SCATTERED = N_("no group holds most images of {classes}{how_often}")
_SCATTERED_AMONG = N_("no group holds most images of {classes}, among others{how_often}")
_ALL_SCATTERED = N_("no group holds most images of any class{how_often}")
_EVERY_RUN = N_(" in each of {runs}")
_NO_RUN = N_(" in any of {runs}")
_A_RUN = N_(" (a single run)")


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
            if context.study.sample(dataset, variant, at("groups", projection=method)) is None:
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
    return Claim(
        id=f"shared_groups/{dataset}/{variant}",
        kind="shared_groups",
        message=_SHARED,
        params={
            "method": Term(level_title(PROJECTION, method)),
            "variant": Names((variant,)),
            "dataset": DatasetNames((dataset,)),
            "findings": Listing(tuple(_findings(names, found))),
        },
        dataset=dataset,
        metric=at("groups", projection=method),
        subjects=(variant,),
        value=float(sum(len(block) for block in alike.always)),
        support=SINGLE_RUN if runs == 1 else LIKELY if alike.sometimes else CERTAIN,
        evidence=(context.kept_of(dataset, variant, at("groups", projection=method), f"{method}_groups"),),
        details={
            "method": method,
            "always": [[names[c] for c in block] for block in alike.always],
            "sometimes": [(names[a], names[b], times) for (a, b), times in alike.sometimes.items()],
        },
    )


def _findings(names: Sequence[str], found: Sequence[NDArray[np.integer]]) -> Iterator[Message]:
    """Clauses: who shares a group in every run, whom no group holds, and who shares one in some runs only."""
    alike, runs = together(found), Count(len(found), "run")
    often: dict[str, Param] = {"how_often": Phrase(_EVERY_RUN if len(found) > 1 else _A_RUN), "runs": runs}
    never: dict[str, Param] = {"how_often": Phrase(_NO_RUN if len(found) > 1 else _A_RUN), "runs": runs}
    scattered = [
        name for name, home in zip(names, zip(*found, strict=True), strict=True) if set(home) == {NOISE}
    ]
    if len(scattered) == len(names):
        yield Message(_ALL_SCATTERED, never)
        return
    if all(NOISE not in home and len(set(home.tolist())) == len(names) for home in found):
        yield Message(_OWN, often)
    elif alike.always and len(alike.always[0]) == len(names):
        yield Message(_ALL, often)
    elif alike.always:
        blocks = tuple(tuple(names[c] for c in block) for block in alike.always[:_MOST_LISTED])
        everything = len(blocks) == len(alike.always)
        yield Message(_ALWAYS if everything else _ALWAYS_AMONG, {**often, "blocks": ClassNames(blocks)})
    elif alike.sometimes:
        yield Message(_NOT_ALWAYS, often)
    else:
        yield Message(_NEVER, never)
    for times in sorted(set(alike.sometimes.values()), reverse=True):
        pairs = [(names[a], names[b]) for (a, b), count in alike.sometimes.items() if count == times]
        params: dict[str, Param] = {
            "times": Derived(times, "integer"),
            "runs": runs,
            "pairs": ClassNames(tuple(pairs[:_MOST_LISTED])),
            "count": Count(len(pairs), "pair"),
        }
        yield Message(_SOMETIMES if len(pairs) <= _MOST_LISTED else _SOMETIMES_AMONG, params)
    if scattered:
        listed = ClassNames(tuple((name,) for name in scattered[:_MOST_LISTED]))
        message = _SCATTERED if len(scattered) <= _MOST_LISTED else _SCATTERED_AMONG
        yield Message(message, {**never, "classes": listed})
