"""Which attributions pass their sanity checks, and which fail in what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fxreport.analysis.claims import (
    CERTAIN,
    LIKELY,
    N_,
    SINGLE_RUN,
    Claim,
    Count,
    DatasetNames,
    Derived,
    Evidence,
    Listing,
    Message,
    Names,
    Param,
    Phrase,
    Terms,
)
from fxreport.analysis.context import Context
from fxreport.analysis.rules.attributions.caveats import Cell, coarse, favoured, images_checked
from fxreport.vocabulary.experiment import LEAST_GAIN, MOST_AGREEMENT
from fxreport.vocabulary.factors import ATTRIBUTION, level_title
from fxreport.vocabulary.metrics import at

#: what a method must pass, each a metric ``<method>_<check>``
CHECKS = ("top_randomised", "all_randomised", "gain")


def passes(check: str, value: float) -> bool:
    """Whether one run's value of a check is good enough; the measuring half judges by the same limits."""
    return value >= LEAST_GAIN if check == "gain" else value < MOST_AGREEMENT


@dataclass(frozen=True, slots=True)
class Checked:
    """A method on one network and image set: check → its value in each run that has all checks, by seed."""

    dataset: str
    variant: str
    method: str
    values: Mapping[str, tuple[float, ...]]

    @property
    def runs(self) -> int:
        return len(self.values[CHECKS[0]])

    @property
    def cell(self) -> Cell:
        return self.dataset, self.variant, self.method

    @property
    def passed(self) -> int:
        """Number of runs in which every check is passed."""
        by_run = zip(*(self.values[check] for check in CHECKS), strict=True)
        return sum(
            all(passes(check, value) for check, value in zip(CHECKS, run, strict=True)) for run in by_run
        )

    @property
    def sound(self) -> bool:
        return self.passed == self.runs

    def failed(self, check: str) -> int:
        """Number of runs in which this check is not passed."""
        return sum(not passes(check, value) for value in self.values[check])

    def evidence(self, context: Context) -> tuple[Evidence, ...]:
        return tuple(
            context.evidence(self.dataset, self.variant, at(c, attribution=self.method)) for c in CHECKS
        )


def checked(context: Context) -> tuple[Checked, ...]:
    """Every method that was checked, by network, image set and method; runs that lack a check are left out."""
    study = context.study
    found = []
    for variant in study.variants:
        for dataset in study.datasets:
            for method in study.levels(ATTRIBUTION):
                samples = [
                    study.sample(dataset.name, variant.id, at(check, attribution=method)) for check in CHECKS
                ]
                known = [dict(zip(s.seeds, s.values, strict=True)) for s in samples if s is not None]
                seeds = sorted(set.intersection(*map(set, known))) if len(known) == len(CHECKS) else []
                if seeds:
                    values = {
                        check: tuple(by_seed[seed] for seed in seeds)
                        for check, by_seed in zip(CHECKS, known, strict=True)
                    }
                    found.append(Checked(dataset.name, variant.id, method, values))
    return tuple(found)


def _by_variant(context: Context) -> dict[str, list[Checked]]:
    found: dict[str, list[Checked]] = defaultdict(list)
    for one in checked(context):
        found[one.variant].append(one)
    return found


