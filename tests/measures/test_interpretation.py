"""What networks look at: filters, layers, latent space, attributions and their checks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from running import Whole, measured
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.preprocessing import StandardScaler

from fxreport.datasets import load
from fxreport.extractors.registry import create
from fxreport.measures import layers as layer_study
from fxreport.measures import sanity
from fxreport.measures.attribution import METHODS, integrated_gradients, occlusion, resized
from fxreport.measures.cases import choose_cases
from fxreport.measures.filters import filter_measures, study_filters
from fxreport.measures.latent import study_latent
from fxreport.measures.layers import ridge_accuracy, study_layers
from fxreport.store.artifacts import encode_artifacts
from fxreport.vocabulary.experiment import FILTER_DRAWS
from fxreport.vocabulary.metrics import at, metric
from fxreport.vocabulary.steps import Experiment, Measurement

pytestmark = pytest.mark.slow

Array = NDArray[Any]


def values(measurements: tuple[Measurement, ...]) -> dict[str, float]:
    found = {at(m.metric, **dict(m.levels)): m.value for m in measurements}
    assert len(found) == len(measurements)
    assert all(metric(name).possible(value) for name, value in found.items())
    return found


# -- filters -----------------------------------------------------------------------------------------------


def grating(orientation: float, frequency: float, side: int = 7) -> Array:
    """Gabor function with bars along ``orientation`` (radians, y down), (side, side, 1, 1)."""
    down, across = np.mgrid[:side, :side] - (side - 1) / 2
    along = across * np.cos(orientation + np.pi / 2) + down * np.sin(orientation + np.pi / 2)
    envelope = np.exp(-(down**2 + across**2) / (2 * (side / 4) ** 2))
    return (np.sin(2 * np.pi * frequency * along) * envelope)[:, :, None, None]


@pytest.mark.parametrize("orientation", [0.0, np.pi / 4, np.pi / 2, 2.2])
def test_gratings_are_measured_as_what_they_are(orientation: float) -> None:
    measured = filter_measures(grating(orientation, 0.25, 11))
    assert measured["orientation"][0] == pytest.approx(orientation % np.pi, abs=0.05)
    assert measured["orientation_selectivity"][0] > 0.6
    assert measured["frequency"][0] == pytest.approx(0.25, abs=0.051)
    assert measured["mean_share"][0] < 0.05
    assert measured["gabor_fit"][0] > 0.9
    assert measured["one_colour"][0] == 1


def test_flat_filter_is_brightness_and_nothing_else() -> None:
    measured = filter_measures(np.ones((3, 3, 1, 1)))
    assert measured["mean_share"][0] == pytest.approx(1)
    assert measured["roughness"][0] == measured["frequency"][0] == 0
    assert not any(array.any() for array in filter_measures(np.zeros((3, 3, 2, 4))).values())


def test_measures_know_no_scale_and_colours_are_told() -> None:
    kernels = np.random.default_rng(0).normal(size=(3, 3, 3, 8))
    for name, array in filter_measures(kernels).items():
        np.testing.assert_allclose(array, filter_measures(-7 * kernels)[name], atol=1e-9, err_msg=name)
    one = np.random.default_rng(1).normal(size=(3, 3, 1, 1)) * np.array([1.0, 2, -1])[:, None]
    assert filter_measures(one)["one_colour"][0] == pytest.approx(1)


def glorot(rng: np.random.Generator, *shape: int) -> Array:
    return rng.uniform(-0.2, 0.2, shape)


def test_a_further_draw_is_not_told_from_the_others() -> None:
    """The p-values of draws are themselves spread evenly: a test of ten per cent errs in ten per cent."""
    rng = np.random.default_rng(0)
    found = [
        values(study_filters(draws[0], draws[1:]).measurements)
        for draws in (glorot(rng, 60, 3, 3, 1, 16) for _ in range(60))
    ]
    for test in ("filter_structure_p_value", "filter_weights_p_value"):
        p_values = np.array([one[test] for one in found])
        assert 0.35 < p_values.mean() < 0.65
        assert np.mean(p_values <= 0.1) < 0.2


def test_structure_and_size_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    draws, kernels = glorot(rng, FILTER_DRAWS, 3, 3, 1, 16), glorot(rng, 3, 3, 1, 16)
    larger = values(study_filters(kernels * 1.3, draws).measurements)
    assert larger["filter_weights_p_value"] == pytest.approx(1 / (FILTER_DRAWS + 1))
    assert larger["filter_weights_beyond"] > 0.1
    assert larger["filter_structure_p_value"] > 0.05, "measures of shape do not see a scale"
    edges = kernels + 0.15 * np.array([-1.0, 0, 1])[:, None, None]
    shaped = values(study_filters(edges / np.abs(edges).max() * 0.19, draws).measurements)
    assert shaped["filter_structure_p_value"] == pytest.approx(1 / (FILTER_DRAWS + 1))
    assert shaped["filter_weights_p_value"] > 0.05


def test_trained_filters_are_told_from_untrained_ones_in_the_reference_measurements(checkout: Any) -> None:
    """On all three sets, for both small networks and every seed; Glorot's uniform initialises them."""
    from fxreport.store.store import Store

    store, rng, seen = Store(str(checkout / "results")), np.random.default_rng(0), set()
    for key, experiment in store.experiments().items():
        if experiment.extractor not in ("custom_cnn", "autoencoder"):
            continue
        kernels = store.artifacts(key)["filters"].astype(np.float64)
        height, width, channels, filters = kernels.shape
        limit = np.sqrt(6 / (height * width * (channels + filters)))
        draws = rng.uniform(-limit, limit, (FILTER_DRAWS, *kernels.shape))
        measured = values(study_filters(kernels, draws).measurements)
        assert measured["filter_weights_p_value"] <= 0.01, (experiment.dataset, experiment.variant)
        assert measured["filter_weights_beyond"] > 0.01
        seen.add((experiment.dataset, experiment.extractor))
    assert len(seen) == 6


