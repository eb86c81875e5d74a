"""First-layer filters: are they told from untrained ones, by what, and how do they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Evidence,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Term,
)
from fxreport.analysis.context import Context
from fxreport.analysis.rules.often import always
from fxreport.analysis.study import Sample
from fxreport.vocabulary.experiment import FILTER_DRAWS

#: p-value up to which a layer's filters are told from untrained ones
P_VALUE = 0.05

EVERY, SOME, NO = "every_run", "some_runs", "no_run"


def outcome_of(times: int, runs: int) -> str:
    """Whether so many of the runs are all of them, some, or none."""
    return EVERY if times == runs else SOME if times else NO


@dataclass(frozen=True, slots=True)
class Tested:
    """One cell's p-values: in how many of its runs the filters are told from untrained ones."""

    dataset: str
    variant: str
    sample: Sample

    @property
    def times(self) -> int:
        return sum(p <= P_VALUE for p in self.sample.values)

    @property
    def runs(self) -> int:
        return len(self.sample.values)

    @property
    def outcome(self) -> str:
        return outcome_of(self.times, self.runs)


def tested(context: Context, metric: str, *, pretrained: bool) -> tuple[Tested, ...]:
    """The cells that have the p-value, variant by variant, of pretrained networks or of all others."""
    return tuple(
        Tested(dataset, variant.id, sample)
        for variant in context.study.variants
        if (variant.family == "pretrained") == pretrained
        for dataset in context.datasets_with(metric)
        for sample in [context.study.sample(dataset, variant.id, metric)]
        if sample is not None
    )


_WEIGHTS = {
    EVERY: N_(
        "By the size of their weights the trained first-layer filters are told from untrained ones {always}: {cells}. The p-value is "
        "{p} at most (with {draws} draws of the initialiser it cannot be below {least}); {beyond} of the weights are larger than any "
        "drawn one."
    ),
    SOME: N_(
        "By the size of their weights the trained first-layer filters are told from untrained ones (p-value of {limit} at most) in "
        "some runs only: {cells}."
    ),
    NO: N_(
        "By the size of their weights the trained first-layer filters are told from untrained ones (p-value of {limit} at most) in "
        "none of {runs}: {cells}; the smallest p-value is {p}."
    ),
}
_STRUCTURE = {
    EVERY: N_(
        "By their shape, whatever the size of the weights, the trained first-layer filters are told from untrained ones {always}: "
        "{cells}; the p-value is {p} at most (with {draws} draws of the initialiser it cannot be below {least})."
    ),
    SOME: N_(
        "By their shape, whatever the size of the weights, the trained first-layer filters are told from untrained ones (p-value of "
        "{limit} at most) in some runs only: {cells}."
    ),
    NO: N_(
        "By their shape, whatever the size of the weights, the trained first-layer filters are told from untrained ones (p-value of "
        "{limit} at most) in none of {runs}: {cells}; the smallest p-value is {p}."
    ),
}
_CELLS = N_("{variants} on {datasets}")
_CELL_TIMES = N_("{variants} on {datasets} in {times} of {runs}")
_FROM_TO = N_("from {low} to {high}")


def weights(context: Context) -> Iterator[Claim]:
    """Where the size of the weights tells trained filters from untrained ones: in every run, in some, in none.

    Only in every run is anything shown: a hypothesis that is not rejected is not confirmed.

    Silent of pretrained networks, since how large another initialiser's weights were is not known, and where
    the test or the share of weights beyond all draws was not measured.
    """
    share = "filter_weights_beyond"
    measured_both = [
        cell
        for cell in tested(context, "filter_weights_p_value", pretrained=False)
        if context.study.sample(cell.dataset, cell.variant, share) is not None
    ]
    for outcome, cells in _by_outcome(measured_both):
        evidence = [context.evidence(c.dataset, c.variant, "filter_weights_p_value") for c in cells]
        beyond = [context.evidence(c.dataset, c.variant, share) for c in cells]
        shares = [100 * x for c in cells for x in context.study.samples[c.dataset, c.variant, share].values]
        low, high = min(shares), max(shares)
        alike = f"{low:.0f}" == f"{high:.0f}"
        params: dict[str, Param] = {
            "beyond": Derived(high / 100, "percent", 0) if alike else Phrase(_FROM_TO),
            "low": Derived(low / 100, "percent", 0),
            "high": Derived(high / 100, "percent", 0),
        }
        yield _claim("filters_weights", outcome, _WEIGHTS[outcome], cells, params, [*evidence, *beyond])


def structure(context: Context) -> Iterator[Claim]:
    """Where their shape tells trained filters from untrained ones: in every run, in some, in none.

    Silent where it was not tested; of pretrained networks ``pretrained`` speaks.
    """
    for outcome, cells in _by_outcome(tested(context, "filter_structure_p_value", pretrained=False)):
        evidence = [context.evidence(c.dataset, c.variant, "filter_structure_p_value") for c in cells]
        yield _claim("filters_structure", outcome, _STRUCTURE[outcome], cells, {}, evidence)


