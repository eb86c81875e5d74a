"""The answers that attributions explain: how often they are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fxreport.analysis.claims import N_, Claim, DatasetNames, Listing, Message, Names
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.ranking import groups

ACCURACY = "attributed_accuracy"
#: below it more answers are wrong than right
_HALF = 0.5

_RIGHT = {
    "range": N_(
        "The classifiers whose answers are explained get from {low} ({worst}) to {high} ({best}) of the test images "
        "right.{wrong}"
    ),
    "equal": N_(
        "Of the test images the classifiers whose answers are explained get {high} right ({best}).{wrong}"
    ),
}
_MOSTLY_WRONG = N_(" More often wrong than right: {cells}.")
_CELL = N_("{name}, {dataset}")


def accuracy(context: Context) -> Iterator[Claim]:
    """How often the classifiers are right whose answers are attributed, at worst and at best; one claim.

    A map of a classifier that is mostly wrong explains little. Silent where it was not measured.
    """
    cells = {
        (dataset, variant): value
        for dataset in context.datasets_with(ACCURACY)
        for variant, value in context.study.column(dataset, ACCURACY).items()
    }
    if not cells:
        return
    numbered = {str(i): cell for i, cell in enumerate(cells)}
    order = groups({i: (cells[cell],) for i, cell in numbered.items()}, descending=False)
    worst, best = ([numbered[i] for i in group] for group in (order[0], order[-1]))
    wrong = [cell for cell, value in cells.items() if value < _HALF]
    evidence = tuple(context.evidence(*cell, ACCURACY) for cell in cells)
    yield Claim(
        id=ACCURACY,
        kind=ACCURACY,
        message=_RIGHT["range" if len(order) > 1 else "equal"],
        params={
            "low": context.value(*worst[0], ACCURACY),
            "high": context.value(*best[0], ACCURACY),
            "worst": _listed(worst),
            "best": _listed(best),
            "wrong": Listing((Message(_MOSTLY_WRONG, {"cells": _listed(wrong)}),) if wrong else ()),
        },
        metric=ACCURACY,
        subjects=tuple(dict.fromkeys(variant for _, variant in best)),
        value=cells[best[0]],
        support=context.fact(*evidence),
        evidence=evidence,
    )


def _listed(cells: Sequence[tuple[str, str]]) -> Listing:
    return Listing(
        tuple(
            Message(_CELL, {"name": Names((variant,)), "dataset": DatasetNames((dataset,))})
            for dataset, variant in cells
        )
    )