# -- layers ------------------------------------------------------------------------------------------------


def test_layers_are_measured_on_pooled_activations() -> None:
    rng = np.random.default_rng(0)
    labels = np.tile([0, 1, 2], 40)
    noise = rng.normal(size=(120, 4, 4, 5)).astype(np.float32)
    telling = np.maximum(rng.normal(size=(120, 3)) / 2 + 4 * np.eye(3)[labels] - 2, 0).astype(np.float32)
    batches = [[noise[start : start + 50], telling[start : start + 50]] for start in (0, 50, 100)]
    study = study_layers(batches, labels)
    assert study.zero_share[0] == 0
    assert study.zero_share[1] == pytest.approx(np.mean(telling == 0))
    assert study.knn_accuracy[0] < 0.5 < 0.9 < study.knn_accuracy[1]
    assert study.probe_accuracy[0] < 0.55 < 0.9 < study.probe_accuracy[1]


@pytest.mark.parametrize("dimensions", [6, 90])
def test_leave_one_out_in_closed_form_is_leaving_one_out(
    dimensions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_study, "_PENALTIES", (0.1,))
    rng = np.random.default_rng(0)
    labels = np.tile([0, 1, 2], 20)
    features = rng.normal(size=(60, dimensions)) + 1.2 * np.eye(3, dimensions)[labels]
    points = StandardScaler().fit_transform(features)
    squares = np.linalg.svd(points, compute_uv=False) ** 2
    penalty = 0.1 * squares[squares > 1e-10 * squares.max()].mean()
    scores = cross_val_score(RidgeClassifier(alpha=penalty), points, labels, cv=LeaveOneOut())
    # The closed form standardises with the image that is left out, and codes classes as 0 and 1.
    assert ridge_accuracy(features, labels) == pytest.approx(scores.mean(), abs=0.04)


# -- the latent space --------------------------------------------------------------------------------------


def test_walks_lead_from_image_to_image() -> None:
    images = load("digits").test.images[:200]
    labels = load("digits").test.labels[:200]
    codes = (images.reshape(200, -1) / 255).astype(np.float32)
    study = study_latent(codes, lambda c: c.reshape(-1, *images.shape[1:]), images, labels, seed=0)
    assert (study.walks.shape, study.walks.dtype) == ((2, 8, *images.shape[1:]), np.uint8)
    np.testing.assert_array_equal(study.walks[:, 0], images[study.ends[:, 0]])
    np.testing.assert_array_equal(study.walks[:, -1], images[study.ends[:, 1]])
    assert labels[study.ends].tolist() == [[0, 1], [2, 3]]
    np.testing.assert_allclose(study.mse_by_class, 0, atol=1e-12)
    measured = values(study.measurements)
    assert measured["latent_midpoint_distance"] == pytest.approx(
        measured["pixel_midpoint_distance"], abs=1e-6
    )
    assert measured["latent_midpoint_distance"] > 0.05