def _by_outcome(cells: Sequence[Tested]) -> Iterator[tuple[str, tuple[Tested, ...]]]:
    for outcome in (EVERY, SOME, NO):
        found = tuple(cell for cell in cells if cell.outcome == outcome)
        if found:
            yield outcome, found


def _claim(
    kind: str,
    outcome: str,
    message: str,
    cells: Sequence[Tested],
    params: dict[str, Param],
    evidence: Sequence[Evidence],
) -> Claim:
    p_values = [p for cell in cells for p in cell.sample.values]
    shown = max(p_values) if outcome == EVERY else min(p_values)
    single = any(cell.runs == 1 for cell in cells)
    return Claim(
        id=f"{kind}/{outcome}",
        kind=kind,
        message=message,
        params={
            **params,
            "cells": Listing(_listed(cells, outcome)),
            **always([cell.runs for cell in cells]),
            "p": Derived(shown),
            "draws": Derived(FILTER_DRAWS, "integer", constant="filter_draws"),
            "least": Derived(1 / (FILTER_DRAWS + 1), constant="filter_least_p"),
            "limit": Derived(P_VALUE, decimals=2, constant="filter_p_value"),
        },
        metric=f"{kind.replace('filters', 'filter')}_p_value",
        subjects=tuple(dict.fromkeys(cell.variant for cell in cells)),
        value=shown,
        support=SINGLE_RUN if single else CERTAIN if outcome == EVERY else UNDETERMINED,
        evidence=tuple(evidence),
        details={"cells": [(cell.dataset, cell.variant, cell.times, cell.runs) for cell in cells]},
    )


def _listed(cells: Sequence[Tested], outcome: str) -> tuple[Message, ...]:
    """The sets of each variant in one clause; with their counts where not all runs agree."""
    if outcome == SOME:
        return tuple(
            Message(
                _CELL_TIMES,
                {
                    "variants": Names((cell.variant,)),
                    "datasets": DatasetNames((cell.dataset,)),
                    "times": Derived(cell.times, "integer"),
                    "runs": Count(cell.runs, "run"),
                },
            )
            for cell in cells
        )
    sets: dict[str, list[str]] = {}
    for cell in cells:
        sets.setdefault(cell.variant, []).append(cell.dataset)
    alike: dict[tuple[str, ...], list[str]] = {}
    for variant, datasets in sets.items():
        alike.setdefault(tuple(datasets), []).append(variant)
    return tuple(
        Message(_CELLS, {"variants": Names(tuple(variants)), "datasets": DatasetNames(datasets)})
        for datasets, variants in alike.items()
    )


_PRETRAINED = {
    EVERY: N_(
        "By their shape the first-layer filters of {name}, the same for every image set and input size, are told from untrained "
        "ones: the p-value is {p} at most (with {draws} draws it cannot be below {least}). How they were initialised is not "
        "known: the draws are those of the initialiser that this layer has by default."
    ),
    SOME: N_(
        "By their shape the first-layer filters of {name}, the same for every image set and input size, are told from untrained "
        "ones against some draws only, in {times} of {runs}. How they were initialised is not known: the draws are those of the "
        "initialiser that this layer has by default."
    ),
    NO: N_(
        "By their shape the first-layer filters of {name}, the same for every image set and input size, are not told from "
        "untrained ones: the smallest p-value is {p}. How they were initialised is not known: the draws are those of the initialiser that "
        "this layer has by default."
    ),
}


def pretrained(context: Context) -> Iterator[Claim]:
    """Whether the shape of a pretrained network's filters tells them from untrained ones, once a network.

    Silent where it was not tested.
    """
    metric = "filter_structure_p_value"
    by_extractor: dict[str, list[Tested]] = {}
    for cell in tested(context, metric, pretrained=True):
        name = context.study.variant_by_id[cell.variant].extractor.name
        by_extractor.setdefault(name, []).append(cell)
    for name, cells in by_extractor.items():
        p_values = [p for cell in cells for p in cell.sample.values]
        times, runs = sum(cell.times for cell in cells), len(p_values)
        outcome = outcome_of(times, runs)
        shown = max(p_values) if outcome == EVERY else min(p_values)
        seeds = {seed for cell in cells for seed in cell.sample.seeds}
        yield Claim(
            id=f"filters_pretrained/{name}",
            kind="filters_pretrained",
            message=_PRETRAINED[outcome],
            params={
                "name": Term(context.study.variant_by_id[cells[0].variant].extractor.title),
                "p": Derived(shown),
                "times": Derived(times, "integer"),
                "runs": Count(runs, "run"),
                "draws": Derived(FILTER_DRAWS, "integer", constant="filter_draws"),
                "least": Derived(1 / (FILTER_DRAWS + 1), constant="filter_least_p"),
            },
            metric=metric,
            subjects=tuple(dict.fromkeys(cell.variant for cell in cells)),
            value=shown,
            support=SINGLE_RUN if len(seeds) == 1 else CERTAIN if outcome == EVERY else UNDETERMINED,
            evidence=tuple(context.evidence(c.dataset, c.variant, metric) for c in cells),
        )
