"""The steps of one experiment: the only place where images, extractors and measures meet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import numpy as np

from fxreport.datasets.base import Dataset
from fxreport.extractors.network import load_keras
from fxreport.measures import registry
from fxreport.measures.base import Inputs, Measure
from fxreport.system.machine import versions
from fxreport.vocabulary.measures import IMAGES
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.steps import EXTRACTION, Step, StepResult
from fxreport.work.extraction import (
    ExtractorFactory,
    Fitted,
    Sampled,
    StageCallback,
    close,
    fit_again,
    fit_and_extract,
    sampled,
)
from fxreport.work.features import FeatureCache

Keep = Callable[[StepResult], None]
#: called with a step whose measure raised something, and with that
Fail = Callable[[Step, BaseException], None]


def needs_fit(steps: Sequence[Step], features: FeatureCache) -> bool:
    """Whether the extractor has to be fitted for these steps of one experiment."""
    return any(_fits(step) for step in steps) or (bool(steps) and steps[0].experiment.key not in features)


def needs_images(steps: Sequence[Step]) -> bool:
    """Whether steps that fit nothing need the images nevertheless."""
    return any(IMAGES in registry.get(step.measure).needs for step in steps if step.measure != EXTRACTION)


def run(
    steps: Sequence[Step],
    load: Callable[[], Dataset],
    *,
    create: ExtractorFactory,
    features: FeatureCache,
    keep: Keep,
    fail: Fail,
    on_stage: StageCallback | None = None,
) -> None:
    """Run steps of one experiment and hand each result to ``keep`` as soon as it is there.

    ``load`` loads the image set and ``create(name, input_size=…, seed=…, **settings)`` makes the extractor,
    where they are needed: measures of features alone take those that the cache keeps. Else the extractor is
    fitted once for all steps. A measure that fails goes to ``fail``, and the others go on. Raises what
    loading, fitting and extracting raise, and what ``keep`` raises.
    """
    told = on_stage or (lambda stage, done, total: None)
    experiment = steps[0].experiment
    kept = None if any(map(_fits, steps)) else features.read(experiment.key)
    fitted: Fitted | None = None
    images: Sampled | None = None
    if kept is not None:
        if needs_images(steps):
            images = sampled(experiment, load())
    elif Step(experiment) in steps:
        images, fitted = fit_and_extract(experiment, load(), create, told)
    else:
        dataset = load()
        images = sampled(experiment, dataset)
        fitted = fit_again(experiment, dataset, images, create, told)
    try:
        if fitted is not None:
            kept = fitted.features
            features.write(experiment.key, kept)
            if fitted.result is not None:
                keep(fitted.result)
        assert kept is not None
        inputs = Inputs(
            kept.labels,
            kept.features,
            kept.train_labels,
            kept.train_features,
            images.test.images if images else np.empty((0, 0, 0, 1), np.uint8),
            extractor=fitted and fitted.extractor,
        )
        _measure([step for step in steps if step.measure != EXTRACTION], inputs, keep, fail, told)
    finally:
        if fitted is not None:
            close(fitted.extractor)


def _fits(step: Step) -> bool:
    return step.measure == EXTRACTION or registry.get(step.measure).fits


def _measure(steps: Sequence[Step], inputs: Inputs, keep: Keep, fail: Fail, told: StageCallback) -> None:
    """Run the measures, those that make much work for one thread beside the others.

    Every library routine runs on one thread: sums over several threads are added up in an order that
    changes from run to run and with the number of cores, and k-means and t-SNE turn that into other results.
    """
    if not steps:
        return
    measures = {step: registry.get(step.measure) for step in steps}
    if any(step.level == "umap" for step in steps):
        load_keras()  # umap-learn imports TensorFlow where there is one, and lets it talk
    one_at_a_time = threading.Lock()

    def one(step: Step) -> None:
        try:
            with _one_thread():
                result = _run(step, measures[step], inputs)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it may raise anything; the others go on
            with one_at_a_time:
                fail(step, error)
            return
        with one_at_a_time:
            keep(result)

    aside = [step for step in steps if measures[step].beside]
    with _one_thread(), ThreadPoolExecutor(1) as beside:
        running = [beside.submit(one, step) for step in aside]
        try:
            for step in steps:
                if not measures[step].beside:
                    told(step.title, 0, 1)
                    one(step)
            for step, ended in zip(aside, running, strict=True):
                if not ended.done():
                    told(step.title, 0, 1)
                ended.result()
        finally:
            beside.shutdown(cancel_futures=True)


def _run(step: Step, measure: Measure, inputs: Inputs) -> StepResult:
    started, start = datetime.now(UTC), time.perf_counter()
    measured = measure.run(inputs, level=step.level, seed=step.experiment.seed, settings=dict(step.settings))
    if measure.code:
        measured = registry.checked(measured, measure)
    return StepResult(
        step,
        measured.measurements,
        measured.artifacts,
        measured.shared,
        provenance={
            "versions": versions(),
            "started": started.isoformat(timespec="seconds"),
            "wall_seconds": round(time.perf_counter() - start, 3),
        },
        metrics=tuple(row for row in measure.metrics if isinstance(row, Metric)),
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Limit BLAS (the whole process) and OpenMP (the calling thread) to one thread for the time being."""
    import sklearn.cluster  # noqa: F401  # only libraries that are loaded already can be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
