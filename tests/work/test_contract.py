"""The contract check finds what is wrong with an extractor, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from numpy.typing import NDArray

from fxreport.extractors import registry
from fxreport.vocabulary.checkup import Finding, State
from fxreport.work.contract import Trial, examine, trials

Images = NDArray[np.uint8]


class Sound:
    """Random projection of pixels, the same for the same seed."""

    name, title, family = "sound", "Sound", "handmade"
    needs_labels, version, input_sizes = False, 1, ()

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, images: Images, labels: Any = None) -> Any:
        draw = np.random.default_rng(self.seed)
        self.weights_ = draw.normal(size=(images[0].size, 5)).astype(np.float32)
        return self

    def transform(self, images: Images) -> Any:
        return images.reshape(len(images), -1).astype(np.float32) @ self.weights_


def with_(**methods: Callable[..., Any]) -> type[Sound]:
    return type("Changed", (Sound,), methods)


def sound(self: Sound, images: Images) -> NDArray[np.float32]:
    features: NDArray[np.float32] = Sound.transform(self, images)
    return features


def writes(self: Sound, images: Images) -> Any:
    images[0] = 0
    return sound(self, images)


def writes_in_spite(self: Sound, images: Images) -> Any:
    found = sound(self, images)
    base = images if images.base is None else images.base
    base.flags.writeable = True
    base[0] = 0
    return found


def draws(self: Sound, images: Images, labels: Any = None) -> Sound:
    self.weights_ = np.random.default_rng().normal(size=(images[0].size, 5)).astype(np.float32)
    return self


def with_labels(self: Sound, images: Images, labels: Any = None) -> Sound:
    assert labels is not None, "labels are needed"
    return Sound.fit(self, images)


def grey_alone(self: Sound, images: Images) -> Any:
    assert images.shape[-1] == 1, "grey alone"
    return sound(self, images)


def ends(self: Sound, images: Images) -> Any:
    raise SystemExit(3)


def halved(self: Sound, prepared: Any) -> Any:
    return sound(self, prepared) / 2


@pytest.fixture(scope="module")
def kinds() -> tuple[Trial, Trial]:
    return trials()


def found(extractor: type, kinds: tuple[Trial, Trial]) -> list[Finding]:
    return [one for one in examine(extractor, kinds) if isinstance(one, Finding)]


def wrong(extractor: type, kinds: tuple[Trial, Trial]) -> dict[str, str]:
    return {one.subject: one.found for one in found(extractor, kinds) if one.state is State.PROBLEM}


def test_a_sound_one_keeps_every_promise(kinds: tuple[Trial, Trial]) -> None:
    all_of_it = found(Sound, kinds)
    assert {one.state for one in all_of_it} == {State.OK}
    assert [one.subject for one in all_of_it] == [
        "grey images of 32 × 32", "input unchanged", "shape", "type", "finite", "constant features",
        "transform twice", "1 image alone", "7 images alone", "deterministic", "colour images of 32 × 32",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("extractor", "subjects", "says"),
    [
        (with_(transform=writes), {"input unchanged"}, "it writes into the images"),
        (
            with_(transform=writes_in_spite),
            {"input unchanged"},
            "although they are read-only",
        ),
        (with_(fit=draws), {"deterministic"}, "features differ by up to"),
        (
            with_(
                transform=lambda s, x: sound(s, x) + np.random.default_rng().normal(size=(len(x), 1)) * 1e4
            ),
            {"transform twice", "1 image alone", "7 images alone", "deterministic"},
            "features differ by up to",
        ),
        (
            with_(transform=lambda s, x: sound(s, x) - sound(s, x).mean(axis=0)),
            {"1 image alone", "7 images alone"},
            "features differ by up to",
        ),
        (
            with_(transform=lambda s, x: sound(s, x).squeeze()),
            {"1 image alone"},
            "in shape, (5,) and not (1, 5)",
        ),
        (with_(transform=lambda s, x: scipy.sparse.csr_matrix(sound(s, x))), {"shape"}, "a sparse matrix"),
        (with_(transform=lambda s, x: x[..., 0]), {"shape"}, "(96, 32, 32) for 96 images"),
        (with_(transform=lambda s, x: sound(s, x)[1:]), {"shape"}, "(95, 5) for 96 images"),
        (with_(transform=lambda s, x: np.full((len(x), 2), "a")), {"type"}, "features are <U1"),
        (with_(transform=lambda s, x: sound(s, x) / 0), {"finite"}, "of 96 of 96 images"),
        (
            with_(transform=lambda s, x: np.ones((len(x), 2))),
            {"constant features"},
            "all images have the same",
        ),
        (with_(fit=with_labels), {"grey images of 32 × 32", "colour images of 32 × 32"}, "labels are needed"),
        (
            with_(transform=ends),
            {"grey images of 32 × 32", "colour images of 32 × 32"},
            "it ends the process",
        ),
        (with_(preprocess=lambda s, x: x, forward=halved), {"preprocess and forward"}, "features differ"),
        (with_(inspect=lambda s, x: {"filters": np.ones((3, 3))}), {"inspect"}, "filters of shape (3, 3)"),
        (with_(inspect=lambda s, x: {"a": np.array([{}])}), {"inspect"}, "gave a of object"),
        (with_(measure=lambda s, x, y: {"test_accuracy": np.nan}), {"measure"}, "no finite number"),
        (with_(curve_=property(lambda s: {"loss": [[1]]})), {"curve_"}, "gave loss of shape (1, 1)"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_each_broken_promise_is_told(
    extractor: type, subjects: set[str], says: str, kinds: tuple[Trial, Trial]
) -> None:
    problems = wrong(extractor, trials() if "input unchanged" in subjects else kinds)
    assert problems.keys() == subjects
    assert says in next(iter(problems.values()))


def test_what_works_and_may_surprise_is_a_note(kinds: tuple[Trial, Trial]) -> None:
    def notes(extractor: type) -> dict[str, str]:
        return {one.subject: one.found for one in found(extractor, kinds) if one.state is State.NOTE}

    assert "grey alone" in notes(with_(transform=grey_alone))["colour images of 32 × 32"]
    assert notes(with_(transform=lambda s, x: sound(s, x).astype(float))) == {"type": "float64"}
    padded = notes(with_(transform=lambda s, x: np.pad(sound(s, x), ((0, 0), (0, 2)))))
    assert padded == {"constant features": "2 of 7 dimensions have one value for all images"}


def test_the_control_keeps_the_contract(kinds: tuple[Trial, Trial]) -> None:
    assert wrong(partial(registry.create, "raw_pixels"), kinds) == {}  # type: ignore[arg-type]