# -- attributions ------------------------------------------------------------------------------------------


class Linear:
    """A network whose answer is known: class k looks at row k of a 4 × 4 image, and at nothing else."""

    def __init__(self, seed: int | None = None) -> None:
        self.weights = np.zeros((4, 4, 4), np.float32)
        for row in range(4):
            self.weights[row, row] = [1, 2, 3, 4]
        if seed is not None:
            self.weights = np.random.default_rng(seed).normal(size=(4, 4, 4)).astype(np.float32)

    def scores(self, images: Array) -> Array:
        return np.einsum("nhwc,khw->nk", images, self.weights)

    def probabilities(self, prepared: Array) -> Array:
        odds = np.exp(self.scores(prepared))
        return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)

    def input_gradients(self, prepared: Array, classes: Array) -> Array:
        return self.weights[classes][..., None]

    def map_gradients(self, prepared: Array, classes: Array) -> tuple[Array, Array]:
        return prepared, self.weights[classes][..., None]


@pytest.fixture
def pictures() -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(0)
    return (
        rng.uniform(0.2, 1, (40, 4, 4, 1)).astype(np.float32),
        np.arange(40) % 4,
        np.zeros((4, 4, 1), np.float32),
    )


def test_integrated_gradients_sum_to_the_rise_of_the_score(pictures: tuple[Array, Array, Array]) -> None:
    images, classes, blank = pictures
    network = Linear()
    maps = integrated_gradients(network, images, classes, blank)
    rise = network.scores(images)[np.arange(40), classes]
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), rise, rtol=1e-5)


def test_occlusion_names_the_row_that_decides(pictures: tuple[Array, Array, Array]) -> None:
    images, classes, blank = pictures
    maps = occlusion(Linear(), images, classes, blank)
    by_row = maps.sum(axis=2)
    assert np.mean(by_row.argmax(axis=1) == classes) > 0.9


def _edges(classifier: Any, images: Array, classes: Array, blank: Array) -> Array:
    """Broken: sees the image and never the network, as an edge detector does."""
    return np.abs(np.diff(images[..., 0], axis=2, append=0)).astype(np.float32)


def _noise(classifier: Any, images: Array, classes: Array, blank: Array) -> Array:
    """Broken: other for every network, and about nothing."""
    seed = int(abs(float(classifier.probabilities(images[:1])[0, 0])) * 1e6)
    return np.random.default_rng(seed).random(images.shape[:3]).astype(np.float32)


def _upside_down(classifier: Any, images: Array, classes: Array, blank: Array) -> Array:
    """Broken: names what matters least."""
    return -integrated_gradients(classifier, images, classes, blank)


def _checked(attribution: Any, pictures: tuple[Array, Array, Array]) -> sanity.Sanity:
    randomised = {"top": Linear(1), "all": Linear(2)}
    return sanity.check(attribution, Linear(), randomised, *pictures, seed=0)[1]


@pytest.mark.parametrize("method", [integrated_gradients, occlusion])
def test_sound_attributions_pass_the_checks(method: Any, pictures: tuple[Array, Array, Array]) -> None:
    found = _checked(method, pictures)
    assert found.passed
    assert found.curves.deletion_area < found.random.deletion_area
    assert found.curves.insertion_area > found.random.insertion_area
    assert found.curves.deletion.shape == (sanity.STEPS + 1,)
    assert found.curves.deletion[0] == found.curves.insertion[-1], "nothing deleted is all inserted"


def test_broken_attributions_fail_the_checks(pictures: tuple[Array, Array, Array]) -> None:
    edges = _checked(_edges, pictures)
    assert not edges.passed
    assert edges.agreement == {"top": pytest.approx(1), "all": pytest.approx(1)}
    noise = _checked(_noise, pictures)
    assert not noise.passed
    assert max(noise.agreement.values()) < sanity.MOST_AGREEMENT, "it is the pixels that give it away"
    assert _checked(_upside_down, pictures).gain < 0


