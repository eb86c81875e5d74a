"""Which pixels decide a network's answer, by three methods that share no assumption."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]  # (n, height, width, channels), prepared for the network
Classes = NDArray[np.integer]  # (n,), columns of the probabilities
Maps = NDArray[np.float32]  # (n, height, width): what each pixel adds to the class, on any scale


class Classifier(Protocol):
    """What is asked of a network that names classes; ``extractors.opened.OpenedNetwork`` is one."""

    def probabilities(self, prepared: Images) -> NDArray[np.float32]: ...

    def input_gradients(self, prepared: Images, classes: Classes) -> Images: ...

    def map_gradients(
        self, prepared: Images, classes: Classes
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]: ...


#: ``attribution(classifier, images, classes, blank)``: maps of what speaks for ``classes``; ``blank``
#: (height, width, channels) is the prepared image that holds nothing
Attribution = Callable[[Classifier, Images, Classes, Images], Maps]

#: steps of the path integral; its sum then differs from the score's rise by a few per cent
_STEPS = 8
#: patches a side; neighbours overlap by half
_PATCHES = 6


def grad_cam(classifier: Classifier, images: Images, classes: Classes, blank: Images) -> Maps:
    """Grad-CAM (Selvaraju et al., ICCV 2017): last maps weighted by their mean gradient, below zero cut off.

    With global average pooling and a linear head it is CAM (Zhou et al., CVPR 2016). The map is enlarged to
    the images' size linearly.
    """
    maps, slopes = classifier.map_gradients(images, classes)
    weights = slopes.mean(axis=(1, 2), keepdims=True)
    heat = np.maximum((maps * weights).sum(axis=-1), 0)
    return resized(heat, images.shape[1], images.shape[2])


def integrated_gradients(classifier: Classifier, images: Images, classes: Classes, blank: Images) -> Maps:
    """Integrated Gradients (Sundararajan, Taly & Yan, ICML 2017) along the line from ``blank``.

    Midpoint rule; summed over channels; signed.
    """
    difference = images - blank
    part = ((np.arange(_STEPS, dtype=np.float32) + 0.5) / _STEPS).reshape(-1, 1, 1, 1, 1)
    line: Images = (blank + difference * part).reshape(-1, *images.shape[1:]).astype(np.float32)
    slopes = classifier.input_gradients(line, np.tile(classes, _STEPS))
    maps: Maps = (difference * slopes.reshape(_STEPS, *images.shape).mean(axis=0)).sum(axis=-1)
    return maps


def occlusion(classifier: Classifier, images: Images, classes: Classes, blank: Images) -> Maps:
    """Occlusion (Zeiler & Fergus, ECCV 2014): fall of the probability when a patch shows ``blank``.

    A pixel has the mean fall over the patches that cover it; signed.
    """
    height, width = images.shape[1:3]
    fall = np.zeros(images.shape[:3], np.float32)
    cover = np.zeros((height, width), np.float32)
    before = of_classes(classifier, images[None], classes)[0]
    for down in _patches(height):
        stretches = _patches(width)
        hidden = np.repeat(images[None], len(stretches), axis=0)
        for number, across in enumerate(stretches):
            hidden[number, :, down, across] = blank[down, across]
        lost = before - of_classes(classifier, hidden, classes)
        for number, across in enumerate(stretches):
            fall[:, down, across] += lost[number][:, None, None]
            cover[down, across] += 1
    return fall / cover


def of_classes(classifier: Classifier, images: NDArray[np.float32], classes: Classes) -> NDArray[np.float32]:
    """Probabilities (s, n) of ``classes`` (n,) for s versions of n images (s, n, h, w, c), in one go."""
    versions, n = images.shape[:2]
    odds = classifier.probabilities(images.reshape(-1, *images.shape[2:]))
    chosen: NDArray[np.float32] = odds[np.arange(len(odds)), np.tile(classes, versions)]
    return chosen.reshape(versions, n)


def _patches(side: int) -> list[slice]:
    """Overlapping stretches that cover a side, each two of seven parts long."""
    edges = np.linspace(0, side, _PATCHES + 2).round().astype(int)
    stretches = [slice(int(a), int(b)) for a, b in zip(edges, edges[2:], strict=False)]
    return [stretch for stretch in stretches if stretch.stop > stretch.start]


METHODS: dict[str, Attribution] = {
    "grad_cam": grad_cam,
    "integrated_gradients": integrated_gradients,
    "occlusion": occlusion,
}


def resized(maps: NDArray[np.floating], height: int, width: int) -> Maps:
    """Bring maps (n, h, w) to another size: a new pixel is the mean of linear interpolation over its area."""
    down, across = _weights(maps.shape[1], height), _weights(maps.shape[2], width)
    result: Maps = np.einsum("ah,nhw,bw->nab", down, maps, across, optimize=True).astype(np.float32)
    return result


def _weights(old: int, new: int) -> NDArray[np.float64]:
    """Matrix (new, old) whose rows sum to one: sixteen samples a new pixel, linear between old centres."""
    samples = 16
    places = (np.arange(new * samples) + 0.5) / samples * old / new - 0.5
    places = places.clip(0, old - 1)
    low = np.floor(places).astype(int).clip(0, max(old - 2, 0))
    part = places - low
    weights = np.zeros((new * samples, old))
    rows = np.arange(new * samples)
    weights[rows, low] += 1 - part
    weights[rows, np.minimum(low + 1, old - 1)] += part
    means: NDArray[np.float64] = weights.reshape(new, samples, old).mean(axis=1)
    return means