def _in_order(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def titles(methods: Sequence[str]) -> Terms:
    return Terms(tuple(level_title(ATTRIBUTION, method) for method in methods))


def _counted(runs: set[int]) -> dict[str, Param]:
    """``how_often``: that something holds in every run, and in how many there are."""
    message = _EVERY_RUN if len(runs) > 1 else _ONE_RUN if runs == {1} else _EACH_RUN
    return {"how_often": Phrase(message), "runs": Count(min(runs), "run")}


_EACH_RUN = N_(" in each of {runs}")
_EVERY_RUN = N_(" in every run")
_ONE_RUN = N_(" in a single run")

_PASSED = {
    "everywhere": N_(
        "{names}: all methods ({methods}) pass all sanity checks on every image set ({datasets}){how_often}."
        "{images}{coarse}"
    ),
    "one set": N_(
        "{names}: all methods ({methods}) pass all sanity checks on {datasets}{how_often}.{images}{coarse}"
    ),
    "some": N_("{names}: all sanity checks are passed{how_often} by: {passing}.{images}{coarse}"),
    "none": N_("{names}: no method ({methods}) passes all sanity checks on {datasets}{how_often}."),
}
_METHODS_ON = N_("{methods} ({datasets})")


def passed(context: Context) -> Iterator[Claim]:
    """Which methods pass every check in every run, by network; networks that are alike in it are told together.

    Silent where no attribution was checked.
    """
    alike: dict[tuple[tuple[str, str, int, bool], ...], list[str]] = defaultdict(list)
    cells = _by_variant(context)
    for variant, found in cells.items():
        alike[tuple((c.dataset, c.method, c.runs, c.sound) for c in found)].append(variant)
    for names in alike.values():
        found = cells[names[0]]
        methods, datasets = _in_order([c.method for c in found]), _in_order([c.dataset for c in found])
        sound = [c for c in found if c.sound]
        if not sound:
            message = "none"
        elif len(sound) < len(found) or len(methods) == 1:
            message = "some"
        else:
            message = "everywhere" if len(datasets) > 1 else "one set"
        every = [c for name in names for c in cells[name]]
        yield Claim(
            id=f"attribution_passed/{'+'.join(names)}",
            kind="attribution_passed",
            message=_PASSED[message],
            params={
                "names": Names(tuple(names)),
                "methods": titles(methods),
                "datasets": DatasetNames(datasets),
                "passing": Listing(tuple(_passing(sound, methods))),
                **_counted({c.runs for c in found}),
                **images_checked(context, [c.cell for c in every]),
                **coarse(context, [c.cell for c in every if c.sound]),
            },
            subjects=tuple(names),
            value=len(sound) / len(found),
            support=_counting([(c.passed, c.runs) for c in every]),
            evidence=tuple(e for c in every for e in c.evidence(context)),
            details={"passed": [(c.dataset, c.variant, c.method, c.passed, c.runs) for c in every]},
        )


_OVERALL = {
    "one": N_(
        "Only {methods} passes all sanity checks for every network ({names}) on every image set ({datasets}){how_often}."
        "{images}{favoured}"
    ),
    "some": N_(
        "Only {methods} pass all sanity checks for every network ({names}) on every image set ({datasets}){how_often}."
        "{images}{favoured}"
    ),
    "all": N_(
        "All methods ({methods}) pass all sanity checks for every network ({names}) on every image set "
        "({datasets}){how_often}.{images}"
    ),
    "none": N_(
        "No method passes all sanity checks for every network ({names}) on every image set ({datasets}){how_often}."
    ),
}


def overall(context: Context) -> Iterator[Claim]:
    """The methods that can be relied on: every check is passed for every network on every image set in every run.

    Silent with a single network or image set, and where a method was not checked in all of these cells.
    """
    cells = checked(context)
    names, datasets = _in_order([c.variant for c in cells]), _in_order([c.dataset for c in cells])
    methods = _in_order([c.method for c in cells])
    if min(len(names), len(datasets)) < 2 or len(cells) < len(names) * len(datasets) * len(methods):
        return
    sound = tuple(m for m in methods if all(c.sound for c in cells if c.method == m))
    message = "all" if sound == methods else {0: "none", 1: "one"}.get(len(sound), "some")
    yield Claim(
        id="attribution_overall",
        kind="attribution_overall",
        message=_OVERALL[message],
        params={
            "names": Names(names),
            "datasets": DatasetNames(datasets),
            "methods": titles(sound),
            **_counted({c.runs for c in cells}),
            **images_checked(context, [c.cell for c in cells]),
            **favoured(sound),
        },
        subjects=names,
        value=len(sound) / len(methods),
        support=SINGLE_RUN if any(c.runs == 1 for c in cells) else CERTAIN,
        evidence=tuple(e for c in cells for e in c.evidence(context)),
        details={"sound": list(sound)},
    )


def _passing(sound: Sequence[Checked], methods: Sequence[str]) -> Iterator[Message]:
    """Methods that pass on the same image sets, together."""
    by_datasets: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for method in methods:
        datasets = tuple(c.dataset for c in sound if c.method == method)
        if datasets:
            by_datasets[datasets].append(method)
    for datasets, found in by_datasets.items():
        yield Message(_METHODS_ON, {"methods": titles(found), "datasets": DatasetNames(datasets)})


def _counting(counts: Sequence[tuple[int, int]]) -> str:
    """Support of what is counted over runs: certain where all runs of every cell agree."""
    if any(runs == 1 for _, runs in counts):
        return SINGLE_RUN
    return CERTAIN if all(times in (0, runs) for times, runs in counts) else LIKELY


_FAILED = {
    "top_randomised": N_(
        "{name}: {method} {fails} the check with a random classifier; agreement of the maps, needed less than {limit}: "
        "{values}."
    ),
    "all_randomised": N_(
        "{name}: {method} {fails} the check with a random network; agreement of the maps, needed less than {limit}: {values}."
    ),
    "gain": N_(
        "{name}: {method} {fails} deletion and insertion; gain over maps moved at random, needed {limit} or more: {values}."
    ),
    "flat": N_(
        "{name}: {method} fails deletion and insertion on {datasets}: its maps are alike all over the image and name no "
        "place."
    ),
}
_FAILS = N_("fails")
_SOMETIMES = N_("does not always pass")
_VALUE_ON = N_("{value} on {dataset}")
_FAILED_ON = N_("{value} on {dataset} (not passed in {times} of {runs})")


def failed(context: Context) -> Iterator[Claim]:
    """Each check that a method fails in any run on any image set, with its values there, by network and method.

    Where the kept maps are alike all over the image in every such run, the sentence says so: no check of
    places can then be passed. Silent where every check is passed.
    """
    for variant, found in _by_variant(context).items():
        for method in context.study.levels(ATTRIBUTION):
            for check in CHECKS:
                cells = [c for c in found if c.method == method and c.failed(check)]
                if cells:
                    yield _failure(context, variant, method, check, cells)


def _failure(context: Context, variant: str, method: str, check: str, cells: Sequence[Checked]) -> Claim:
    metric = at(check, attribution=method)
    nowhere = check == "gain" and all(c.failed(check) == c.runs and flat(context, c) for c in cells)
    limit = (
        Derived(LEAST_GAIN, decimals=2, constant="least_gain")
        if check == "gain"
        else Derived(MOST_AGREEMENT, decimals=1, constant="most_agreement")
    )
    evidence = [context.evidence(c.dataset, variant, metric) for c in cells]
    if nowhere:
        evidence += [context.kept_of(c.dataset, variant, metric, _maps(method)) for c in cells]
    return Claim(
        id=f"attribution_failed/{variant}/{method}/{check}",
        kind="attribution_failed",
        message=_FAILED["flat" if nowhere else check],
        params={
            "name": Names((variant,)),
            "method": titles((method,)),
            "fails": Phrase(_FAILS if all(c.failed(check) == c.runs for c in cells) else _SOMETIMES),
            "datasets": DatasetNames(tuple(c.dataset for c in cells)),
            "values": Listing(
                tuple(
                    Message(
                        _VALUE_ON if c.runs == 1 else _FAILED_ON,
                        {
                            "value": context.value(c.dataset, variant, metric),
                            "dataset": DatasetNames((c.dataset,)),
                            "times": Derived(c.failed(check), "integer"),
                            "runs": Count(c.runs, "run"),
                        },
                    )
                    for c in cells
                )
            ),
            "limit": limit,
        },
        metric=metric,
        subjects=(variant,),
        value=sum(c.failed(check) for c in cells) / sum(c.runs for c in cells),
        support=_counting([(c.failed(check), c.runs) for c in cells]),
        evidence=tuple(evidence),
    )


def _maps(method: str) -> str:
    return f"attribution/maps/{method}"


def flat(context: Context, cell: Checked) -> bool:
    """Whether every kept map of a cell has one value all over the image; False where none were kept."""
    kept = [
        np.asarray(arrays[_maps(cell.method)])
        for _, arrays in context.kept(cell.dataset, cell.variant, _maps(cell.method))
    ]
    return len(kept) > 0 and all(bool(np.all(maps == maps[:, :1, :1])) for maps in kept)
