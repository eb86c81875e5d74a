"""What a store holds under names that can't be planned here: of plug-ins, folders of images, imports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from fxreport.config import Known, Plan
from fxreport.config.variants import parse
from fxreport.store import Store
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.steps import Experiment, Step

T = TypeVar("T")


def with_names_of(store: Store, there: Known) -> Known:
    """What there is to plan with, and the names that the store holds besides; these can't be looked up."""
    frame = store.read()

    def only_held(column: str, names: Collection[str]) -> tuple[str, ...]:
        return tuple(sorted(set(frame[column].unique().tolist()) - set(names)))

    datasets = only_held("dataset", there.datasets)
    extractors = only_held("extractor", there.extractors)
    return replace(
        there,
        datasets=(*there.datasets, *datasets),
        extractors=(*there.extractors, *extractors),
        fingerprint=_but(datasets, there.fingerprint),
        extractor=_but(extractors, there.extractor),
    )


def _but(names: Collection[str], look_up: Callable[[str], T]) -> Callable[[str], T]:
    def looked_up(name: str) -> T:
        if name in names:
            raise ConfigError(f"{name} is in the store and not on this machine")
        return look_up(name)

    return looked_up


def held(
    store: Store, plan: Plan, datasets: Collection[str], extractors: Sequence[str]
) -> Mapping[Experiment, Sequence[Step]]:
    """Return the stored steps of what the plan excludes, of those image sets and extractors."""
    named = {*extractors, *(parse(text).name for text in extractors)}
    found: dict[Experiment, list[Step]] = {}
    for step in store.steps().values() if plan.excluded else ():
        one = step.experiment
        asked = one.dataset in datasets and not named.isdisjoint((one.extractor, one.variant))
        if asked and not plan.excluded.keys().isdisjoint((one.dataset, one.extractor)):
            found.setdefault(one, []).append(step)
    return found


def without_held(store: Store, plan: Plan) -> Plan:
    """The plan; what the store holds is not excluded from it."""
    if not plan.excluded:
        return plan
    frame = store.read()
    there = {*frame["dataset"].unique().tolist(), *frame["extractor"].unique().tolist()}
    return replace(plan, excluded={name: why for name, why in plan.excluded.items() if name not in there})
