"""What features must be before anything is measured on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
