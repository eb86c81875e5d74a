"""What an extractor shows of its inside for a few images, made small enough to be kept with the results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: images whose feature maps and reconstructions are kept: the first test image of each of the first classes
EXAMPLES = 4
FEATURE_MAPS = "feature_maps/"
RECONSTRUCTIONS = "reconstructions"
_MOST_CHANNELS = 16
# Maps of a large input are kept of fewer channels, so that no layer takes more than this.
_LAYER_BYTES = 48 * 1024

Array = NDArray[np.generic]


def example_positions(labels: NDArray[np.integer], examples: int = EXAMPLES) -> NDArray[np.int64]:
    """Positions of the first image of each of the first ``examples`` classes that ``labels`` (n,) holds."""
    _, first = np.unique(labels, return_index=True)
    return np.asarray(first[:examples], dtype=np.int64)


def compact(shown: Mapping[str, Array]) -> dict[str, Array]:
    """Shrink what ``Extractor.inspect`` returned to what pictures need.

    Feature maps (n, height, width, channels) become float16 of the first 16 channels at most, other floats
    float16, ``reconstructions`` uint8 (floats are pixels in [0, 1]).
    """
    return {name: _compact(name, np.asarray(array)) for name, array in shown.items()}


def small_floats(array: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return float16 of three digits, enough for a picture; float32 where values are too large for it."""
    if np.abs(array).max(initial=0) <= np.finfo(np.float16).max:
        return array.astype(np.float16)
    return array.astype(np.float32)


def _compact(name: str, array: NDArray[Any]) -> Array:
    if name == RECONSTRUCTIONS and np.issubdtype(array.dtype, np.floating):
        pixels = np.rint(array.astype(np.float32).clip(0, 1) * 255)
        return np.asarray(pixels, dtype=np.uint8)
    if name.startswith(FEATURE_MAPS) and array.ndim == 4:
        one_channel = array[..., 0].size * np.dtype(np.float16).itemsize
        array = array[..., : int(np.clip(_LAYER_BYTES // max(one_channel, 1), 1, _MOST_CHANNELS))]
    if np.issubdtype(array.dtype, np.floating):
        limit = float(np.finfo(np.float16).max)
        return np.asarray(array.astype(np.float32).clip(-limit, limit), dtype=np.float16)
    return array
