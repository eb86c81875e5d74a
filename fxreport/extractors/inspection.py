"""A look inside a network: the filters of its first layer and what chosen layers make of a few images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.extractors.network import load_keras


def first_filters(network: Any) -> NDArray[np.float32]:
    """Return the kernels of the first convolution: (kernel height, kernel width, channels in, filters)."""
    _, keras = load_keras()
    convolution = next(layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D))
    return np.asarray(convolution.kernel.numpy(), np.float32)


def feature_maps(network: Any, layers: Sequence[str], prepared: Any) -> dict[str, NDArray[np.generic]]:
    """Return ``feature_maps/<layer>`` (m, h, w, channels) float32 of ``prepared`` images (m, …).

    ``feature_map_layers`` has the layers' names in the order of the network.
    """
    _, keras = load_keras()
    outputs = [network.get_layer(layer).output for layer in layers]
    maps = keras.Model(network.inputs, outputs)(prepared, training=False)
    found: dict[str, NDArray[np.generic]] = {"feature_map_layers": np.array(layers)}
    for layer, output in zip(layers, maps, strict=True):
        found[f"feature_maps/{layer}"] = output.numpy()
    return found
