"""What is known of each variant on a scenario's image sets: the facts that constraints are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from fxreport.analysis.claims import Evidence
from fxreport.analysis.context import Context
from fxreport.analysis.quantities.across import mean_over
from fxreport.analysis.quantities.costs import (
    SECONDS,
    highest,
    images_per_second,
    model_bytes,
    seconds_per_1000_images,
    slowest_set,
)
from fxreport.analysis.quantities.price import FIT, trained
from fxreport.analysis.statistics.compare import ACCURACY_MARGIN
from fxreport.vocabulary.scenario import ACCURACY, OBJECTIVES, QUALITY, Scenario, bound

#: a fact of a variant; None where it is not known
Fact = float | bool | None

#: ways to name images with labels at hand, of which the first that was measured on all sets counts
WITH_LABELS = ("probe_accuracy", "test_accuracy")
#: qualities of clusters, which nobody looks at who has labels to learn from
CLUSTERINGS = frozenset({"ari", "nmi", "ami", "clustering_accuracy"})
#: shares of right answers
ACCURACIES = frozenset({ACCURACY, "knn_accuracy", "probe_accuracy", "clustering_accuracy"})


@dataclass(frozen=True, eq=False)
class Field:
    """Those that compete on the image sets of a scenario.

    ``complete`` have the main quality on all of the sets, ``incomplete`` on some. Where a metric of another field
    is ``sought``, the sets are those that have it, and it is that metric which has to be on all of them; the
    main quality then counts on its own sets.
    """

    context: Context
    datasets: tuple[str, ...]
    sought: str = ""

    @classmethod
    def of(cls, context: Context, scenario: Scenario) -> Field:
        """The field on which a scenario is answered."""
        sought = scenario.objective
        own = bool(sought) and sought not in OBJECTIVES and sought != context.main and not context.of_field
        if own and (sets := context.datasets_with(sought)):
            return cls(context, sets, sought)
        return cls(context, scenario_sets(context, natural_only=scenario.natural_images))

    def on(self, datasets: tuple[str, ...]) -> Field:
        """The same on other sets."""
        return replace(self, datasets=datasets)

    def within(self, context: Context) -> Field:
        """The same of another study, as one without a seed."""
        return replace(self, context=context)

    @cached_property
    def complete(self) -> tuple[str, ...]:
        if not self.sought:
            return self.context.complete(datasets=self.datasets)
        whole = set(self.context.complete())
        return tuple(v for v in self.context.complete(self.sought, self.datasets) if v in whole)

    @cached_property
    def incomplete(self) -> tuple[str, ...]:
        there = self.context.study.samples
        some = (
            v.id
            for v in self.context.study.variants
            if any((d, v.id, self.context.main) in there for d in self.datasets)
        )
        return tuple(v for v in some if v not in set(self.complete))

    def read(self, variant: str, constraint: str) -> Fact:
        """A fact of a variant, read when it is first asked for."""
        if (variant, constraint) not in self._facts:
            kind, metric = bound(constraint)
            read = _bounded(metric, upper=kind == "at_most") if metric else READERS[constraint]
            self._facts[variant, constraint] = read(self, variant)
        return self._facts[variant, constraint]

    @cached_property
    def _facts(self) -> dict[tuple[str, str], Fact]:
        return {}

    def fact(self, scenario: Scenario, variant: str, constraint: str) -> Fact:
        """What a scenario's constraint is held against: a share is one of what it calls quality."""
        if constraint == "quality_share" and self.quality_of(scenario) == ACCURACY:
            return self._share_of_accuracy(variant)
        return self.read(variant, constraint)

    @cached_property
    def by_accuracy(self) -> bool:
        """Whether accuracy with labels can decide: two who compete have it, and half of all.

        A study that has another main quality than one of clusters is compared by that.
        """
        known = [v for v in self.complete if self.objective(ACCURACY, v) is not None]
        return self.context.main in CLUSTERINGS and len(known) >= 2 and len(self.complete) <= 2 * len(known)

    def quality_of(self, scenario: Scenario) -> str:
        """What a scenario calls quality: what one would then do with the features decides."""
        asked = scenario.objective
        if asked == ACCURACY or (asked not in CLUSTERINGS and scenario.labels and self.by_accuracy):
            return ACCURACY
        return QUALITY

    def resolved(self, scenario: Scenario) -> Scenario:
        """The scenario with the objective that follows from it where it names none."""
        return scenario if scenario.objective else replace(scenario, objective=self.quality_of(scenario))

    def metric(self, objective: str, variant: str = "") -> str:
        """The metric that an objective is read from, a share of it or a rate; of a variant for accuracy."""
        if objective == ACCURACY:
            measured = (m for m in WITH_LABELS if self.mean(variant, m) is not None)
            return next(measured, WITH_LABELS[0])
        return self.context.main if objective in (QUALITY, "efficiency") else objective

    def margin(self, objective: str) -> float:
        """Differences of an objective inside it are taken as practically equal."""
        if objective in (QUALITY, self.context.main):
            return self.context.margin
        return ACCURACY_MARGIN if objective in ACCURACIES else 0.0

    def rises(self, objective: str) -> bool:
        """Whether more of an objective is better."""
        if objective == QUALITY:
            return self.context.study.rising
        if objective in OBJECTIVES:
            return OBJECTIVES[objective]
        return self.context.study.metric(objective).higher_is_better is True

    def mean(self, variant: str, metric: str) -> float | None:
        """Mean over the sets; for a time over those on which anybody was timed. None where one is missing."""
        if (variant, metric) not in self._means:
            self._means[variant, metric] = self._mean(variant, metric)
        return self._means[variant, metric]

    @cached_property
    def _means(self) -> dict[tuple[str, str], float | None]:
        return {}

    def _mean(self, variant: str, metric: str) -> float | None:
        datasets = self.sets_with(metric)
        if not datasets or any(self.context.study.sample(d, variant, metric) is None for d in datasets):
            return None
        return mean_over(self.context, variant, metric, datasets)

    def sets_with(self, metric: str) -> tuple[str, ...]:
        if metric != SECONDS:
            return self.datasets
        timed = set(self.context.datasets_with(SECONDS))
        return tuple(d for d in self.datasets if d in timed)

    @cached_property
    def best_quality(self) -> float:
        """The best mean quality of all that are complete, whether they qualify or not."""
        best = max if self.context.study.rising else min
        return best(self.quality.values(), default=0.0)

    def _share_of_accuracy(self, variant: str) -> Fact:
        own, best = self.objective(ACCURACY, variant), self._best_accuracy
        return own / best if own is not None and best > 0 else None

    @cached_property
    def _best_accuracy(self) -> float:
        known = (self.objective(ACCURACY, v) for v in self.complete)
        return max((a for a in known if a is not None), default=0.0)

    @cached_property
    def quality(self) -> Mapping[str, float]:
        return {v: mean_over(self.context, v, self.context.main, self.quality_sets) for v in self.complete}

    @property
    def quality_sets(self) -> tuple[str, ...]:
        """The sets on which the main quality counts."""
        return tuple(self.context.quality) if self.sought else self.datasets

    def objective(self, name: str, variant: str) -> float | None:
        """The value that a scenario seeks; None where it is not known."""
        if name == "efficiency":
            seconds = self.mean(variant, SECONDS)
            return self.quality[variant] / seconds if seconds else None
        if name in HIGHEST:
            value = self.read(variant, name)
            return None if value is None else float(value)
        return self.mean(variant, self.metric(name, variant))


