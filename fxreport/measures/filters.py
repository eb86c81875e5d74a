"""First-layer filters in numbers, and whether they could have come from the initialiser.

Kernels have few weights (3×3 mostly), so a fitted picture proves nothing by itself: every measure is held
against the same measure of kernels that the layer's own initialiser draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.base import Inputs, Measure, Measured
from fxreport.vocabulary.experiment import FILTER_DRAWS
from fxreport.vocabulary.measures import NETWORK
from fxreport.vocabulary.steps import Measurement, Scalar

Kernels = NDArray[np.floating]  # (height, width, channels in, filters)

Measures = Mapping[str, NDArray[np.float64]]

#: frequencies, in cycles a pixel, and directions at which the power spectrum is sampled
_FREQUENCIES = np.linspace(0, 0.5, 11)
_DIRECTIONS = np.arange(24) * np.pi / 24
_GABOR_ORIENTATIONS = 12
#: cycles a pixel; a 3×3 kernel holds at most half a cycle of the slowest
_GABOR_FREQUENCIES = np.linspace(0.05, 0.5, 10)
#: standard deviation of the envelope, as a share of the kernel's side
_GABOR_WIDTHS = (0.25, 0.5, 1.0)
_TINY = 1e-12


def filter_measures(kernels: Kernels) -> dict[str, NDArray[np.float64]]:
    """Describe each filter of kernels (…, height, width, channels, filters); leading axes are kept.

    Returns name → (…, filters) float64. None depends on the filter's scale but ``norm``:

    - ``norm``: Euclidean norm over the layer's root mean square of norms;
    - ``mean_share``: share of the energy in the kernel's mean over space (brightness; 1/(h·w) for noise);
    - ``roughness``: total squared difference of neighbouring weights over the energy (2 pairs a weight of
      noise have 4·(1 − 1/side); smooth kernels less);
    - ``orientation_selectivity``: length of the mean of e^(2iθ) over the power spectrum without its mean,
      0 where all orientations are alike, 1 for a grating (as circular variance in physiology: Ringach et
      al., Journal of Neuroscience 22:5639–5651, 2002);
    - ``orientation``: preferred orientation of the bars, radians in [0, π);
    - ``frequency``: cycles a pixel at the peak of the power spectrum, the mean left in;
    - ``gabor_fit``: R² of the best of a fixed set of Gabor functions of free amplitude and phase, least
      squares (Jones & Palmer, Journal of Neurophysiology 58:1233–1258, 1987, on a grid), on the main colour;
    - ``one_colour``: share of the energy in the best separable space × colour; 1 with one channel.

    A filter of zeros has zeros everywhere.
    """
    weights = np.moveaxis(np.asarray(kernels, np.float64), -1, -4)  # (…, filters, h, w, c)
    height, width = weights.shape[-3:-1]
    energy = np.square(weights).sum(axis=(-3, -2, -1))
    safe = np.where(energy > _TINY, energy, 1.0)

    norms = np.sqrt(energy)
    mean_norm = np.sqrt(np.square(norms).mean(axis=-1, keepdims=True))
    mean = weights.sum(axis=(-3, -2))
    differences = sum(np.square(np.diff(weights, axis=axis)).sum(axis=(-3, -2, -1)) for axis in (-3, -2))

    main, share = _main_colour(weights)
    flat = main.reshape(*main.shape[:-2], height * width)
    spectrum = _power_spectrum(flat, height, width)  # (…, frequencies, directions)
    swinging = spectrum[..., 1:, :].sum(axis=-2)
    total = swinging.sum(axis=-1)
    resultant = swinging @ np.exp(2j * _DIRECTIONS) / np.where(total > _TINY, total, 1.0)
    peak = spectrum.max(axis=-1).argmax(axis=-1)
    measures = {
        "norm": norms / np.where(mean_norm > _TINY, mean_norm, 1.0),
        "mean_share": np.square(mean).sum(axis=-1) / (height * width * safe),
        "roughness": differences / safe,
        "orientation_selectivity": np.abs(resultant),
        # the bars of a grating lie across the direction in which it swings
        "orientation": (np.angle(resultant) / 2 + np.pi / 2) % np.pi,
        "frequency": _FREQUENCIES[peak],
        "gabor_fit": _gabor_fit(flat, height, width),
        "one_colour": share,
    }
    return {name: np.where(energy > _TINY, values, 0.0) for name, values in measures.items()}


def _main_colour(weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Best space × colour product of kernels (…, h, w, c): the space (…, h, w), and its energy's share."""
    *leading, height, width, channels = weights.shape
    unfolded = weights.reshape(*leading, height * width, channels)
    values, axes = np.linalg.eigh(np.swapaxes(unfolded, -1, -2) @ unfolded)
    main = (unfolded @ axes[..., -1:])[..., 0].reshape(*leading, height, width)
    total = values.sum(axis=-1)
    return main, values[..., -1] / np.where(total > _TINY, total, 1.0)


