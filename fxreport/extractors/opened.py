"""A network opened for study: its layers' activations, its answers, and their gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

    ``network`` maps prepared images (b, h, w, c) to features (b, d). ``head`` is (weights (d, k), bias (k,)):
    the linear classifier on the features.
    """

    def __init__(
        self,
        network: Any,
        layers: Sequence[str],
        head: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None,
        *,
        batch_size: int = 128,
    ) -> None:
        _, keras = load_keras()
        self._network, self._head, self._batch_size = network, head, batch_size
        self._names = tuple(layers)
        (image,) = network.inputs
        self._layers = keras.Model(image, [network.get_layer(name).output for name in self._names])
        self._with_maps = keras.Model(image, [last_maps(network), network.outputs[0]])
        self._graphs: dict[str, Any] = {}

    @property
    def side(self) -> int:
        """The larger side of the prepared images."""
        return max(int(extent) for extent in self._network.input_shape[1:3])

    def with_head(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> OpenedNetwork:
        """Return this network with that linear classifier on its features."""
        return OpenedNetwork(self._network, self._names, (weights, bias), batch_size=self._batch_size)

    @property
    def layers(self) -> tuple[Layer, ...]:
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

    def activations(self, prepared: Batch) -> Iterator[list[NDArray[np.float32]]]:
        """Yield, batch by batch, each layer's output, as ``layers`` lists them."""
        run = self._compiled("layers", lambda x: self._layers(x, training=False))
        for batch in self._batches(prepared):
            outputs = run(batch)
            yield [np.asarray(o) for o in (outputs if isinstance(outputs, list | tuple) else [outputs])]

    def probabilities(self, prepared: Batch) -> NDArray[np.float32]:
        """Softmax of the head's scores, (b, k) float32."""
        tf, _ = load_keras()
        run = self._compiled(
            "probabilities", lambda x: tf.nn.softmax(self._scores(self._network(x, training=False)))
        )
        return np.concatenate([np.asarray(run(batch)) for batch in self._batches(prepared)])

    def input_gradients(self, prepared: Batch, classes: NDArray[np.integer]) -> Batch:
        """Gradient of the score of ``classes`` (b,) by the prepared images, in their shape."""
        tf, _ = load_keras()

        def gradients(x: Any, chosen: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                score = self._scores_of(self._network(x, training=False), chosen)
            return tape.gradient(score, x)

        run = self._compiled("input_gradients", gradients, classes=True)
        pairs = zip(self._batches(prepared), self._batches(classes.astype(np.int32)), strict=True)
        return np.concatenate([np.asarray(run(*pair)) for pair in pairs])

    def map_gradients(
        self, prepared: Batch, classes: NDArray[np.integer]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the last maps (b, h, w, c), and the gradient of the score of ``classes`` (b,) by them."""
        tf, _ = load_keras()

        def gradients(x: Any, chosen: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)  # all that comes of it can then be differentiated by, the maps too
                maps, features = self._with_maps(x, training=False)
                score = self._scores_of(features, chosen)
            return maps, tape.gradient(score, maps)

        run = self._compiled("map_gradients", gradients, classes=True)
        pairs = zip(self._batches(prepared), self._batches(classes.astype(np.int32)), strict=True)
        maps, slopes = zip(*([np.asarray(part) for part in run(*pair)] for pair in pairs), strict=True)
        return np.concatenate(maps), np.concatenate(slopes)

    def randomised(self, seed: int, *, top_only: bool) -> OpenedNetwork:
        """Return this network with its head drawn anew, and with all its weights unless ``top_only``.

        Weights are drawn by each layer's own initialisers; a new head has the old one's spread. Statistics of
        batch normalisation stay: without them deep untrained networks give infinite or constant answers.
        """
        _, keras = load_keras()
        rng = np.random.default_rng(seed)
        network = self._network
        if not top_only:
            network = keras.models.clone_model(network)
            network.set_weights(self._network.get_weights())
            for number, layer in enumerate(network.layers):
                draw_weights(layer, seed + number)
        head = None
        if self._head is not None:
            weights, bias = self._head
            head = (rng.normal(0, weights.std(axis=1, keepdims=True), weights.shape).astype(np.float32), bias)
        return OpenedNetwork(network, self._names, head, batch_size=self._batch_size)

    def _scores(self, features: Any) -> Any:
        tf, _ = load_keras()
        if self._head is None:
            raise ValueError("a network without a head names no class")
        weights, bias = self._head
        return tf.matmul(features, tf.constant(weights)) + tf.constant(bias)

    def _scores_of(self, features: Any, classes: Any) -> Any:
        tf, _ = load_keras()
        return tf.gather(self._scores(features), classes, batch_dims=1)

    def _compiled(self, name: str, work: Any, *, classes: bool = False) -> Any:
        """The graph of ``work``, made once for batches of any length: twice as fast as step by step."""
        tf, _ = load_keras()
        if name not in self._graphs:
            signature = [tf.TensorSpec((None, *self._network.input_shape[1:]), tf.float32)]
            if classes:
                signature.append(tf.TensorSpec((None,), tf.int32))
            self._graphs[name] = tf.function(work, autograph=False, input_signature=signature)
        return self._graphs[name]

    def _batches(self, array: NDArray[Any]) -> Iterator[NDArray[Any]]:
        for start in range(0, len(array), self._batch_size):
            yield array[start : start + self._batch_size]


def draw_weights(layer: Any, seed: int) -> None:
    """Draw a layer's kernel anew by its own initialiser; biases become zero."""
    kernel = getattr(layer, "kernel", None)
    if kernel is None:
        return
    weights = layer.get_weights()
    weights[0] = drawn_kernel(layer, seed)
    if len(weights) > 1:
        weights[1] = np.zeros_like(weights[1])
    layer.set_weights(weights)


def drawn_kernel(layer: Any, seed: int) -> NDArray[np.float32]:
    """Draw a kernel of a layer's shape by its own initialiser."""
    initialiser = getattr(layer, "kernel_initializer", None) or layer.depthwise_initializer
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
    """Names of the layers that say what a network knows at each resolution, from the input on, and its output.

    For each size of the maps the last layer that ends in a rectifier or another activation: where a layer's
    output is rectified, silent means zero.
    """
    _, keras = load_keras()
    kinds = (keras.layers.ReLU, keras.layers.Activation)
    last: dict[int, str] = {}
    for layer in network.layers:
        shape = layer.output.shape
        if len(shape) != 4:
            continue
        activation = getattr(layer, "activation", None)
        if isinstance(layer, kinds) or (activation is not None and activation is not keras.activations.linear):
            last[int(shape[1])] = layer.name
    return (*last.values(), network.layers[-1].name)


def receptive_fields(network: Any) -> dict[str, int]:
    """Side of each layer's receptive field in pixels of the input, by name.

    Exact for networks of convolutions, pooling, and joins: r + (k − 1)·j after a layer of kernel k whose input
    has the field r and whose neighbours are j pixels apart (Araujo, Norris & Sim, Distill 2019); a join has
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
