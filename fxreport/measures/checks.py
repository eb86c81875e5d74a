"""What features must be before anything is measured on them, and what measures give before it is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.vocabulary.arrays import MOST_BYTES, misshapen
from fxreport.vocabulary.errors import FxReportError


def checked_features(features: Any, *, images: int, extractor: str, dataset: str) -> NDArray[np.float32]:
    """Return ``features`` as a contiguous (n, d) float32 array that nobody can write to any more.

    Raises FxReportError where the shape is not one row an image, or where a value is NaN or infinite.
    """
    array = np.ascontiguousarray(features, dtype=np.float32)
    if array.ndim != 2 or len(array) != images or array.shape[1] == 0:
        raise FxReportError(
            f"extractor {extractor} gave features of shape {array.shape} for {images} images of {dataset}; "
            f"transform must return ({images}, d)"
        )
    bad = int(array.size - np.count_nonzero(np.isfinite(array)))
    if bad:
        raise FxReportError(f"extractor {extractor} gave {bad} non-finite values on {dataset}")
    array.flags.writeable = False  # it may be the extractor's own, which the next images must not overwrite
    return array


_NUMBERS = "biuf"
#: what an extraction keeps of its own under these names, or a rule reads from it
_TAKEN = ("labels", "test_indices", "examples")
#: arrays of ``inspect`` that pictures are drawn from, with their shape in words
_MAPS, _FILTERS, _RECONSTRUCTIONS = "feature_maps/", "filters", "reconstructions"


def checked_arrays(given: Any, who: str) -> dict[str, NDArray[Any]]:
    """Return small arrays by name as they may be kept: of numbers or of text, with printable names.

    Raises FxReportError, which begins with ``who`` gave them, for anything else and for more than MOST_BYTES.
    """
    if not isinstance(given, Mapping):
        raise FxReportError(f"{who} gave {type(given).__name__}; it must be arrays by name")
    found: dict[str, NDArray[Any]] = {}
    for name, value in given.items():
        if not (isinstance(name, str) and name.isprintable() and name.strip("/.") == name and name):
            raise FxReportError(f"{who} gave an array called {name!r}; a name is text, as 'filters'")
        try:
            array = np.asarray(value)
        except ValueError as error:  # rows of different lengths
            raise FxReportError(f"{who} gave {name} that is no array: {error}") from None
        if array.dtype.kind not in _NUMBERS + "U":
            raise FxReportError(f"{who} gave {name} of {array.dtype}; an array is of numbers or of text")
        found[name] = array
    if (size := sum(array.nbytes for array in found.values())) > MOST_BYTES:
        raise FxReportError(
            f"{who} gave {size / 1e6:.0f} MB of arrays; up to {MOST_BYTES / 1e6:.0f} MB are kept of a step"
        )
    return found


def checked_inside(given: Any, *, images: int, shape: tuple[int, ...], who: str) -> dict[str, NDArray[Any]]:
    """Return what ``inspect`` showed of ``images`` images of ``shape`` (height, width, channels), checked.

    Raises FxReportError where an array that pictures are drawn from has another shape than they need.
    """
    arrays = checked_arrays(given, who)
    for name, array in arrays.items():
        if name in _TAKEN or name.startswith("curve/"):
            raise FxReportError(f"{who} gave {name}, which is kept already; call it otherwise")
        wanted = ""
        if name.startswith(_MAPS) and not (array.ndim == 4 and len(array) == images):
            wanted = f"({images}, height, width, channels)"
        elif name == _RECONSTRUCTIONS and array.shape != (images, *shape):
            wanted = str((images, *shape))
        elif name == _FILTERS and array.ndim != 4:
            wanted = "(height, width, channels, filters)"
        if not wanted and name.startswith((_MAPS, _FILTERS, _RECONSTRUCTIONS)):
            wanted = "numbers and not empty" if array.dtype.kind == "U" or not array.size else ""
        if wanted := wanted or misshapen(name, array.dtype.kind, array.shape):
            raise FxReportError(f"{who} gave {name} of shape {array.shape}; it must be {wanted}")
    return arrays


def checked_values(given: Any, who: str) -> dict[str, float]:
    """Return values by metric. Raises FxReportError unless they are finite numbers under printable names."""
    if not isinstance(given, Mapping):
        raise FxReportError(f"{who} gave {type(given).__name__}; it must be values by metric")
    found = {}
    for name, value in given.items():
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not (isinstance(name, str) and name and name.isprintable()):
            raise FxReportError(f"{who} gave a metric called {name!r}; a name is text")
        if not math.isfinite(number):
            raise FxReportError(f"{who} gave {name} = {value!r}, which is no finite number")
        found[name] = number
    return found


def checked_curves(given: Any, who: str) -> dict[str, NDArray[np.float32]]:
    """Return learning curves by name, (epochs,) float32. Raises FxReportError for any other shape."""
    arrays = checked_arrays(given, who)
    for name, array in arrays.items():
        if array.ndim != 1 or array.dtype.kind not in _NUMBERS or not array.size:
            raise FxReportError(f"{who} gave {name} of shape {array.shape}; it must be numbers (epochs,)")
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def checked_clusters(given: Any, *, images: int, clusterer: str) -> NDArray[np.int16]:
    """Return the cluster of each image, (images,). Raises FxReportError unless they are numbers from 0 on."""
    array = np.asarray(given)
    whole = array.dtype.kind in _NUMBERS and array.shape == (images,) and np.array_equal(array, array // 1)
    if not whole or array.min() < 0 or array.max() > np.iinfo(np.int16).max:
        raise FxReportError(
            f"the clusterer {clusterer} gave {array.dtype} of shape {array.shape}; it must give ({images},) "
            "whole numbers from 0 on"
        )
    return array.astype(np.int16)


def checked_plane(given: Any, *, images: int, projection: str) -> NDArray[np.float32]:
    """Return a projection, (images, 2) float32. Raises FxReportError for any other shape, or no numbers."""
    array = np.asarray(given)
    if array.shape != (images, 2) or array.dtype.kind not in _NUMBERS or not np.isfinite(array).all():
        raise FxReportError(
            f"the projection {projection} gave {array.dtype} of shape {array.shape}; it must give "
            f"({images}, 2) finite numbers"
        )
    return array.astype(np.float32)
