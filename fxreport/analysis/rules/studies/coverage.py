"""What the study covers: its size, its holes, and what so few image sets cannot decide."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import CERTAIN, N_, Claim, DatasetNames, Derived, Names
from fxreport.analysis.context import Context

#: Demšar (2006, JMLR 7:1–30) takes the Friedman test's approximation as good from more than ten sets on
ENOUGH_DATASETS = 11


def holes(context: Context) -> Iterator[Claim]:
    """Variants that were planned and not measured, by image sets; silent where none is missing."""
    by_variant: dict[str, list[str]] = {}
    for missing in context.study.missing:
        by_variant.setdefault(missing.variant.id, []).append(missing.dataset)
    by_datasets: dict[tuple[str, ...], list[str]] = {}
    for variant, datasets in by_variant.items():
        by_datasets.setdefault(tuple(datasets), []).append(variant)
    for sets, variants in by_datasets.items():
        yield Claim(
            id="not_measured/" + "+".join(sets),
            kind="not_measured",
            message=N_(
                "Not measured on {datasets}: {names}; nothing is said of them there beyond published figures."
            ),
            params={"datasets": DatasetNames(sets), "names": Names(tuple(variants))},
            subjects=tuple(variants),
            value=float(len(variants) * len(sets)),
            support=CERTAIN,
        )


def few_datasets(context: Context) -> Iterator[Claim]:
    """A rank test across sets needs more of them; each set is therefore decided by itself.

    Silent where there are enough.
    """
    count = len(context.quality)
    if 1 < count < ENOUGH_DATASETS:
        yield Claim(
            id="few_datasets",
            kind="few_datasets",
            message=N_(
                "With {count} image sets no test of ranks across sets can be relied on: differences are tested within each set, "
                "and nothing is claimed of image sets in general."
            ),
            params={"count": Derived(count, "integer")},
            value=float(count),
            support=CERTAIN,
        )
    elif count == 1:
        yield Claim(
            id="few_datasets",
            kind="few_datasets",
            message=N_("Clusterings were measured on one image set only: nothing is claimed of others.")
            if context.of_field
            else N_("{Metric} was measured on one image set only: nothing is claimed of others."),
            value=1.0,
            support=CERTAIN,
        )
