"""Times taken on different processors compare them as much as the extractors."""

from __future__ import annotations

from collections.abc import Iterator

from fxreport.analysis.claims import CERTAIN, N_, Claim, Listing, Message, Names, Verbatim
from fxreport.analysis.context import Context
from fxreport.analysis.study import SECONDS

_ITEM = N_("{names} on {processor}")


def processors(context: Context) -> Iterator[Claim]:
    """Which extractors were timed on which processor; silent where all were on one, or where that is not known."""
    study = context.study
    timed: dict[str, list[str]] = {}
    for variant in study.variants:
        found = {
            str(run.provenance["processor"])
            for dataset in study.measured_datasets
            if study.sample(dataset, variant.id, SECONDS) is not None
            for run in study.runs_of(dataset, variant.id)
            if run.provenance.get("processor")
        }
        if found:
            timed.setdefault(" / ".join(sorted(found)), []).append(variant.id)
    if len(timed) < 2:
        return
    yield Claim(
        id="processors",
        kind="processors",
        message=N_(
            "Times were taken on different processors, so that small differences between them say nothing of the extractors: {items}."
        ),
        params={
            "items": Listing(
                tuple(
                    Message(_ITEM, {"names": Names(tuple(names)), "processor": Verbatim(processor)})
                    for processor, names in timed.items()
                )
            )
        },
        metric=SECONDS,
        subjects=tuple(name for names in timed.values() for name in names),
        value=float(len(timed)),
        support=CERTAIN,
        evidence=tuple(
            context.evidence(dataset, name, SECONDS)
            for dataset in study.measured_datasets
            for names in timed.values()
            for name in names
            if study.sample(dataset, name, SECONDS) is not None
        ),
    )
