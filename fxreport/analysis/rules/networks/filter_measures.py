"""How first-layer filters differ from untrained ones: measures outside the range of the initialiser's draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.claims import (
    CERTAIN,
    N_,
    SINGLE_RUN,
    UNDETERMINED,
    Claim,
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
from fxreport.analysis.context import Context
from fxreport.analysis.rules.often import EVERY_RUN, SINGLE_RUNS

#: part of the draws' means, around their median, that is called the range of untrained filters
RANGE = 0.95

#: measures of filters, as in ``filter_<measure>``, in the order in which they are shown
MEASURES = (
    "mean_share",
    "roughness",
    "orientation_selectivity",
    "frequency",
    "gabor_fit",
    "one_colour",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure in one cell: the layer's mean in each run, and each run's range of untrained filters.

    ``ranges``: (runs, 3) low, median, high.
    """

    values: tuple[float, ...]
    ranges: NDArray[np.float64]

    @property
    def direction(self) -> int:
        """1 where every run lies above the range of untrained filters, −1 where below, else 0."""
        values = np.asarray(self.values)
        above, below = values > self.ranges[:, 2], values < self.ranges[:, 0]
        return int(above.all()) - int(below.all())


def measured(context: Context, dataset: str, variant: str) -> dict[str, Measured]:
    """Measure → its values and ranges over the runs that kept a range; {} where none did."""
    found: dict[str, tuple[list[float], list[NDArray[np.float64]]]] = {}
    for run, arrays in context.kept(dataset, variant, "filter_reference_names", "filter_reference"):
        reference = np.asarray(arrays["filter_reference"], np.float64)
        ranges = dict(zip(np.asarray(arrays["filter_reference_names"]).tolist(), reference, strict=True))
        for name in MEASURES:
            sample = context.study.sample(dataset, variant, f"filter_{name}")
            if name in ranges and sample is not None and run.seed in sample.seeds:
                values, kept = found.setdefault(name, ([], []))
                values.append(sample.values[sample.seeds.index(run.seed)])
                kept.append(ranges[name])
    return {name: Measured(tuple(values), np.stack(kept)) for name, (values, kept) in found.items()}


def measured_layers(context: Context) -> dict[tuple[str, str], dict[str, Measured]]:
    """(image set, variant) → measures, in reading order; of a pretrained network its first cell alone."""
    found: dict[tuple[str, str], dict[str, Measured]] = {}
    seen: set[str] = set()
    for variant in context.study.variants:
        for dataset in context.study.measured_datasets:
            if variant.extractor.name in seen and variant.family == "pretrained":
                break
            measures = measured(context, dataset, variant.id)
            if measures:
                found[dataset, variant.id] = measures
                seen.add(variant.extractor.name)
    return found


_DIFFERS = {
    ("mean_share", 1): N_("more sensitive to brightness"),
    ("mean_share", -1): N_("less sensitive to brightness"),
    ("roughness", 1): N_("rougher"),
    ("roughness", -1): N_("smoother"),
    ("orientation_selectivity", 1): N_("more oriented"),
    ("orientation_selectivity", -1): N_("less oriented"),
    ("frequency", 1): N_("of higher spatial frequency"),
    ("frequency", -1): N_("of lower spatial frequency"),
    ("gabor_fit", 1): N_("nearer to Gabor functions"),
    ("gabor_fit", -1): N_("farther from Gabor functions"),
    ("one_colour", 1): N_("nearer to a single colour"),
    ("one_colour", -1): N_("farther from a single colour"),
}
_DIFFERS_ON = N_("{how} on {datasets}")
_MEASURES = N_(
    "{name}: compared with the range of {range} of untrained layers, the first-layer filters are on average, {always}, "
    "{differences}."
)
_NO_MEASURE = N_(
    "{name}: by no measure are the first-layer filters on average outside the range of {range} of untrained layers {always}."
)


def measures(context: Context) -> Iterator[Claim]:
    """Which measures of a network's filters lie outside the range of untrained ones in every run, and where.

    Silent where no range was kept.
    """
    by_variant: dict[str, dict[str, dict[str, Measured]]] = {}
    for (dataset, variant), found in measured_layers(context).items():
        by_variant.setdefault(variant, {})[dataset] = found
    for variant, cells in by_variant.items():
        of = context.study.variant_by_id[variant]
        everywhere = of.family == "pretrained"
        where: dict[tuple[str, int], list[str]] = {}
        for dataset, found in cells.items():
            for name, one in found.items():
                if one.direction:
                    where.setdefault((name, one.direction), []).append(dataset)
        alike: dict[tuple[str, ...], list[str]] = {}
        for key in sorted(where, key=lambda key: MEASURES.index(key[0])):
            alike.setdefault(tuple(where[key]), []).append(_DIFFERS[key])
        differences: Param = Listing(
            tuple(
                Message(_DIFFERS_ON, {"how": Terms(tuple(how)), "datasets": DatasetNames(datasets)})
                for datasets, how in alike.items()
            )
        )
        if everywhere:
            differences = Terms(tuple(how for alone in alike.values() for how in alone))
        runs = [len(next(iter(found.values())).values) for found in cells.values()]
        yield Claim(
            id=f"filter_measures/{of.extractor.name if everywhere else variant}",
            kind="filter_measures",
            message=_MEASURES if where else _NO_MEASURE,
            params={
                "name": Term(of.extractor.title) if everywhere else Names((variant,)),
                "range": Derived(RANGE, "percent", 0, constant="filter_range"),
                "differences": differences,
                "always": Phrase(EVERY_RUN if min(runs) > 1 else SINGLE_RUNS),
            },
            subjects=(variant,),
            support=SINGLE_RUN if min(runs) == 1 else CERTAIN if where else UNDETERMINED,
            evidence=tuple(
                context.kept_of(dataset, variant, f"filter_{name}", "filter_reference")
                for dataset, found in cells.items()
                for name in found
            ),
            details={"differs": {f"{name}:{sign:+d}": sets for (name, sign), sets in where.items()}},
        )
