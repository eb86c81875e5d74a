"""A results store as facts: means over seeds, titles from the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fxreport.audit.collecting import spellings
from fxreport.audit.facts import EFFICIENCY, Facts, MetricInfo, Value, rounding
from fxreport.audit.names import Names
from fxreport.vocabulary.errors import InputError
from fxreport.vocabulary.metrics import metric

if TYPE_CHECKING:
    from fxreport.analysis.study import Sample

#: how prose writes an extractor at an input size: "VGG16 96 px", «VGG16 96 пкс», "VGG16 at 96 px"
_GAPS = (" ", " @ ", " at ", ", ", " на ", " за ")
_RATE = "images_per_second"
_UNITS = ("", " px", "px", " пкс", " пікселів", " pixels")


def _rate(rates: Sample, times: Sample) -> Value:
    """Images per second in three digits: the mean of the rates, or the rate of the mean time: they differ."""
    images = rates.values[0] * times.values[0]
    ways = (rates.mean, images / times.mean if times.mean else rates.mean)
    middle = sum(ways) / 2
    return Value(middle, abs(ways[0] - ways[1]) / 2 + rounding(middle))


def stored_facts(url: str) -> Facts:
    """Read what one document of a store may compare. Raises InputError where the store holds nothing.

    The rows of each image set's most frequent scale are taken, as in a document without a plan.
    """
    from fxreport.analysis.arrange import scales, select, study
    from fxreport.store import Store

    store = Store(url)
    frame = store.read()
    if frame.empty:
        raise InputError(f"{store.location}: the store holds no measurement; measure or import first")
    experiments = store.experiments()
    rows = select(frame, (), scales(store.steps()), experiments)
    found = study(rows, provenance=store.provenance(), experiments=experiments)
    values = {cell: Value(sample.mean) for cell, sample in found.samples.items()}
    for cell, sample in found.samples.items():
        if cell[2] == _RATE and (times := found.sample(*cell[:2], "extraction_seconds")):
            values[cell] = _rate(sample, times)
    sizes: dict[str, int] = {}
    for variant in found.variants:
        sizes[variant.extractor.name] = sizes.get(variant.extractor.name, 0) + 1
    extractors = {}
    for variant in (*found.variants, *found.others):
        name, size = variant.extractor.name, variant.input_size
        # where several sizes were measured the bare name may mean any of them
        forms = [variant.extractor.title, name, *spellings("extractor").get(name, ())]
        if size is not None:
            ways = (f"@{size}", *(f"{gap}{size}{unit}" for gap in _GAPS for unit in _UNITS))
            sized = [f"{form}{way}" for form in forms[:2] for way in ways]
            sized += [f"{form} ({size}{unit})" for form in forms[:2] for unit in _UNITS]
            forms = [f"{variant.extractor.title}@{size}", variant.id, *sized, *forms]
        else:
            forms = [*forms, variant.id]
        extractors[variant.id] = list(dict.fromkeys(forms))
    datasets = {
        d.name: list(dict.fromkeys([d.title, d.name, *spellings("dataset").get(d.name, ())]))
        for d in found.datasets
    }
    metrics = {m: MetricInfo(m, m, metric(m).higher_is_better) for m in found.metrics()}
    score = ("ari", "extraction_seconds") if {"ari", "extraction_seconds"} <= set(metrics) else None
    if score:
        metrics[EFFICIENCY] = MetricInfo(EFFICIENCY, "ARI / s", True)
    return Facts(
        datasets=Names(datasets),
        extractors=Names(extractors),
        metrics=metrics,
        values=values,
        families={v.id: frozenset({v.family}) for v in found.variants if v.family != "other"},
        score=score,
        natural=frozenset(d.name for d in found.datasets if d.natural_images),
        source=f"the store {store.location}",
    )
