"""A network opened for study: its layers' activations, its answers, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.extractors.network import load_keras

Batch = NDArray[np.float32]  # (b, height, width, channels), prepared for the network


@dataclass(frozen=True, slots=True)
class Layer:
    """``size``: side of its maps (0 where it has none); ``receptive_field``: side, in pixels of the input.

    The field is that of the formula, and may be larger than the input.
    """

    name: str
    channels: int
    size: int
    receptive_field: int


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A linear classifier on features: ``weights`` (d, k), ``bias`` (k,) float32, ``classes`` (k,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    classes: NDArray[np.integer]


class OpenedNetwork:
    """What studies of a network ask of it, arrays in and arrays out.

    ``network`` maps prepared images (b, h, w, c) to features (b, d); ``layers`` names those of interest. Its
    variables are never written: versions with other weights pass theirs to the same compiled graphs, since
    compiling takes longer than a study of a few images.
    """

    def __init__(self, network: Any, layers: Sequence[str], *, batch_size: int = 128) -> None:
        _, keras = load_keras()
        (image,) = network.inputs
        self._network, self._names, self._batch_size = network, tuple(layers), batch_size
        self._model = keras.Model(image, [last_maps(network), network.outputs[0]])
        self._trainable = [v.numpy() for v in self._model.trainable_variables]
        self._other = [v.numpy() for v in self._model.non_trainable_variables]
        self._head: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._graphs: dict[str, Any] = {}

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of interest, in order."""
        fields = receptive_fields(self._network)
        found = []
        for name in self._names:
            output = self._network.get_layer(name).output
            size = int(output.shape[1]) if len(output.shape) == 4 else 0
            found.append(Layer(name, int(output.shape[-1]), size, fields[name]))
        return tuple(found)

    def kernels(self) -> NDArray[np.float32]:
        """Kernels of the first convolution: (kernel height, kernel width, channels in, filters) float32."""
        return np.asarray(first_convolution(self._network).kernel.numpy(), np.float32)

    def untrained_kernels(self, draws: int, seed: int) -> NDArray[np.float32]:
        """What the first convolution's own initialiser draws in their place, (draws, …) float32."""
        convolution = first_convolution(self._network)
        # Far apart, so that no seed's draws are another's.
        return np.stack([drawn_kernel(convolution, seed * 1_000_003 + 1 + draw) for draw in range(draws)])

    def activations(self, prepared: Batch) -> list[NDArray[np.float32]]:
        """Output of each layer of interest for a batch, (b, h, w, c) or (b, d)."""
        tf, keras = load_keras()
        if "layers" not in self._graphs:
            model = keras.Model(
                self._network.inputs[0], [self._network.get_layer(name).output for name in self._names]
            )
            self._graphs["layers"] = tf.function(
                lambda x: model(x, training=False),
                autograph=False,
                input_signature=[tf.TensorSpec((None, *self._network.input_shape[1:]), tf.float32)],
            )
        outputs = self._graphs["layers"](prepared)
        return [np.asarray(o) for o in (outputs if isinstance(outputs, list | tuple) else [outputs])]

    def with_head(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> OpenedNetwork:
        """Return this network with a linear classifier on its features: weights (d, k), bias (k,)."""
        return self._version(head=(weights, bias))

    def randomised(self, seed: int, *, top_only: bool) -> OpenedNetwork:
        """Return this network with its head drawn anew, and with all its kernels unless ``top_only``.

        Kernels are drawn by each layer's own initialiser; a new head has the old one's spread. Biases and the
        statistics of batch normalisation stay: without them deep untrained networks answer every image alike.
        """
        weights, bias = self._classifier()
        drawn = np.random.default_rng(seed).normal(0, weights.std(axis=1, keepdims=True), weights.shape)
        if top_only:
            return self._version(head=(drawn.astype(np.float32), bias))
        kernels = {
            id(layer.kernel): drawn_kernel(layer, seed * 1_000_003 + number)
            for number, layer in enumerate(self._network.layers)
            if getattr(layer, "kernel", None) is not None
        }
        variables = zip(self._model.trainable_variables, self._trainable, strict=True)
        version = self._version(head=(drawn.astype(np.float32), bias))
        version._trainable = [kernels.get(id(variable), value) for variable, value in variables]
        return version

    def probabilities(self, prepared: Batch) -> NDArray[np.float32]:
        """Softmax of the head's scores, (b, k) float32."""
        tf, _ = load_keras()

        def odds(call: Any, head: Any, x: Any, classes: Any) -> Any:
            return tf.nn.softmax(tf.matmul(call(x)[1], head[0]) + head[1])

        (found,) = self._run("probabilities", odds, prepared, np.zeros(len(prepared), np.int32))
        return found

    def input_gradients(self, prepared: Batch, classes: NDArray[np.integer]) -> Batch:
        """Gradient of the score of ``classes`` (b,) by the prepared images, in their shape."""
        tf, _ = load_keras()

        def gradients(call: Any, head: Any, x: Any, classes: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                score = _score(call(x)[1], head, classes)
            return tape.gradient(score, x)

        (found,) = self._run("input_gradients", gradients, prepared, classes)
        return found

    def map_gradients(
        self, prepared: Batch, classes: NDArray[np.integer]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the last maps (b, h, w, c), and the gradient of the score of ``classes`` (b,) by them."""
        tf, _ = load_keras()

        def gradients(call: Any, head: Any, x: Any, classes: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)  # all that comes of it can then be differentiated by, the maps too
                maps, features = call(x)
                score = _score(features, head, classes)
            return maps, tape.gradient(score, maps)

        maps, slopes = self._run("map_gradients", gradients, prepared, classes)
        return maps, slopes

    def _version(self, *, head: tuple[NDArray[np.float32], NDArray[np.float32]]) -> OpenedNetwork:
        version = copy(self)  # shares the graphs
        version._head = head
        return version

    def _classifier(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if self._head is None:
            raise ValueError("a network without a head names no class")
        return self._head

    def _run(
        self, name: str, work: Any, prepared: Batch, classes: NDArray[np.integer]
    ) -> list[NDArray[np.float32]]:
        """Run ``work(call, head, images, classes)`` batch by batch as one graph; return its outputs."""
        tf, _ = load_keras()
        state = (list(self._classifier()), self._trainable, self._other)
        if name not in self._graphs:
            model = self._model

            def graph(x: Any, classes: Any, head: Any, trainable: Any, other: Any) -> Any:
                def call(x: Any) -> Any:
                    with tf.name_scope("network"):  # a layer's name may begin as no outermost scope's may
                        return model.stateless_call(trainable, other, x, training=False)[0]

                return work(call, head, x, classes)

            self._graphs[name] = tf.function(
                graph,
                autograph=False,
                input_signature=[
                    tf.TensorSpec((None, *self._network.input_shape[1:]), tf.float32),
                    tf.TensorSpec((None,), tf.int32),
                    *([tf.TensorSpec(a.shape, a.dtype) for a in arrays] for arrays in state),
                ],
            )
        parts = []
        for start in range(0, len(prepared), self._batch_size):
            batch = slice(start, start + self._batch_size)
            outputs = self._graphs[name](prepared[batch], classes[batch].astype(np.int32), *state)
            parts.append(outputs if isinstance(outputs, list | tuple) else [outputs])
        return [np.concatenate([np.asarray(part) for part in whole]) for whole in zip(*parts, strict=True)]


def _score(features: Any, head: Any, classes: Any) -> Any:
    tf, _ = load_keras()
    return tf.gather(tf.matmul(features, head[0]) + head[1], classes, batch_dims=1)


def drawn_kernel(layer: Any, seed: int) -> NDArray[np.float32]:
    """Draw a kernel of a layer's shape by its own initialiser."""
    depthwise = getattr(layer, "depthwise_initializer", None)
    initialiser = depthwise or layer.kernel_initializer
    config = {**initialiser.get_config(), "seed": seed}
    kernel: NDArray[np.float32] = np.asarray(type(initialiser)(**config)(tuple(layer.kernel.shape)))
    return kernel


def first_convolution(network: Any) -> Any:
    """Return the first layer that is a convolution."""
    _, keras = load_keras()
    return next(layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D))


def last_maps(network: Any) -> Any:
    """Return the last output of the network that is a map (b, h, w, c): what is pooled or flattened next."""
    return [layer.output for layer in network.layers if len(layer.output.shape) == 4][-1]


def activation_layers(network: Any) -> tuple[str, ...]:
    """Names of the layers that say what a network knows at each resolution, from the input on.

    For each size of the maps the last layer that ends in a rectifier or another activation: a silent unit of
    a rectifier is zero. The network's output comes last, unless it is but the mean of the last of these maps.
    """
    _, keras = load_keras()
    kinds = (keras.layers.ReLU, keras.layers.Activation)
    last: dict[int, Any] = {}
    for layer in network.layers:
        shape = layer.output.shape
        if len(shape) != 4:
            continue
        activation = getattr(layer, "activation", None)
        if isinstance(layer, kinds) or (
            activation is not None and activation is not keras.activations.linear
        ):
            last[int(shape[1])] = layer
    listed, output = list(last.values()), network.layers[-1]
    pools = isinstance(output, keras.layers.GlobalAveragePooling2D)
    if not (pools and listed and output.input is listed[-1].output):
        listed.append(output)
    return tuple(layer.name for layer in listed)


def receptive_fields(network: Any) -> dict[str, int]:
    """Side of each layer's receptive field in pixels of the input, by name.

    Exact for networks of convolutions, pooling, and joins: r + (k − 1)·j after a layer of kernel k whose
    input has the field r and neighbours j pixels apart (Araujo, Norris & Sim, Distill 2019); a join has
    its widest branch's. What mixes all positions (pooling over the whole map, dense layers) has the side of
    the input. Raises ValueError for layers of which this is not known.
    """
    _, keras = load_keras()
    kernels = keras.layers
    known: dict[int, tuple[int, int]] = {}
    side = max(int(extent) for extent in network.input_shape[1:3])
    fields: dict[str, int] = {}
    for layer in network.layers:
        inputs = layer.input if isinstance(layer.input, list | tuple) else [layer.input]
        before = [known[id(tensor)] for tensor in inputs] or [(1, 1)]  # the input itself
        field, jump = max(r for r, _ in before), max(j for _, j in before)
        if isinstance(layer, kernels.Conv2DTranspose | kernels.UpSampling2D):
            raise ValueError(f"{layer.name}: a receptive field is not known after a layer that enlarges")
        if isinstance(layer, kernels.Conv2D | kernels.DepthwiseConv2D):
            reach = (max(layer.kernel_size) - 1) * max(layer.dilation_rate)
            field, jump = field + reach * jump, jump * max(layer.strides)
        elif isinstance(layer, kernels.MaxPooling2D | kernels.AveragePooling2D):
            field, jump = field + (max(layer.pool_size) - 1) * jump, jump * max(layer.strides)
        elif len(layer.output.shape) != 4:
            field, jump = side, 1
        known[id(layer.output)] = (field, jump)
        fields[layer.name] = field
    return fields
