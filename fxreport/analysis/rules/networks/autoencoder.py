"""What an autoencoder gets wrong, and what lies between two of its codes."""

from __future__ import annotations

from collections.abc import Iterator

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
    Phrase,
)
from fxreport.analysis.context import Context
from fxreport.analysis.statistics.compare import BETTER, TIED, WORSE, paired, weakest

ERRORS = "reconstruction_mse_by_class"
LATENT, PIXEL = "latent_midpoint_distance", "pixel_midpoint_distance"


def errors_by_class(context: Context, dataset: str, variant: str) -> NDArray[np.float64] | None:
    """Mean squared error of each class in each run that kept it, (runs, classes) in the order of the classes.

    None where it was not kept, or the classes' names are not known.
    """
    classes = context.study.dataset_by_name[dataset].classes
    kept = context.kept(dataset, variant, ERRORS)
    rows = [np.asarray(arrays[ERRORS], np.float64) for _, arrays in kept]
    if len(classes) < 2 or not rows or any(row.shape != (len(classes),) for row in rows):
        return None
    return np.stack(rows)


_HARDEST = N_(
    "{variant} on {dataset} reconstructs the class {hardest} worst, with a mean squared error of {most}: {factor} that of the "
    "class {easiest}, which it reconstructs best ({least}); {how_often}."
)
_EVERY_RUN = N_("the same two in each of {runs}")
_SOME_RUNS = N_("the same worst in {times_worst} of {runs}, the same best in {times_best}")
_ONE_RUN = N_("in a single run")


def class_errors(context: Context) -> Iterator[Claim]:
    """Which class an autoencoder reconstructs worst and which best, by the mean over runs, and in how many.

    Silent where errors by class, or the classes' names, were not kept.
    """
    metric = "reconstruction_mse"
    for dataset in context.datasets_with(metric):
        names = context.study.dataset_by_name[dataset].classes
        for variant in context.study.column(dataset, metric):
            errors = errors_by_class(context, dataset, variant)
            if errors is None:
                continue
            means = errors.mean(axis=0)
            worst, best = int(means.argmax()), int(means.argmin())
            if not means[best] > 0 or means[worst] == means[best]:
                continue
            runs = len(errors)
            times_worst = int((errors.argmax(axis=1) == worst).sum())
            times_best = int((errors.argmin(axis=1) == best).sum())
            same = times_worst == times_best == runs
            yield Claim(
                id=f"class_error/{dataset}/{variant}",
                kind="class_error",
                message=_HARDEST,
                params={
                    "variant": Names((variant,)),
                    "dataset": DatasetNames((dataset,)),
                    "hardest": ClassNames(((names[worst],),)),
                    "easiest": ClassNames(((names[best],),)),
                    "most": Derived(float(means[worst]), "significant", 2),
                    "least": Derived(float(means[best]), "significant", 2),
                    "factor": Derived(float(means[worst] / means[best]), "times", 1),
                    "how_often": Phrase(_ONE_RUN if runs == 1 else _EVERY_RUN if same else _SOME_RUNS),
                    "times_worst": Derived(times_worst, "integer"),
                    "times_best": Derived(times_best, "integer"),
                    "runs": Count(runs, "run"),
                },
                dataset=dataset,
                metric=metric,
                subjects=(variant,),
                value=float(means[worst] / means[best]),
                support=SINGLE_RUN if runs == 1 else CERTAIN if same else LIKELY,
                evidence=(context.kept_of(dataset, variant, metric, ERRORS),),
                details={"worst": names[worst], "best": names[best]},
            )


_HALFWAY = {
    BETTER: N_(
        "{variant}: on {datasets} the image decoded half-way between two codes is nearer to a real test image than the mean of the "
        "two reconstructions is; root mean square distance: {cells}."
    ),
    WORSE: N_(
        "{variant}: on {datasets} the image decoded half-way between two codes is farther from any real test image than the mean of "
        "the two reconstructions is; root mean square distance: {cells}."
    ),
    TIED: N_(
        "{variant}: on {datasets} the image decoded half-way between two codes is as near to a real test image as the mean of the two "
        "reconstructions is; root mean square distance: {cells}."
    ),
    UNDETERMINED: N_(
        "{variant}: on {datasets} it is not decided whether the image decoded half-way between two codes or the mean of the two "
        "reconstructions is nearer to a real test image; root mean square distance: {cells}."
    ),
}
_DISTANCES = {
    True: N_("{latent} against {pixel}"),
    False: N_("{latent} against {pixel} ({dataset})"),
}


def halfway(context: Context) -> Iterator[Claim]:
    """Whether the middle of two codes, decoded, is nearer to real images than the middle of their pixels.

    By the seeds' own differences; a sentence an extractor and outcome. Silent where it was not measured.
    """
    found: dict[tuple[str, str], dict[str, tuple[float, str]]] = {}
    for dataset in context.datasets_with(LATENT):
        for variant in context.study.column(dataset, LATENT):
            latent, pixel = (context.study.sample(dataset, variant, m) for m in (LATENT, PIXEL))
            if latent is None or pixel is None or latent.seeds != pixel.seeds:
                continue
            gains = [p - x for x, p in zip(latent.values, pixel.values, strict=True)]
            outcome, support, _ = paired(gains)
            found.setdefault((variant, outcome), {})[dataset] = (sum(gains) / len(gains), support)
    for (variant, outcome), cells in found.items():
        yield Claim(
            id=f"halfway/{variant}/{'+'.join(cells)}",
            kind="halfway",
            message=_HALFWAY[outcome],
            params={
                "variant": Names((variant,)),
                "datasets": DatasetNames(tuple(cells)),
                "cells": Listing(
                    tuple(
                        Message(
                            _DISTANCES[len(cells) == 1],
                            {
                                "dataset": DatasetNames((dataset,)),
                                "latent": context.value(dataset, variant, LATENT),
                                "pixel": context.value(dataset, variant, PIXEL),
                            },
                        )
                        for dataset in cells
                    )
                ),
            },
            metric=LATENT,
            subjects=(variant,),
            value=sum(gain for gain, _ in cells.values()) / len(cells),
            support=weakest(support for _, support in cells.values()),
            evidence=tuple(context.evidence(d, variant, m) for d in cells for m in (LATENT, PIXEL)),
            details={"outcome": outcome, "datasets": list(cells)},
        )
