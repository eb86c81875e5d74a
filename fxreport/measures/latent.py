"""An autoencoder's errors by class, and the ways between images through its latent space."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.base import Inputs, Measure, Measured, measurements
from fxreport.vocabulary.measures import DECODER, FEATURES, IMAGES
from fxreport.vocabulary.steps import Measurement, Scalar

#: images along a walk, both ends included
STEPS = 8
#: walks that are kept as pictures
WALKS = 2
#: pairs of images whose half-way points are measured
PAIRS = 200

Images = NDArray[np.uint8]
Codes = NDArray[np.float32]  # (n, d)
Decode = Callable[[Codes], NDArray[np.float32]]  # (n, d) → (n, h, w, c) in [0, 1]


@dataclass(frozen=True, slots=True, eq=False)
class LatentStudy:
    """``mse_by_class``: (k,) float32, of the labels' distinct values in order, pixels in [0, 1].

    ``walks``: (WALKS, STEPS, h, w, c) uint8, decoded at even steps on the line between two codes; ``ends``:
    (WALKS, 2) int32, positions of the two images in the test sample.
    """

    mse_by_class: NDArray[np.float32]
    walks: NDArray[np.uint8]
    ends: NDArray[np.int32]
    measurements: tuple[Measurement, ...]


def study_latent(
    codes: Codes, decode: Decode, images: Images, labels: NDArray[np.integer], *, seed: int
) -> LatentStudy:
    """Study test images (n, h, w, c) with labels (n,) and codes (n, d).

    Walks lead from the first image of the first class to that of the second, from the third to the fourth,
    and so on. ``latent_midpoint_distance`` and ``pixel_midpoint_distance``: how far an image half-way between
    two of different classes is from the nearest test image but these two (root mean square over pixels in
    [0, 1]; mean over random pairs), where half-way is taken between the codes and decoded, or between the
    pixels of the two reconstructions. A latent space whose lines stay among images gives less.
    """
    squares = np.empty(len(images))
    for start in range(0, len(images), 256):
        part = slice(start, start + 256)
        squares[part] = np.square(decode(codes[part]) - _unit(images[part]), dtype=np.float64).mean(
            axis=(1, 2, 3)
        )
    classes, first = np.unique(labels, return_index=True)
    by_class = np.array([squares[labels == label].mean() for label in classes], np.float32)
    ends = first[: 2 * min(WALKS, len(first) // 2)].reshape(-1, 2).astype(np.int32)
    return LatentStudy(
        by_class,
        _walks(decode, codes, ends, images.shape[1:]),
        ends,
        _midpoints(decode, codes, images, labels, seed),
    )


def _walks(
    decode: Decode, codes: Codes, ends: NDArray[np.int32], shape: tuple[int, ...]
) -> NDArray[np.uint8]:
    part = np.linspace(0, 1, STEPS, dtype=np.float32)[None, :, None]
    lines = codes[ends[:, 0], None] * (1 - part) + codes[ends[:, 1], None] * part
    pixels = decode(lines.reshape(-1, codes.shape[1])) if len(ends) else np.empty((0, *shape))
    walks: NDArray[np.uint8] = np.rint(pixels.clip(0, 1) * 255).astype(np.uint8)
    return walks.reshape(len(ends), STEPS, *shape)


def _midpoints(
    decode: Decode,
    codes: Codes,
    images: Images,
    labels: NDArray[np.integer],
    seed: int,
) -> tuple[Measurement, ...]:
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, len(images), (2, 4 * PAIRS))
    apart = np.flatnonzero(labels[one] != labels[other])[:PAIRS]
    one, other = one[apart], other[apart]
    if not len(one) or len(images) < 3:
        return ()
    in_latent = decode((codes[one] + codes[other]) / np.float32(2))
    in_pixels = (decode(codes[one]) + decode(codes[other])) / np.float32(2)
    every = _unit(images).reshape(len(images), -1)
    values = {
        "latent_midpoint_distance": _nearest(in_latent, every, one, other),
        "pixel_midpoint_distance": _nearest(in_pixels, every, one, other),
    }
    return measurements(values, len(one))


def _nearest(
    points: NDArray[np.float32],
    images: NDArray[np.float32],
    one: NDArray[np.integer],
    other: NDArray[np.integer],
) -> float:
    rows, flat = np.arange(len(points)), points.reshape(len(points), -1)
    squares = np.square(flat).sum(axis=1)[:, None] + np.square(images).sum(axis=1) - 2 * flat @ images.T
    squares[rows, one] = squares[rows, other] = np.inf
    return float(np.sqrt(squares.min(axis=1).clip(0) / images.shape[1]).mean())


def _unit(images: Images) -> NDArray[np.float32]:
    return images.astype(np.float32) / np.float32(255)


def between_images(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    decode = inputs.extractor.decode
    study = study_latent(inputs.features, decode, inputs.images, inputs.labels, seed=seed)
    return Measured(
        study.measurements,
        {
            "reconstruction_mse_by_class": study.mse_by_class,
            "latent_walk": study.walks,
            "latent_walk_ends": study.ends,
        },
    )


MEASURE = Measure(
    name="latent",
    run=between_images,
    needs=frozenset({DECODER, FEATURES, IMAGES}),
    asked_by="inspections",
    metrics=("latent_midpoint_distance", "pixel_midpoint_distance"),
    arrays=("reconstruction_mse_by_class", "latent_walk", "latent_walk_ends"),
)