def test_constant_maps_agree_with_nothing_and_gain_nothing(pictures: tuple[Array, Array, Array]) -> None:
    found = _checked(lambda c, images, classes, blank: np.ones(images.shape[:3], np.float32), pictures)
    assert not found.passed
    assert (found.agreement["all"], found.gain) == (0, 0)


def test_cases_are_the_most_confident_right_and_wrong() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 2])
    scores = np.array([[5, 0, 0], [9, 0, 0], [0, 1, 0], [0, 0, 4], [0, 3, 0], [0, 2, 0], [8, 0, 0]], float)
    cases = choose_cases(scores, np.array([0, 1, 2]), labels)
    assert cases.positions.tolist() == [1, 3, 4, 6], "class 1 has no wrong answer, class 2 no right one"
    assert cases.predicted.tolist() == [0, 2, 1, 0]
    assert cases.labels.tolist() == [0, 0, 1, 2]
    assert cases.confidence[0] == pytest.approx(1 / (1 + 2 * np.exp(-9)), abs=1e-6)


@pytest.mark.parametrize(("old", "new"), [(4, 8), (8, 4), (5, 28), (1, 6), (96, 32)])
def test_resizing_keeps_the_mean_and_the_place(old: int, new: int) -> None:
    ramp = np.broadcast_to(np.linspace(0, 1, old), (1, old, old)).astype(np.float32)
    larger = resized(ramp, new, new)
    assert larger.shape == (1, new, new)
    assert larger.mean() == pytest.approx(ramp.mean(), abs=0.02)
    assert np.all(np.diff(larger[0, 0]) >= -1e-6)


# -- networks ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained() -> dict[str, Whole]:
    return {name: looked_into(name) for name in ("custom_cnn", "autoencoder")}


def looked_into(name: str) -> Whole:
    dataset = load("digits")
    planned = Experiment("digits", dataset.fingerprint, 600, 300, name, settings=(("epochs", 6),))
    return measured(planned, dataset, projection_images=100, projections=("pca",))


def test_networks_are_studied_as_far_as_they_go(trained: dict[str, Whole]) -> None:
    cnn, autoencoder = (set(trained[name].values) for name in ("custom_cnn", "autoencoder"))
    both = {"filter_structure_p_value", "best_layer_knn_accuracy", "sufficient_components"}
    assert both <= cnn & autoencoder
    assert "latent_midpoint_distance" in autoencoder - cnn
    assert {f"{method}_gain" for method in METHODS} <= cnn - autoencoder
    for result in trained.values():
        assert all(metric(name).possible(value) for name, value in result.values.items())
        assert len(encode_artifacts(result.artifacts)) < 200_000


def test_training_shows_in_the_first_filters(trained: dict[str, Whole]) -> None:
    for result in trained.values():
        assert result.values["filter_weights_p_value"] <= 0.01
        filters, untrained = result.artifacts["filters"], result.artifacts["untrained_filters"]
        assert filters.shape == untrained.shape
        names = result.artifacts["filter_reference_names"]
        assert result.artifacts["filter_reference"].shape == (len(names), 3)


def test_attributions_of_a_trained_network_pass(trained: dict[str, Whole]) -> None:
    """Grad-CAM's last maps are one cell on 8 × 8 images: it can name no place, and the checks say so."""
    result = trained["custom_cnn"]
    found = result.values
    for method in ("integrated_gradients", "occlusion"):
        assert found[f"{method}_gain"] > sanity.LEAST_GAIN
        assert abs(found[f"{method}_all_randomised"]) < sanity.MOST_AGREEMENT
    assert found["grad_cam_gain"] == 0
    kept = result.artifacts
    cases = len(kept["attribution/positions"])
    for method in METHODS:
        assert kept[f"attribution/maps/{method}"].shape == (cases, 8, 8)
        assert np.abs(kept[f"attribution/maps/{method}"]).max() <= 1
    right = kept["attribution/labels"] == kept["attribution/predicted"]
    assert right.any()
    np.testing.assert_array_equal(
        kept["attribution/labels"], np.asarray(kept["labels"])[kept["attribution/positions"]]
    )


