"""scikit-learn's digits: real, tiny and always there."""

from __future__ import annotations

import numpy as np

from fxreport.datasets.base import Split
from fxreport.datasets.layouts import Splits

TEST_SIZE = 600


def load_digits() -> Splits:
    """Return the 1,797 8×8 digits of ``sklearn.datasets.load_digits`` as 1,197 train and 600 test images.

    Grey levels 0..16 are scaled by 255/16 and rounded. The split needs no random numbers: with the images
    sorted by class (stably), the test images are the 600 at the middles of 600 equal stretches of that order,
    so every class and every stretch of writers has its share.
    """
    from sklearn.datasets import load_digits as load

    bunch = load()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., np.newaxis]
    labels = bunch.target.astype(np.int64)
    by_class = np.argsort(labels, kind="stable")
    middles = (2 * np.arange(TEST_SIZE) + 1) * len(labels) // (2 * TEST_SIZE)
    in_test = np.zeros(len(labels), dtype=bool)
    in_test[by_class[middles]] = True
    return Split(images[~in_test], labels[~in_test]), Split(images[in_test], labels[in_test])
