"""Features in, measurements out."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits, make_swiss_roll
from sklearn.decomposition import PCA
from sklearn.manifold import Isomap, spectral_embedding
from sklearn.manifold import trustworthiness as sklearn_trustworthiness
from sklearn.metrics import adjusted_rand_score, euclidean_distances, silhouette_score
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from fxreport.measures import (
    clustering,
    components,
    embeddings,
    neighborhoods,
    projected,
    projection,
    similarity,
)
from fxreport.measures.base import Inputs, Measured
from fxreport.measures.checks import checked_features
from fxreport.measures.groups import visible_groups
from fxreport.measures.importance import half_of, importance
from fxreport.measures.internals import compact, example_positions
from fxreport.measures.probes import fitted_probe, knn_accuracy, linear_probe, probe_accuracy, separability
from fxreport.measures.sampling import stratified_subset
from fxreport.measures.timing import timed_extraction
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.factors import LEVELS, PROJECTION
from fxreport.vocabulary.metrics import METRICS, Metric
from fxreport.vocabulary.steps import Measurement

Digits = tuple[NDArray[np.float32], NDArray[np.int64]]


@pytest.fixture(scope="module")
def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    images, labels = load_digits(return_X_y=True)
    return images.astype(np.float32) / 16, labels.astype(np.int64)


def values(measurements: tuple[Measurement, ...]) -> dict[str, float]:
    found = {m.metric: m.value for m in measurements}
    assert len(found) == len(measurements)
    return found


def clustered(features: NDArray[np.float32], labels: NDArray[np.integer], n_init: int, seed: int) -> Measured:
    settings = {"kmeans_n_init": n_init}
    return clustering.cluster(Inputs(labels, features), level="kmeans", seed=seed, settings=settings)


# -- clustering --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_clustering_is_that_of_scikit_learn(digits: tuple[NDArray[np.float32], NDArray[np.int64]]) -> None:
    features, labels = digits
    result = clustered(features, labels, 10, 3)
    expected = KMeans(10, n_init=10, random_state=3).fit_predict(features)
    measured = values(result.measurements)
    assert measured["ari"] == pytest.approx(adjusted_rand_score(labels, expected), abs=1e-9)
    assert measured["silhouette"] == pytest.approx(silhouette_score(features, expected), abs=1e-6)
    assert measured["ari"] == pytest.approx(adjusted_rand_score(labels, result.artifacts["assignments"]))
    assert result.artifacts["assignments"].dtype == np.int16
    assert 0.55 < measured["ari"] < 0.75, "k-means on the pixels of digits is known to reach about 0.66"
    assert {m.n for m in result.measurements} == {len(labels)}


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=25).map(np.array),
)
def test_clustering_accuracy_is_the_best_naming(pairs: NDArray[np.int64]) -> None:
    labels, assignments = pairs.T
    namings = (np.array(naming)[assignments] for naming in itertools.permutations(range(4)))
    best = max(float((named == labels).mean()) for named in namings)
    assert clustering.clustering_accuracy(labels, assignments) == pytest.approx(best)


def test_ward_is_a_clusterer_beside_kmeans(digits: Digits) -> None:
    features, labels = digits
    result = clustering.cluster(Inputs(labels, features), level="agglomerative", seed=0, settings={})
    assert result.artifacts.keys() == {"assignments/agglomerative"}
    assert 0.7 < values(result.measurements)["ari"] < 0.85, "Ward finds the digits better than k-means does"


def test_constant_features_leave_out_what_has_no_meaning() -> None:
    labels = np.repeat(np.arange(4), 5)
    result = clustered(np.ones((20, 3), np.float32), labels, 2, 0)
    assert values(result.measurements) == {"ari": 0, "ami": 0, "nmi": 0, "clustering_accuracy": 0.25}
    assert set(result.artifacts["assignments"]) == {0}


def test_fewer_distinct_points_than_clusters() -> None:
    labels = np.repeat(np.arange(5), 4)
    features = (labels % 2)[:, None].astype(np.float32)
    result = clustered(features, labels, 2, 0)
    assert len(set(result.artifacts["assignments"])) == 2
    measured = values(result.measurements)
    assert measured["silhouette"] == 1
    assert 0 < measured["ari"] < 1


def test_one_class_only_says_nothing_of_agreement() -> None:
    result = clustered(np.eye(6, dtype=np.float32), np.zeros(6, int), 2, 0)
    assert result.measurements == ()


def test_silhouette_of_a_sample_estimates_the_exact_one(
    digits: tuple[NDArray[np.float32], NDArray[np.int64]],
) -> None:
    features, labels = digits
    few_ones = np.concatenate([np.flatnonzero(labels != 1), np.flatnonzero(labels == 1)[:15]])
    features, labels = features[few_ones], labels[few_ones]
    exact = clustering.silhouette(features, labels, seed=0)
    estimates = [clustering.silhouette(features, labels, seed=seed, exact=600) for seed in range(5)]
    assert np.mean(estimates) == pytest.approx(exact, abs=0.01)
    assert len(set(estimates)) == 5, "an estimate must have drawn"


# -- features ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_non_finite_features_are_refused(value: float) -> None:
    features = np.zeros((4, 3))
    features[1, :2] = value
    with pytest.raises(FxReportError, match="extractor net@32 gave 2 non-finite values on digits"):
        checked_features(features, images=4, extractor="net@32", dataset="digits")


@pytest.mark.parametrize("shape", [(3, 2), (4,), (4, 2, 2), (4, 0)])
def test_features_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(FxReportError, match=r"must return \(4, d\)"):
        checked_features(np.zeros(shape), images=4, extractor="net", dataset="digits")


# -- separability ------------------------------------------------------------------------------------------


def probed(
    train: NDArray[np.float32],
    train_labels: NDArray[np.integer],
    test: NDArray[np.float32],
    labels: NDArray[np.integer],
) -> dict[str, float]:
    inputs = Inputs(labels, test, train_labels, train)
    return values(separability(inputs, level="", seed=0, settings={"knn_neighbors": 20}).measurements)


def test_probes_on_digits(digits: tuple[NDArray[np.float32], NDArray[np.int64]]) -> None:
    features, labels = digits
    train, test = slice(0, 1000), slice(1000, None)
    parts = (features[train], labels[train], features[test], labels[test])
    cosine = KNeighborsClassifier(20, metric="cosine", algorithm="brute").fit(*parts[:2])
    assert knn_accuracy(*parts, 20) == pytest.approx(cosine.score(*parts[2:]), abs=2 / 797)
    assert 0.9 < probe_accuracy(*parts, 0) < 0.97
    assert probed(*parts).keys() == {"knn_accuracy", "probe_accuracy"}


def test_a_probe_of_few_images_does_not_stop_where_all_are_of_the_largest_class() -> None:
    images, labels = load_digits(return_X_y=True)

    def some(first: int, *numbers: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        of = [np.flatnonzero(labels == c)[first : first + n] for c, n in zip((3, 8, 9), numbers, strict=True)]
        chosen = np.concatenate(of)
        return images[chosen].astype(np.float32), labels[chosen]

    train, test = some(0, 90, 30, 30), some(100, 60, 20, 20)
    assert probe_accuracy(*train, *test, 0) > 0.85  # to name the largest always would be right on 0.6


def test_probe_does_not_see_test_labels(digits: tuple[NDArray[np.float32], NDArray[np.int64]]) -> None:
    features, labels = digits
    shuffled = np.random.default_rng(0).permutation(labels[500:])
    assert probe_accuracy(features[:500], labels[:500], features[500:], shuffled, 0) < 0.2


def test_probes_survive_degenerate_features() -> None:
    labels = np.repeat(np.arange(5), 2)
    constant = np.ones((10, 4), np.float32)
    measured = probed(constant, labels, constant, labels)
    assert measured == {"knn_accuracy": pytest.approx(0.2), "probe_accuracy": pytest.approx(0.2)}
    single = np.arange(3)  # one image a class: nothing to choose the penalty on
    points = np.eye(3, dtype=np.float32)
    assert probe_accuracy(points, single, points, single, 0) == 1
    assert probed(points, np.zeros(3, int), points, single) == {}
    assert linear_probe(Inputs(single, points, np.zeros(3, int), points), 0) is None


@pytest.mark.parametrize("classes", [2, 10])
def test_probe_is_told_in_the_features_own_units(
    classes: int, digits: tuple[NDArray[np.float32], NDArray[np.int64]]
) -> None:
    features, labels = digits[0] * 1000 + 7, digits[1] % classes
    parts = (features[:600], labels[:600], features[600:], labels[600:])
    probe, accuracy = fitted_probe(*parts, 0)
    assert probe.weights.shape == (64, classes)
    assert np.mean(probe.classify(parts[2]) == parts[3]) == pytest.approx(accuracy, abs=2e-3)
    assert probe.standard_norms().shape == (64,)


# -- projections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("features", [64, 900])
def test_principal_components_are_those_of_scikit_learn(
    features: int, digits: tuple[NDArray[np.float32], NDArray[np.int64]]
) -> None:
    """Through the covariance (n > d) and through the Gram matrix (d > n)."""
    points = np.tile(digits[0][:200], (1, 15))[:, :features].astype(np.float64)
    points += np.random.default_rng(0).normal(scale=0.1, size=points.shape)
    scores, shares = components.principal_components(points, 5)
    expected = PCA(5, svd_solver="full").fit(points)
    np.testing.assert_allclose(shares, expected.explained_variance_ratio_, rtol=1e-9)
    np.testing.assert_allclose(np.abs(scores), np.abs(expected.transform(points)), atol=1e-8)
    assert (scores[np.abs(scores).argmax(axis=0), np.arange(5)] > 0).all()


def test_axes_do_not_flip_with_the_features(digits: tuple[NDArray[np.float32], NDArray[np.int64]]) -> None:
    points = digits[0][:100].astype(np.float64)
    scores, _ = components.principal_components(points, 2)
    mirrored, _ = components.principal_components(points[:, ::-1] + 7, 2)
    np.testing.assert_allclose(scores, mirrored, atol=1e-8)


def planes(
    features: NDArray[np.float32], labels: NDArray[np.integer], images: int, seed: int
) -> tuple[projected.Sample | None, dict[str, Measured]]:
    """The draw, and what each projection of it gives."""
    inputs, settings = Inputs(labels, features), {"projection_images": images}
    sample = projected.sample(inputs, settings, seed)
    return sample, {
        method: projection.project(inputs, level=method, seed=seed, settings=settings)
        for method in LEVELS[PROJECTION]
    }


@pytest.mark.slow
def test_projections_of_digits(digits: tuple[NDArray[np.float32], NDArray[np.int64]]) -> None:
    features, labels = digits
    sample, found = planes(features, labels, 300, 1)
    again = planes(features, labels, 300, 1)[1]
    assert sample is not None
    assert (sample.indices.shape, sample.indices.dtype) == ((300,), np.int32)
    in_features = values(projected.agreement("features_", sample.in_features, sample.classes))
    measured = {method: values(one.measurements) for method, one in found.items()}
    for method, one in found.items():
        plane, groups = one.artifacts[f"{method}_2d"], one.artifacts[f"{method}_groups"]
        assert all(
            (name, "projection") in METRICS for name in measured[method].keys() - {"explained_variance"}
        )
        assert (plane.shape, plane.dtype, groups.dtype) == ((300, 2), np.float16, np.int16)
        assert np.ptp(plane, axis=0).min() > 0
        np.testing.assert_array_equal(plane, again[method].artifacts[f"{method}_2d"], err_msg=method)
        expected = sklearn_trustworthiness(features[sample.indices], plane, n_neighbors=12)
        assert measured[method]["trustworthiness"] == pytest.approx(expected, abs=2e-3)
        expected = sklearn_trustworthiness(plane, features[sample.indices], n_neighbors=12)
        assert measured[method]["continuity"] == pytest.approx(expected, abs=2e-3)
        assert measured[method]["seconds"] >= 0
        assert groups.max() + 1 == measured[method]["groups"]
    assert measured["pca"]["explained_variance"] == pytest.approx(0.285, abs=0.03)
    assert measured["tsne"]["trustworthiness"] > 0.95 > measured["pca"]["trustworthiness"] > 0.7
    assert measured["umap"]["knn_accuracy"] > 0.85 > measured["pca"]["knn_accuracy"] > 0.4
    assert in_features["features_purity"] > measured["pca"]["purity"]


def test_all_extractors_show_the_same_images(digits: tuple[NDArray[np.float32], NDArray[np.int64]]) -> None:
    features, labels = digits
    others = np.random.default_rng(0).normal(size=(len(labels), 5)).astype(np.float32)
    samples = [projected.draw(f, labels, images=60, seed=4) for f in (features, others)]
    drawn = [sample.indices for sample in samples if sample is not None]
    np.testing.assert_array_equal(*drawn)
    sketched = [similarity.sketch(f, labels, seed=4)[0] for f in (features, others)]
    np.testing.assert_array_equal(*sketched)


def test_isomap_is_that_of_scikit_learn() -> None:
    points, _ = make_swiss_roll(400, random_state=0)
    near = neighborhoods.neighborhoods(points)
    mine = embeddings.isomap(points, near, 0)
    theirs = Isomap(n_neighbors=12, eigen_solver="dense").fit_transform(points)
    np.testing.assert_allclose(np.abs(mine), np.abs(theirs), rtol=1e-3, atol=1e-2)


def test_spectral_embedding_is_that_of_scikit_learn(
    digits: tuple[NDArray[np.float32], NDArray[np.int64]],
) -> None:
    points = digits[0][:400].astype(np.float64)
    near = neighborhoods.neighborhoods(points)
    graph = (embeddings.neighbor_graph(near).toarray() > 0).astype(float)
    theirs = spectral_embedding(graph, n_components=2, eigen_solver="arpack", random_state=0)
    mine = embeddings.spectral(points, near, 0)
    for axis in range(2):
        assert abs(np.corrcoef(mine[:, axis], theirs[:, axis])[0, 1]) > 0.999


def test_graph_in_pieces_is_made_whole() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(size=(30, 3)), rng.normal(size=(30, 3)) + 100])
    graph = embeddings.neighbor_graph(neighborhoods.neighborhoods(points))
    assert connected_components(graph, directed=False, return_labels=False) == 1
    bridges = graph[:30, 30:].count_nonzero()
    assert bridges == 1, "one shortest bridge, not many"


def test_a_point_does_not_vote_for_itself() -> None:
    plane = np.repeat(np.arange(4.0), 5)[:, None] * [1.0, 0.0]
    classes = np.tile([0, 0, 0, 0, 1], 4)
    near = neighborhoods.neighborhoods(plane)
    assert neighborhoods.vote_accuracy(near, classes, 4) == 0.8
    assert neighborhoods.purity(near, classes, 4) == pytest.approx(0.8 * 0.75)


@pytest.mark.parametrize("dimensions", [3, 40])
def test_neighbours_are_those_of_scikit_learn(dimensions: int) -> None:
    points = np.random.default_rng(1).normal(size=(120, dimensions))
    near = neighborhoods.neighborhoods(points)
    expected = NearestNeighbors(n_neighbors=15).fit(points).kneighbors(return_distance=False)
    np.testing.assert_array_equal(near.nearest, expected)
    np.testing.assert_allclose(near.distances, euclidean_distances(points), atol=1e-6)


@pytest.mark.parametrize(
    ("features", "projected_"),
    [
        (np.ones((60, 5), np.float32), False),  # no variance
        (np.eye(12, 5, dtype=np.float32), False),  # too few points
        (np.linspace(0, 1, 60, dtype=np.float32)[:, None], True),  # one dimension
        (np.repeat(np.eye(3, dtype=np.float32), 20, axis=0), True),  # mostly equal points
    ],
)
def test_degenerate_features_are_projected_or_left_out(
    features: NDArray[np.float32], projected_: bool
) -> None:
    labels = np.arange(len(features)) % 3
    sample, found = planes(features, labels, 2_000, 0)
    assert (sample is not None) is projected_
    assert all(bool(one.measurements) is projected_ for one in found.values())
    for method, one in found.items():
        for m in one.measurements:
            row = METRICS.get((m.metric, "projection"), Metric(m.metric))
            assert np.isfinite(m.value)
            assert row.possible(m.value)
        if projected_:
            assert np.isfinite(one.artifacts[f"{method}_2d"]).all()


def _ring(groups: int, rng: np.random.Generator) -> NDArray[np.float64]:
    angles = np.arange(groups) * 2 * np.pi / groups
    centres = 15 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (centres[:, None] + rng.normal(size=(groups, 600 // groups, 2))).reshape(-1, 2)


@pytest.mark.parametrize("groups", [2, 3, 6, 10])
def test_groups_that_are_seen_are_counted(groups: int) -> None:
    for seed in range(3):
        found = visible_groups(neighborhoods.neighborhoods(_ring(groups, np.random.default_rng(seed))))
        assert found.max() + 1 == groups
        truth = np.repeat(np.arange(groups), 600 // groups)
        inside = found >= 0
        assert inside.mean() > 0.8
        assert adjusted_rand_score(truth[inside], found[inside]) == 1


def test_one_cloud_is_one_group() -> None:
    rng = np.random.default_rng(0)
    for points in (rng.normal(size=(600, 2)), rng.uniform(size=(600, 2)), np.zeros((600, 2))):
        assert visible_groups(neighborhoods.neighborhoods(points)).max() == 0


# -- which dimensions carry the classes --------------------------------------------------------------------


def test_half_of_the_weight() -> None:
    assert half_of(np.array([1.0, 1, 1, 1])) == 2
    assert half_of(np.array([10.0, 1, 1, 1])) == 1
    assert half_of(np.array([1.0])) == 1


def test_informative_dimensions_are_found() -> None:
    """Two of twenty dimensions tell the classes; the leading components are noise."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(4), 200)
    features = rng.normal(size=(800, 20)).astype(np.float32)
    features[:, 3] += 6 * (labels % 2)
    features[:, 11] += 6 * (labels // 2)
    probe, _ = fitted_probe(features[:400], labels[:400], features[400:], labels[400:], 0)
    found = importance(features[400:], labels[400:], np.arange(400), probe, seed=0)
    measured = values(found.measurements)
    assert set(np.argsort(-found.probe_weights)[:2]) == {3, 11}
    assert measured["probe_half_dimensions"] <= 2
    assert measured["permuted_top_accuracy"] < 0.4 < 0.8 < measured["permuted_random_accuracy"]
    assert measured["sufficient_components"] == 2
    assert found.components.tolist() == [1, 2, 4, 8, 16]
    assert found.component_accuracy.shape == found.component_variance.shape == (5,)
    assert np.all(np.diff(found.component_variance) > 0)


# -- draws, times, memory --------------------------------------------------------------------------------


@given(
    labels=st.lists(st.integers(0, 4), min_size=1, max_size=80).map(np.array),
    size=st.integers(1, 90),
    seed=st.integers(0, 3),
)
def test_stratified_subset_keeps_shares(labels: NDArray[np.int64], size: int, seed: int) -> None:
    drawn = stratified_subset(labels, size, np.random.default_rng(seed))
    assert len(drawn) == min(size, len(labels))
    assert (np.diff(drawn) > 0).all()
    for label, count in zip(*np.unique(labels, return_counts=True), strict=True):
        share = count * len(drawn) / len(labels)
        assert abs((labels[drawn] == label).sum() - share) <= 2.5


# -- timing ------------------------------------------------------------------------------------------------


class Halves:
    """Sleeps so that the halves can be told apart, and notes the batches it sees."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def preprocess(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        time.sleep(0.002)
        return batch.astype(np.float32)

    def forward(self, prepared: NDArray[np.float32]) -> NDArray[np.float32]:
        time.sleep(0.006)
        self.batches.append(len(prepared))
        return prepared.reshape(len(prepared), -1)


class Whole:
    def __init__(self) -> None:
        self.lengths: list[int] = []

    def transform(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.lengths.append(len(images))
        return images.reshape(len(images), -1).astype(np.float32)


def test_halves_are_timed_apart_after_every_shape_was_seen() -> None:
    images = np.arange(10 * 4, dtype=np.uint8).reshape(10, 2, 2, 1)
    extractor = Halves()
    result = timed_extraction(extractor, images, batch_size=4, repeats=3)
    assert extractor.batches[:5] == [4, 2, 4, 4, 2], "warm-up: a full batch and the remainder, then passes"
    np.testing.assert_array_equal(result.features, images.reshape(10, 4))
    measured = values(result.measurements())
    assert measured["extraction_seconds"] >= 0.018
    assert 0.006 <= measured["resize_seconds"] < measured["extraction_seconds"]
    assert (
        measured["extraction_seconds_min"]
        <= measured["extraction_seconds"]
        <= measured["extraction_seconds_max"]
    )
    assert measured["images_per_second"] == pytest.approx(10 / measured["extraction_seconds"])


def test_quick_extraction_is_timed_nine_times_and_slow_as_often_as_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    images = np.zeros((10, 2, 2, 1), np.uint8)
    quick = Whole()
    result = timed_extraction(quick, images, batch_size=4, repeats=3)
    assert (len(result.seconds), quick.lengths) == (9, [10] * 10)
    assert "resize_seconds" not in values(result.measurements())
    monkeypatch.setattr("fxreport.measures.timing._ENOUGH_SECONDS", 0.0)
    passes: list[tuple[int, int]] = []
    slow = timed_extraction(
        Whole(), images, batch_size=4, repeats=2, on_pass=lambda *told: passes.append(told)
    )
    assert (len(slow.seconds), passes) == (2, [(1, 2), (2, 2)])


# -- memory and internals ----------------------------------------------------------------------------------


PEAKS = """
import time
import numpy as np
from fxreport.measures.memory import PeakMemory, _Sampler

with PeakMemory() as before:
    pass
with PeakMemory() as peak:
    held = np.ones(100_000_000, np.uint8)
    del held
with PeakMemory() as after:
    pass
assert peak.bytes - before.bytes > 90_000_000
assert peak.bytes - after.bytes > 50_000_000

sampler = _Sampler()
sampler.start()
held = np.ones(100_000_000, np.uint8)
time.sleep(0.1)
during = sampler.stop()
del held
idle = _Sampler()
idle.start()
assert during - idle.stop() > 50_000_000
"""


def test_peak_memory_sees_what_was_given_back() -> None:
    """In a process of its own: what others have left behind is not measured."""
    run = subprocess.run([sys.executable, "-c", PEAKS], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_inspected_arrays_are_made_small() -> None:
    rng = np.random.default_rng(0)
    small = compact(
        {
            "filters": rng.normal(size=(3, 3, 1, 32)).astype(np.float32),
            "feature_maps/first": rng.normal(size=(4, 14, 14, 64)).astype(np.float32),
            "feature_maps/large": rng.normal(size=(4, 112, 112, 32)).astype(np.float32),
            "reconstructions": np.array([[-0.1, 0.0, 0.5, 1.2]], np.float32),
            "feature_map_layers": np.array(["first", "large"]),
        }
    )
    assert (small["filters"].dtype, small["filters"].shape) == (np.float16, (3, 3, 1, 32))
    assert small["feature_maps/first"].shape == (4, 14, 14, 16)
    assert small["feature_maps/large"].shape == (4, 112, 112, 1)
    assert small["reconstructions"].tolist() == [[0, 0, 128, 255]]
    assert small["feature_map_layers"].tolist() == ["first", "large"]


def test_examples_are_the_first_of_each_class() -> None:
    assert example_positions(np.array([7, 2, 7, 5, 2, 9, 11])).tolist() == [1, 3, 0, 5]
