"""Inside the networks that were trained with labels: first-layer filters, and the maps of each layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import N_, SINGLE_RUN, Claim, DatasetNames, Derived, Names
from fxreport.analysis.context import Context

#: a filter responds to contrast where its weaker sign holds at least this share of its absolute weight
CONTRAST = 0.25


def contrast_filters(filters: NDArray[np.floating]) -> int:
    """Number of filters (height, width, channels, n) whose weights of both signs nearly balance."""
    weights = np.asarray(filters, np.float64).reshape(-1, filters.shape[-1])
    positive = np.clip(weights, 0, None).sum(axis=0)
    total = np.abs(weights).sum(axis=0)
    weaker = np.minimum(positive, total - positive)
    return int(np.sum((total > 0) & (weaker >= CONTRAST * total)))


def first_layer(context: Context) -> Iterator[Claim]:
    """How many of the first-layer filters answer to contrast rather than to brightness; first seed.

    Silent where no network was trained with labels, or its filters were not kept.
    """
    for dataset in context.study.datasets:
        for variant in context.study.variants:
            runs = context.study.runs_of(dataset.name, variant.id)
            kept = (
                context.study.load_artifacts(runs[0].key) if runs and variant.family == "supervised" else {}
            )
            if "filters" not in kept or context.study.sample(dataset.name, variant.id, "ari") is None:
                continue
            filters = np.asarray(kept["filters"])
            found = contrast_filters(filters)
            yield Claim(
                id=f"filters/{dataset.name}/{variant.id}",
                kind="filters",
                message=N_(
                    "{variant} on {dataset}: {found} of the {count} first-layer filters ({height}×{width}) answer to contrast "
                    "(their weaker sign holds at least {share} of the weight), the others mostly to brightness."
                ),
                params={
                    "variant": Names((variant.id,)),
                    "dataset": DatasetNames((dataset.name,)),
                    "found": Derived(found, "integer"),
                    "count": Derived(filters.shape[-1], "integer"),
                    "height": Derived(filters.shape[0], "integer"),
                    "width": Derived(filters.shape[1], "integer"),
                    "share": Derived(CONTRAST, "percent", 0, constant="contrast"),
                },
                dataset=dataset.name,
                subjects=(variant.id,),
                value=found / filters.shape[-1],
                support=SINGLE_RUN,
                evidence=(replace(context.evidence(dataset.name, variant.id, "ari"), artifact="filters"),),
            )


def layers(context: Context) -> Iterator[Claim]:
    """How the feature maps of a trained network shrink and how sparse they are, layer by layer.

    Silent where fewer than two layers were kept.
    """
    for dataset in context.study.datasets:
        for variant in context.study.variants:
            runs = context.study.runs_of(dataset.name, variant.id)
            if variant.family != "supervised" or not runs:
                continue
            kept = context.study.load_artifacts(runs[0].key)
            maps = {k.split("/", 1)[1]: v for k, v in kept.items() if k.startswith("feature_maps/")}
            if len(maps) < 2 or context.study.sample(dataset.name, variant.id, "ari") is None:
                continue
            silent = {
                layer: float(np.mean(np.asarray(m, dtype=np.float32) <= 0)) for layer, m in maps.items()
            }
            first, last = next(iter(maps)), list(maps)[-1]
            yield Claim(
                id=f"layers/{dataset.name}/{variant.id}",
                kind="layers",
                message=N_(
                    "In {variant} on {dataset} the maps shrink from {first_side} to {last_side} pixels a side; the "
                    "share of silent activations on the pictured images goes from {first} to {last}."
                ),
                params={
                    "variant": Names((variant.id,)),
                    "dataset": DatasetNames((dataset.name,)),
                    "first_side": Derived(maps[first].shape[1], "integer"),
                    "last_side": Derived(maps[last].shape[1], "integer"),
                    "first": Derived(silent[first], "percent", 0),
                    "last": Derived(silent[last], "percent", 0),
                },
                dataset=dataset.name,
                subjects=(variant.id,),
                value=silent[last],
                support=SINGLE_RUN,
                evidence=(
                    replace(context.evidence(dataset.name, variant.id, "ari"), artifact="feature_maps"),
                ),
                details={"silent": silent},
            )
