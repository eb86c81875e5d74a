"""Local binary patterns: how each pixel stands to the ring around it, counted over the picture."""

import numpy as np
from skimage.feature import local_binary_pattern


class LocalBinaryPatterns:
    """Histograms of uniform patterns, which a turn of the texture and brighter light leave as they are."""

    name, title, family = "patterns", "Local binary patterns", "handmade"
    needs_labels = False
    version = 1
    input_sizes = ()

    def __init__(self, points=16, radius=2):
        self.points = points
        self.radius = radius

    def fit(self, images, labels=None):
        return self

    def transform(self, images):
        return np.stack([self._histogram(image) for image in images.mean(axis=3).round().astype(np.uint8)])

    def _histogram(self, image):
        codes = local_binary_pattern(image, self.points, self.radius, method="uniform")
        counts = np.bincount(codes.astype(int).ravel(), minlength=self.points + 2)
        return (counts / codes.size).astype(np.float32)
