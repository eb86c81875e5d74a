"""How many units of each layer are silent, and which course that takes through a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    Claim,
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
from fxreport.analysis.rules.networks.layers import ALONGSIDE, SILENT, Course, courses
from fxreport.analysis.rules.often import always

_SPARSITY = {
    "grows": N_(
        "{variant}: the share of silent units grows with every layer, {always}, on {datasets}: {cells}.{linear}"
    ),
    "shrinks": N_(
        "{variant}: the share of silent units shrinks with every layer, {always}, on {datasets}: {cells}.{linear}"
    ),
    "neither": N_(
        "{variant}: on {datasets} the share of silent units neither grows nor shrinks with every layer in every run: {cells}.{linear}"
    ),
    "once": N_(
        "{variant}: on {datasets} the share of silent units neither grows nor shrinks with every layer: {cells}.{linear}"
    ),
}
_LINEAR = N_(" The last layer is linear and has none.")
_COURSES = {True: N_("from {first} to {last}"), False: N_("from {first} to {last} ({dataset})")}
_BETWEEN = {True: N_("between {first} and {last}"), False: N_("between {first} and {last} ({dataset})")}


def sparsity(context: Context) -> Iterator[Claim]:
    """How the share of activations that are zero goes through the layers that have any, in every run.

    A sentence a network and course. Silent where fewer than two layers have a zero.
    """
    for variant, cells in courses(context, SILENT).items():
        groups: dict[tuple[str, bool], dict[str, Course]] = {}
        for dataset, silent in cells.items():
            values = silent[:, silent.max(axis=0) > 0]
            if values.shape[1] > 1:
                groups.setdefault((_kind(values), not silent[:, -1].any()), {})[dataset] = values
        for (kind, linear), shares in groups.items():
            yield _sparsity(context, variant, kind, shares, linear=linear)


def _kind(shares: Course) -> str:
    """``grows`` or ``shrinks`` with every layer in every run, or ``neither``; ``once`` in a single run."""
    steps = np.diff(shares, axis=1)
    if (steps > 0).all():
        return "grows"
    return "shrinks" if (steps < 0).all() else "neither" if len(shares) > 1 else "once"


def _sparsity(
    context: Context, variant: str, kind: str, shares: Mapping[str, Course], *, linear: bool
) -> Claim:
    runs = [len(values) for values in shares.values()]
    return Claim(
        id=f"sparsity/{variant}/{'+'.join(shares)}",
        kind="sparsity",
        message=_SPARSITY[kind],
        params={
            "variant": Names((variant,)),
            "datasets": DatasetNames(tuple(shares)),
            **always(runs),
            "cells": Listing(
                tuple(_extent(d, values, kind, alone=len(shares) == 1) for d, values in shares.items())
            ),
            "linear": Phrase(_LINEAR) if linear else Term(""),
        },
        metric=ALONGSIDE,
        subjects=(variant,),
        value=float(np.mean([values[:, -1].mean() for values in shares.values()])),
        support=SINGLE_RUN if min(runs) == 1 else CERTAIN,
        evidence=tuple(context.kept_of(dataset, variant, ALONGSIDE, SILENT) for dataset in shares),
        details={"course": kind, "datasets": list(shares)},
    )


def _extent(dataset: str, shares: Course, kind: str, *, alone: bool) -> Message:
    """A clause: from the first of these layers to the last, or between which shares they lie."""
    means = shares.mean(axis=0)
    ends = (means.min(), means.max()) if kind in ("neither", "once") else (means[0], means[-1])
    params: dict[str, Param] = {
        "dataset": DatasetNames((dataset,)),
        "first": Derived(float(ends[0]), "percent", 0),
        "last": Derived(float(ends[1]), "percent", 0),
    }
    return Message((_BETWEEN if kind in ("neither", "once") else _COURSES)[alone], params)
