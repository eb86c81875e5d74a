"""A sketch of the features that is small enough to keep and tells how alike two extractors are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.projection import principal_components
from fxreport.measures.sampling import stratified_subset

#: images and principal components that are kept; 2 bytes each
IMAGES = 400
COMPONENTS = 32


def sketch(
    features: NDArray[np.float32], labels: NDArray[np.integer], *, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
    """Return which images, int32 (m,), and their leading principal components' scores, float16 (m, c).

    The images depend on the labels and the seed alone. CKA compares the Gram matrices of the centred
    features, and the leading components hold nearly all of a Gram matrix's squared norm: what is left out
    changes CKA by what ``tests/analysis/test_alignment.py`` says. CKA is blind to scale, so the scores are
    scaled to a largest value of 1, where float16 is finest. Empty where the features do not vary.
    """
    indices = stratified_subset(labels, IMAGES, np.random.default_rng(seed)).astype(np.int32)
    scores, shares = principal_components(features[indices].astype(np.float64), COMPONENTS)
    if not shares.any():
        return np.empty(0, np.int32), np.empty((0, 0), np.float16)
    return indices, (scores / np.abs(scores).max()).astype(np.float16)