def _labels_needed(field: Field, variant: str) -> Fact:
    return field.context.study.variant_by_id[variant].extractor.needs_labels


def _pretrained(field: Field, variant: str) -> Fact:
    """Not known where nothing at all is known of the extractor."""
    family = field.context.study.variant_by_id[variant].family
    return None if family == "other" else family == "pretrained"


def _training(field: Field, variant: str) -> Fact:
    return trained(field.context.study, variant)


def _per_1000_images(field: Field, variant: str) -> Fact:
    return highest(seconds_per_1000_images(field.context.study, d, variant) for d in field.datasets)


def _images_per_second(field: Field, variant: str) -> Fact:
    study = field.context.study
    if _per_1000_images(field, variant) is None:
        return None  # not known on one set
    slowest = slowest_set(study, field.datasets, variant)
    return None if slowest is None else images_per_second(study, slowest, variant)


def _relative_time(field: Field, variant: str) -> Fact:
    baseline = field.context.speed_baseline
    own, other = field.mean(variant, SECONDS), None if baseline is None else field.mean(baseline, SECONDS)
    return None if own is None or not other else own / other


def _measured(metric: str) -> Callable[[Field, str], Fact]:
    def read(field: Field, variant: str) -> Fact:
        return highest(field.context.study.mean(d, variant, metric) for d in field.datasets)

    return read