def _power_spectrum(flat: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """Power of kernels (…, h·w) at (…, frequencies, directions): Fourier sums on a polar grid.

    A square grid would know more of diagonal directions than of others.
    """
    down, across = _centred(height, width)
    along = across * np.cos(_DIRECTIONS)[:, None] + down * np.sin(_DIRECTIONS)[:, None]
    phases = 2 * np.pi * _FREQUENCIES[:, None, None] * along
    waves = phases.reshape(-1, height * width).T
    power = np.square(flat @ np.cos(waves)) + np.square(flat @ np.sin(waves))
    return power.reshape(*flat.shape[:-1], len(_FREQUENCIES), len(_DIRECTIONS))


def _gabor_fit(flat: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """Largest share of the energy of kernels (…, h·w) in the span of a Gabor function's two phases."""
    down, across = _centred(height, width)
    pairs = []
    for orientation in np.arange(_GABOR_ORIENTATIONS) * np.pi / _GABOR_ORIENTATIONS:
        along = across * np.cos(orientation) + down * np.sin(orientation)
        for frequency in _GABOR_FREQUENCIES:
            for spread in _GABOR_WIDTHS:
                envelope = np.exp(-(across**2 + down**2) / (2 * (spread * max(height, width)) ** 2))
                wave = np.exp(2j * np.pi * frequency * along) * envelope
                pairs.append(np.linalg.qr(np.stack([wave.real, wave.imag], axis=1))[0])
    axes = np.concatenate(pairs, axis=1)
    shares = np.square(flat @ axes).reshape(*flat.shape[:-1], len(pairs), 2).sum(axis=-1).max(axis=-1)
    energy = np.square(flat).sum(axis=-1)
    fit: NDArray[np.float64] = shares / np.where(energy > _TINY, energy, 1.0)
    return fit


def _centred(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places of a kernel's weights from its middle, (h·w,) down and across."""
    down, across = np.meshgrid(
        np.arange(height) - (height - 1) / 2, np.arange(width) - (width - 1) / 2, indexing="ij"
    )
    return down.ravel(), across.ravel()


@dataclass(frozen=True, slots=True, eq=False)
class FilterStudy:
    """``measures``: name → (filters,) float32. ``reference_names`` (r,) and ``reference`` (r, 3) float32:
    2.5 %, 50 % and 97.5 % quantiles of the layer's mean of each measure over draws of the initialiser.
    """

    measures: Measures
    reference_names: tuple[str, ...]
    reference: NDArray[np.float32]
    measurements: tuple[Measurement, ...]


def study_filters(kernels: Kernels, untrained: Kernels) -> FilterStudy:
    """Measure kernels (h, w, channels, filters) against draws of their initialiser (draws, h, w, …).

    Beside the means over filters (``filter_<measure>``):

    - ``filter_structure_p_value``: are they *shaped* otherwise? Means and spreads over the filters of all
      measures, which know no scale, together: the share of draws (and the layer itself) at least as far, by
      Mahalanobis' distance, from the mean of all. Draws and layer stand in one pool, so that under the
      hypothesis that the layer is one more draw each of its ranks is equally likely (Monte Carlo test:
      Barnard 1963; Besag & Clifford 1989);
    - ``filter_weights_p_value``: are they *larger* than drawn ones can be? The same with the largest absolute
      weight; ``filter_weights_beyond``: share of the weights larger than any drawn one.

    The second needs no shape: training for a few epochs moves weights out of an initialiser's range long
    before it gives them one. For pretrained networks, whose initialiser was another, it says little.
    """
    measured, drawn = filter_measures(kernels), filter_measures(untrained)
    names = [name for name in measured if name not in _UNAVERAGED and not _is_constant(name, kernels)]
    means = {name: float(measured[name].mean()) for name in names}
    reference = np.array([np.quantile(drawn[name].mean(axis=-1), (0.025, 0.5, 0.975)) for name in names])
    largest = np.abs(untrained).reshape(len(untrained), -1).max(axis=1)
    sizes = np.abs(np.asarray(kernels, np.float64))
    values = {
        **{f"filter_{name}": mean for name, mean in means.items()},
        "filter_structure_p_value": _structure_p_value(measured, drawn, [*names, "norm"]),
        "filter_weights_p_value": float((1 + np.sum(largest >= sizes.max())) / (1 + len(largest))),
        "filter_weights_beyond": float(np.mean(sizes > largest.max())),
    }
    return FilterStudy(
        {name: array.astype(np.float32) for name, array in measured.items()},
        tuple(names),
        reference.astype(np.float32),
        tuple(Measurement(name, value) for name, value in values.items()),
    )


#: a layer's mean of these says nothing: norms are scaled to one, orientations go round
_UNAVERAGED = ("norm", "orientation")


def _is_constant(name: str, kernels: Kernels) -> bool:
    return name == "one_colour" and kernels.shape[-2] == 1


def _structure_p_value(measured: Measures, drawn: Measures, names: list[str]) -> float:
    layer = np.array([moment(measured[name]) for name in names for moment in (np.mean, np.std)])
    draws = np.stack([moment(drawn[name], axis=-1) for name in names for moment in (np.mean, np.std)], axis=1)
    pool = np.vstack([draws, layer])
    pool = pool - pool.mean(axis=0)
    spread = pool.std(axis=0)
    pool = pool[:, spread > _TINY] / spread[spread > _TINY]
    distances = np.einsum("ij,jk,ik->i", pool, np.linalg.pinv(pool.T @ pool, rcond=1e-10), pool)
    # A distance equal to the layer's own counts against it, whatever its rounding.
    return float(np.mean(distances >= distances[-1] * (1 - 1e-9)))


def first_layer(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    kernels = inputs.network.kernels()
    untrained = inputs.network.untrained_kernels(FILTER_DRAWS, seed)
    study = study_filters(kernels, untrained)
    return Measured(
        tuple(study.measurements),
        {
            "filters": kernels.astype(np.float16),
            "untrained_filters": untrained[0].astype(np.float16),
            **{f"filter_measures/{name}": v.astype(np.float16) for name, v in study.measures.items()},
            "filter_reference_names": np.array(study.reference_names),
            "filter_reference": study.reference,
        },
    )


MEASURE = Measure(
    name="filters",
    run=first_layer,
    needs=frozenset({NETWORK}),
    asked_by="inspections",
    metrics=(
        "filter_mean_share", "filter_roughness", "filter_orientation_selectivity", "filter_frequency",
        "filter_gabor_fit", "filter_one_colour", "filter_structure_p_value", "filter_weights_p_value",
        "filter_weights_beyond",
    ),
    arrays=(
        "filters", "untrained_filters", "filter_measures/*", "filter_reference_names", "filter_reference",
    ),
)  # fmt: skip
