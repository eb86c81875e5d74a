"""What the study leaves open, read off its own gaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fxreport.analysis.claims import CERTAIN, N_, UNDETERMINED, Claim, DatasetNames, Names, Term, Terms
from fxreport.analysis.context import Context
from fxreport.analysis.statistics.compare import BETTER, weakest
from fxreport.vocabulary.catalog import EXTRACTORS
from fxreport.vocabulary.factors import CLUSTERER, level_title


def _claim(kind: str, about: str, message: str, *, support: str = CERTAIN, **fields: Any) -> Claim:
    return Claim(
        id=f"{kind}/{about}" if about else kind, kind=kind, message=message, support=support, **fields
    )


def undecided(context: Context) -> Iterator[Claim]:
    """First places that the data cannot tell from the next: more seeds or images would be needed.

    Silent where every first place is decided, and on single runs.
    """
    for dataset, order in context.quality.items():
        first = order[0]
        rivals = tuple(
            name
            for group in order
            for name in group
            if name not in first and context.compare(dataset, first[0], name).support == UNDETERMINED
        )
        if rivals:
            yield _claim(
                "open_undecided",
                dataset,
                N_("On {dataset} more seeds or more test images are needed to tell {first} from {rivals}."),
                params={
                    "dataset": DatasetNames((dataset,)),
                    "first": Names(first),
                    "rivals": Names(rivals),
                },
                support=UNDETERMINED,
                dataset=dataset,
                subjects=(*first, *rivals),
                evidence=tuple(context.evidence(dataset, v) for v in (*first, *rivals)),
            )


def single_runs(context: Context) -> Iterator[Claim]:
    """That every value is one of a single run; silent where any cell has several seeds."""
    if context.quality and context.study.single_run:
        yield _claim(
            "open_seeds",
            "",
            N_("Every value comes from a single run: several seeds would show which differences are real."),
        )


def never_tried(context: Context) -> Iterator[Claim]:
    """Known extractors that appear neither among the measured nor among the missing.

    Silent where all do, and in a study of something else than features.
    """
    present = {v.extractor.name for v in context.study.variants}
    absent = tuple(name for name in EXTRACTORS if name not in present)
    if absent and context.quality and context.of_field:
        yield _claim(
            "open_extractors",
            "",
            N_("Not part of this study: {names}."),
            params={"names": Names(absent)},
        )


def clusterers(context: Context) -> Iterator[Claim]:
    """Which clusterer the comparison rests on; silent where the rows name none."""
    seen, main = context.study.clusterers, context.study.clusterer
    if not context.quality or not seen:
        return
    others = tuple(c for c in seen if c != main)
    yield _claim(
        "open_clusterer",
        "",
        N_(
            "The comparison of extractors rests on one clustering algorithm ({clusterer}); what was measured with others "
            "({others}) stands in rows of its own."
        )
        if others
        else N_(
            "All clusterings are those of one algorithm ({clusterer}): whether another would rank the extractors the "
            "same was not measured."
        ),
        params={
            "clusterer": Term(level_title(CLUSTERER, main)),
            "others": Terms(tuple(level_title(CLUSTERER, c) for c in others)),
        },
    )


def larger_input(context: Context) -> Iterator[Claim]:
    """Where the larger of the measured inputs was better, a still larger one is worth measuring.

    Silent where no gain is shown, and on single runs.
    """
    for extractor, sized in context.study.sizes.items():
        sizes = [v.id for v in sized]
        found = {d: context.compare(d, sizes[-1], sizes[0]) for d in context.quality if len(sizes) > 1}
        gained = {d: c for d, c in found.items() if c.outcome == BETTER and c.interval is not None}
        if gained:
            yield _claim(
                "open_input_size",
                extractor,
                N_("{name} gained from a larger input on {datasets}; inputs beyond it were not measured."),
                params={"name": Names((sizes[-1],)), "datasets": DatasetNames(tuple(gained))},
                support=weakest(c.support for c in gained.values()),
                subjects=(sizes[-1],),
                evidence=tuple(context.evidence(d, v) for d in gained for v in (sizes[0], sizes[-1])),
            )