def test_layers_and_their_fields(trained: dict[str, Whole]) -> None:
    kept = trained["custom_cnn"].artifacts
    assert kept["layers/names"].tolist() == ["block1", "block2", "block3", "features"]
    assert kept["layers/receptive_field"].tolist() == [5, 13, 29, 8]
    assert kept["layers/size"].tolist() == [4, 2, 1, 0]
    assert kept["layers/knn_accuracy"].shape == kept["layers/zero_share"].shape == (4,)
    assert trained["autoencoder"].artifacts["layers/zero_share"][-1] == 0, "a linear code has no silent unit"


def test_what_is_seen_repeats_exactly(trained: dict[str, Whole]) -> None:
    first = trained["custom_cnn"]
    again = looked_into("custom_cnn")
    for name, array in first.artifacts.items():
        np.testing.assert_array_equal(array, again.artifacts[name], err_msg=name)


def test_nothing_is_looked_at_that_was_not_asked_for() -> None:
    dataset = load("digits")
    planned = Experiment("digits", dataset.fingerprint, 100, 100, "raw_pixels")
    result = measured(planned, dataset, projections=(), inspections=())
    assert set(result.artifacts) == {"test_indices", "labels", "assignments"}


def test_receptive_field_is_what_a_unit_sees() -> None:
    """The formula against the pixels that reach the middle unit, for positive weights and a large input."""
    from fxreport.extractors.network import load_keras
    from fxreport.extractors.opened import receptive_fields

    _, keras = load_keras()
    layers = keras.layers
    ones = {"kernel_initializer": "ones"}
    x = inputs = keras.Input((64, 64, 1))
    x = layers.Conv2D(1, 3, 1, "same", name="a", **ones)(x)
    x = layers.MaxPooling2D(2, name="b")(x)
    wide = layers.Conv2D(1, 5, 1, "same", name="c", **ones)(x)
    x = layers.Add(name="d")([x, wide])
    x = layers.DepthwiseConv2D(3, 2, "same", depthwise_initializer="ones", name="e")(x)
    x = layers.Conv2D(1, 3, 1, "same", dilation_rate=2, name="f", **ones)(x)
    fields = receptive_fields(keras.Model(inputs, [x, layers.GlobalAveragePooling2D(name="g")(x)]))
    assert [fields[name] for name in "abcdefg"] == [3, 4, 12, 12, 16, 32, 64]
    for name in "acf":
        probe = keras.Model(inputs, keras.Model(inputs, x).get_layer(name).output)
        side = probe.output_shape[1]
        seen = 0
        for column in range(64):
            image = np.zeros((1, 64, 64, 1), np.float32)
            image[0, :, column] = 1
            seen += bool(np.asarray(probe(image))[0, side // 2, side // 2, 0] > 0)
        assert seen == fields[name], name


def test_a_randomised_network_shares_nothing_but_its_shape() -> None:
    dataset = load("digits")
    extractor = create("custom_cnn", epochs=8).fit(dataset.train.images[:200], dataset.train.labels[:200])
    head = extractor.head_
    network = extractor.opened().with_head(head.weights, head.bias)
    prepared = np.asarray(extractor.preprocess(dataset.test.images[:20]))
    expected = extractor.transform(dataset.test.images[:20]) @ head.weights + head.bias
    odds = np.exp(expected - expected.max(axis=1, keepdims=True))
    before = network.probabilities(prepared)
    np.testing.assert_allclose(before, odds / odds.sum(axis=1, keepdims=True), atol=1e-5)
    for top_only in (True, False):
        other = network.randomised(1, top_only=top_only)
        assert np.abs(other.probabilities(prepared) - before).max() > 0.01
        again = network.randomised(1, top_only=top_only).probabilities(prepared)
        np.testing.assert_array_equal(other.probabilities(prepared), again)
    np.testing.assert_array_equal(network.probabilities(prepared), before)
    with pytest.raises(ValueError, match="without a head"):
        extractor.opened().probabilities(prepared)
    slopes = network.input_gradients(prepared, np.zeros(20, int))
    step = 1e-2 * slopes / np.sqrt(np.square(slopes).sum(axis=(1, 2, 3), keepdims=True))
    assert slopes.shape == prepared.shape
    rise = network.probabilities(prepared + step)[:, 0] - before[:, 0]
    assert np.mean(rise > 0) > 0.9, "up the gradient of a score its probability rises"
