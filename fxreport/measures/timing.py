"""How long extraction takes, measured fairly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.vocabulary.steps import Measurement

#: quick extractors are timed more often, until this much time is spent or this many passes are made
_ENOUGH_SECONDS = 1.0
_MOST_PASSES = 9

Images = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Extraction:
    """Features (n, d) of the images, and the seconds that each pass over all of them took.

    ``resize_seconds`` is None where the extractor does not tell preparing from extracting; ``seconds`` are
    then those of both together.
    """

    features: NDArray[Any]
    seconds: tuple[float, ...]
    resize_seconds: tuple[float, ...] | None = None

    def measurements(self) -> tuple[Measurement, ...]:
        n = len(self.features)
        middle = median(self.seconds)
        values = {
            "extraction_seconds": middle,
            "extraction_seconds_min": min(self.seconds),
            "extraction_seconds_max": max(self.seconds),
            "images_per_second": n / max(middle, 1e-9),
        }
        if self.resize_seconds is not None:
            values["resize_seconds"] = median(self.resize_seconds)
        return tuple(Measurement(name, value, n) for name, value in values.items())


def timed_extraction(
    extractor: Any,
    images: Images,
    *,
    batch_size: int,
    repeats: int,
    on_pass: Callable[[int, int], None] | None = None,
) -> Extraction:
    """Extract features of ``images`` (n, height, width, channels) in at least ``repeats`` timed passes.

    Where the extractor has ``preprocess`` and ``forward`` they are called batch by batch and timed apart;
    else ``transform`` is timed as a whole. Every batch shape, the last remainder included, is run once before
    the clock starts, so that no pass pays for compiling. Passes go on up to nine while all of them together
    took under a second. ``on_pass`` is told (passes done, passes planned) after each.
    """
    told = on_pass or (lambda done, planned: None)
    halves = hasattr(extractor, "preprocess") and hasattr(extractor, "forward")
    one_pass = _pass_in_halves if halves else _pass_as_a_whole
    for shape in _warm_up_slices(len(images), batch_size, halves=halves):
        one_pass(extractor, images[shape], batch_size)

    features: NDArray[Any] | None = None
    seconds: list[float] = []
    resizing: list[float] = []
    while len(seconds) < repeats or (sum(seconds) < _ENOUGH_SECONDS and len(seconds) < _MOST_PASSES):
        features, network, resize = one_pass(extractor, images, batch_size)
        seconds.append(network)
        resizing.append(resize)
        told(len(seconds), max(repeats, len(seconds)))
    assert features is not None  # repeats is at least one
    return Extraction(features, tuple(seconds), tuple(resizing) if halves else None)


def extract(extractor: Any, images: Images, *, batch_size: int) -> NDArray[Any]:
    """The features (n, d) that ``timed_extraction`` gives, in one pass."""
    halves = hasattr(extractor, "preprocess") and hasattr(extractor, "forward")
    return (_pass_in_halves if halves else _pass_as_a_whole)(extractor, images, batch_size)[0]


def _pass_in_halves(extractor: Any, images: Images, batch_size: int) -> tuple[NDArray[Any], float, float]:
    """Return the features and the seconds of ``forward`` and of ``preprocess``."""
    parts, network, resize = [], 0.0, 0.0
    for batch in _batches(images, batch_size):
        start = time.perf_counter()
        prepared = extractor.preprocess(batch)
        between = time.perf_counter()
        # Turning the output into an array waits for a network that computes in the background.
        parts.append(np.asarray(extractor.forward(prepared)))
        network += time.perf_counter() - between
        resize += between - start
    return np.concatenate(parts), network, resize


def _pass_as_a_whole(extractor: Any, images: Images, batch_size: int) -> tuple[NDArray[Any], float, float]:
    start = time.perf_counter()
    features = np.asarray(extractor.transform(images))
    return features, time.perf_counter() - start, 0.0


def _batches(images: Images, batch_size: int) -> Iterator[Images]:
    for start in range(0, len(images), batch_size):
        yield images[start : start + batch_size]


def _warm_up_slices(n: int, batch_size: int, *, halves: bool) -> list[slice]:
    """Slices of the images that between them have every batch shape of a whole pass."""
    remainder = n % batch_size
    if not halves:
        # transform makes its own batches: a length with the same remainder makes it use the same shapes.
        return [slice(0, min(n, 2 * batch_size + remainder))]
    shapes = [slice(0, min(n, batch_size))]
    if remainder and n > batch_size:
        shapes.append(slice(n - remainder, n))
    return shapes
