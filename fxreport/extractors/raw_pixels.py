"""The control: what does an extractor add to the pixels themselves?"""

from __future__ import annotations

import numpy as np

from fxreport.extractors.base import Features, Images, Labels
from fxreport.extractors.builtin import BuiltinExtractor, check_images


class RawPixels(BuiltinExtractor, name="raw_pixels"):
    """Pixels divided by 255 and flattened: (n, height·width·channels) float32 in [0, 1]."""

    def fit(self, images: Images, labels: Labels | None = None) -> RawPixels:
        check_images(images)
        return self

    def transform(self, images: Images) -> Features:
        check_images(images)
        return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)
