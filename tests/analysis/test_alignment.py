"""Planes turned onto one another, and how alike two extractors are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import procrustes
from sklearn.datasets import load_digits

from fxreport.analysis.quantities.alignment import align, align_on_common
from fxreport.analysis.quantities.similarity import cka
from fxreport.measures.similarity import sketch

RNG = np.random.default_rng(0)
PLANE = RNG.normal(size=(60, 2)) * [3, 1]
TURN = np.array([[0.6, -0.8], [0.8, 0.6]])
MIRROR = np.diag([1.0, -1.0])


@pytest.mark.parametrize("map_", [TURN, MIRROR, TURN @ MIRROR])
def test_what_was_turned_comes_back(map_: np.ndarray) -> None:
    moved = 2.5 * PLANE @ map_ + [7, -3]
    aligned = align(moved, PLANE)
    np.testing.assert_allclose(aligned.points, PLANE, atol=1e-12)
    assert aligned.distance == pytest.approx(0, abs=1e-12)


def test_distance_is_that_of_scipy() -> None:
    other = PLANE + RNG.normal(size=PLANE.shape)
    assert align(other, PLANE).distance == pytest.approx(procrustes(PLANE, other)[2])
    assert align(RNG.normal(size=PLANE.shape), PLANE).distance > 0.8


def test_common_images_turn_all_of_them() -> None:
    images, others = np.arange(60), np.array([50, 3, 40, 17, 99])
    reference = np.vstack([PLANE[others[:4]], [[100, 100]]])
    aligned = align_on_common(PLANE @ TURN, images, reference, others)
    np.testing.assert_allclose(aligned.points, PLANE, atol=1e-12)
    with pytest.raises(ValueError, match="2 images in common"):
        align_on_common(PLANE, images, PLANE[:2], np.array([0, 1]))


def test_points_without_extent_and_unequal_shapes() -> None:
    flat = align(np.ones((60, 2)), PLANE)
    assert flat.distance == 1
    np.testing.assert_allclose(flat.points, np.tile(PLANE.mean(axis=0), (60, 1)))
    with pytest.raises(ValueError, match="cannot align"):
        align(PLANE[:5], PLANE)


def test_alignment_leaves_its_arguments_alone() -> None:
    moved, fixed = PLANE @ TURN, PLANE.copy()
    before = moved.copy()
    align(moved, fixed)
    np.testing.assert_array_equal(moved, before)
    np.testing.assert_array_equal(fixed, PLANE)


def test_cka_knows_no_turn_and_no_scale() -> None:
    features = RNG.normal(size=(200, 10))
    rotation, _ = np.linalg.qr(RNG.normal(size=(10, 10)))
    assert cka(features, 3 * features @ rotation + 5) == pytest.approx(1)
    other = RNG.normal(size=(200, 300))
    assert cka(features, other) == pytest.approx(cka(other, features))
    assert abs(cka(features, other)) < 0.05, "unrelated, however many dimensions there are"
    assert np.isnan(cka(np.ones((200, 3)), features))
    with pytest.raises(ValueError, match="200 and 3"):
        cka(features, features[:3])


def test_cka_is_kornblith_s_on_many_images() -> None:
    features = RNG.normal(size=(1_000, 5)) * [5, 4, 3, 2, 1]
    other = np.maximum(features @ RNG.normal(size=(5, 8)), 0)
    one, two = features - features.mean(axis=0), other - other.mean(axis=0)
    plain = np.sum((one.T @ two) ** 2) / (np.linalg.norm(one.T @ one) * np.linalg.norm(two.T @ two))
    assert cka(features, other) == pytest.approx(plain, abs=0.01)


def test_a_sketch_gives_the_cka_of_all_dimensions() -> None:
    """Pixels, two random networks of more than a thousand units, noise, and the classes themselves."""
    images, labels = load_digits(return_X_y=True)
    pixels = (images / 16).astype(np.float32)
    layer = np.maximum(pixels @ RNG.normal(size=(64, 1_280)).astype(np.float32), 0)
    features = {
        "pixels": pixels,
        "layer": layer,
        "deeper": np.maximum(layer @ RNG.normal(size=(1_280, 2_048)).astype(np.float32) / 36, 0),
        "noise": RNG.normal(size=(len(labels), 256)).astype(np.float32),
        "classes": np.eye(10, dtype=np.float32)[labels]
        + RNG.normal(size=(len(labels), 10)).astype(np.float32) / 3,
    }
    sketches = {name: sketch(array, labels, seed=0) for name, array in features.items()}
    for images_kept, scores in sketches.values():
        assert scores.dtype == np.float16
        assert scores.nbytes <= 400 * 32 * 2
        np.testing.assert_array_equal(images_kept, sketches["pixels"][0])
    for first, (kept, mine) in sketches.items():
        for second, (_, theirs) in sketches.items():
            whole = cka(features[first][kept], features[second][kept])
            assert cka(mine, theirs) == pytest.approx(whole, abs=0.02), (first, second)


def test_features_that_do_not_vary_have_no_sketch() -> None:
    assert len(sketch(np.ones((50, 3), np.float32), np.zeros(50, int), seed=0)[0]) == 0