def _bounded(metric: str, *, upper: bool) -> Callable[[Field, str], Fact]:
    """The mean on the set that is worst for the limit; not known where a set lacks it of which others have it."""

    def read(field: Field, variant: str) -> Fact:
        study = field.context.study
        found = [study.mean(d, variant, metric) for d in field.datasets if study.column(d, metric)]
        if not found:
            return None
        known = [value for value in found if value is not None]
        return None if len(known) < len(found) else max(known) if upper else min(known)

    return read


def _model_bytes(field: Field, variant: str) -> Fact:
    return model_bytes(field.context.study, variant, field.datasets)


def _quality(field: Field, variant: str) -> Fact:
    return field.quality[variant]


def _quality_share(field: Field, variant: str) -> Fact:
    """Where no quality is above zero only the best itself keeps anything of it."""
    quality, best = field.quality[variant], field.best_quality
    return quality / best if best > 0 else float(quality >= best)


#: constraint → how its fact is read
READERS: Mapping[str, Callable[[Field, str], Fact]] = {
    "labels": _labels_needed,
    "gpu": _images_per_second,
    "training": _training,
    "pretrained": _pretrained,
    "seconds_per_1000_images": _per_1000_images,
    "relative_time": _relative_time,
    "memory_bytes": _measured("peak_memory_bytes"),
    "model_bytes": _model_bytes,
    "dimension": _measured("dimension"),
    "quality": _quality,
    "quality_share": _quality_share,
}
#: objectives that are the highest over the sets, as the constraint of that name is
HIGHEST = frozenset({"model_bytes", "dimension"})


#: constraint or objective → the metrics that its fact is read from
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "gpu": (SECONDS, "images_per_second"),
    "training": (FIT,),
    "seconds_per_1000_images": (SECONDS, "images_per_second"),
    "memory_bytes": ("peak_memory_bytes",),
    "efficiency": (SECONDS,),
    **dict.fromkeys(("labels", "pretrained", "natural_images", "quality", "quality_share"), ()),
}
#: metrics of the costs that are told of every choice
_ALWAYS = (SECONDS, FIT, "model_bytes")


def evidence(field: Field, scenario: Scenario, variants: Sequence[str] | None = None) -> tuple[Evidence, ...]:
    """The measured cells that an answer is read from, set by set and variant by variant."""
    asked = dict.fromkeys((*scenario.constraints, scenario.objective, field.quality_of(scenario)))
    return tuple(
        field.context.evidence(dataset, variant, metric)
        for dataset in field.datasets
        for variant in (variants or (*field.complete, *field.incomplete))
        for metric in dict.fromkeys(
            (
                field.context.main,
                *_ALWAYS,
                *(m for name in asked for m in _SOURCES.get(name, _source(field, name, variant))),
            )
        )
        if field.context.study.sample(dataset, variant, metric) is not None
    )


def _source(field: Field, name: str, variant: str) -> tuple[str, ...]:
    """The metric of a bound, or of an objective."""
    return (bound(name)[1] or field.metric(name, variant),)


def scenario_sets(context: Context, *, natural_only: bool) -> tuple[str, ...]:
    """The image sets with the main quality; of these those that are known to be of natural photographs."""
    known = context.study.dataset_by_name
    return tuple(d for d in context.datasets_with() if not natural_only or known[d].natural_images is True)
