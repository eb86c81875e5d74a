"""Whether an extractor keeps the contract: tried on a few images, each promise by itself."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.datasets.base import Split
from fxreport.extractors.base import Extractor
from fxreport.measures.checks import checked_curves, checked_inside, checked_values
from fxreport.vocabulary.checkup import Finding, State
from fxreport.vocabulary.errors import FxReportError
from fxreport.vocabulary.own import IMAGES, PIXELS

#: features that differ by more, as a share of their spread, are other features
_TOLERANCE = 1e-3
_FEW = 7
#: neighbours that vote on whether given features have to do with the images, among so many of either split
_NEIGHBOURS = 5
_MOST = 2000
#: the part of what is beyond chance up to which features tell classes apart by accident
_NOTHING = 0.05


@dataclass(frozen=True, slots=True)
class Trial:
    """Images of one kind, called ``title`` in what is found."""

    title: str
    train: Split
    test: Split


def trials() -> tuple[Trial, Trial]:
    """Grey digits, and patches of two colour photographs: 32 × 32 pixels, as scikit-learn brings them."""
    from sklearn.datasets import load_digits, load_sample_images

    digits, classes = load_digits(return_X_y=True)
    grey = np.rint(digits.reshape(-1, 8, 8, 1) * (255 / 16)).astype(np.uint8)
    grey = grey.repeat(4, axis=1).repeat(4, axis=2)
    patches: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for label, photograph in enumerate(load_sample_images().images):
        for top in range(0, photograph.shape[0] - 32, 32):
            patches += [photograph[top : top + 32, left : left + 32] for left in range(0, 608, 32)]
        labels += [label] * (len(patches) - len(labels))
    order = np.random.default_rng(0).permutation(len(patches))
    colour, of_photographs = np.stack(patches)[order], np.array(labels)[order]
    return (
        _trial("grey images of 32 × 32", grey, classes),
        _trial("colour images of 32 × 32", colour, of_photographs),
    )


def _trial(title: str, images: NDArray[np.uint8], labels: NDArray[np.integer]) -> Trial:
    split = Split(np.ascontiguousarray(images), labels.astype(np.int64))
    return Trial(title, split.take(np.arange(160)), split.take(np.arange(160, 256)))


def examine(
    create: Callable[..., Extractor], kinds: tuple[Trial, ...] | None = None
) -> Iterator[Finding | str]:
    """Yield what is found, and before each thing that may take long what it is.

    ``create(seed=…)`` makes the extractor. Grey and colour images are tried; everything else on the first
    kind that it takes.
    """
    settled, takes = False, getattr(create(seed=0), "takes", IMAGES)
    failed: list[tuple[Trial, BaseException]] = []
    for trial in kinds or trials():
        yield f"fit and transform on {trial.title}"
        try:
            began = time.perf_counter()
            extractor, given = _fitted(create, trial)
            features = _asked(extractor, trial.test.images)
            seconds = time.perf_counter() - began
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is what is looked for
            if _wrote(error):
                yield _broken(trial, error, takes, other_works=settled)
                return
            failed.append((trial, error))  # how bad that is the other kind tells
            continue
        yield Finding(State.OK, trial.title, f"fitted and transformed in {seconds:.1f} s")
        if not settled:
            settled = True
            unchanged = _written(trial, given)
            yield unchanged
            if unchanged.state is State.PROBLEM:  # whatever follows would be of other images
                return
            yield from _form(features, len(trial.test))
            if _usable(features, len(trial.test)):
                yield from _repeated(create, trial, extractor, np.asarray(features, np.float32))
                yield from _optional(extractor, trial)
        getattr(extractor, "close", lambda: None)()
    for trial, why in failed:
        yield _broken(trial, why, takes, other_works=settled)


def _fitted(create: Callable[..., Extractor], trial: Trial) -> tuple[Extractor, tuple[bytes, bytes]]:
    """Fit one with seed 0; also a copy of the images, to see whether they stay as they are."""
    before = (trial.train.images.tobytes(), trial.test.images.tobytes())
    extractor = create(seed=0)
    extractor.on_epoch = lambda epoch, epochs: None  # type: ignore[attr-defined]
    extractor.fit(trial.train.images, trial.train.labels if extractor.needs_labels else None)
    return extractor, before


def _asked(extractor: Extractor, images: NDArray[np.uint8]) -> Any:
    found: Any = extractor.transform(images)
    return found


def _broken(trial: Trial, error: BaseException, takes: str, *, other_works: bool) -> Finding:
    if _wrote(error):
        return Finding(
            State.PROBLEM,
            "input unchanged",
            f"it writes into the images that it is given ({_where(error)})",
            "let it take a copy: images = images.copy()",
        )
    if isinstance(error, SystemExit):
        return Finding(
            State.PROBLEM, trial.title, f"it ends the process ({_where(error)})", "let it raise an error"
        )
    said = " ".join(str(error).split())[:300]
    found = said if isinstance(error, FxReportError) else f"{type(error).__name__}: {said} ({_where(error)})"
    if other_works:
        return Finding(State.NOTE, trial.title, found, "it can be measured on sets of the other kind alone")
    given = {
        IMAGES: "images (n, height, width, channels) uint8, and labels where needs_labels is true",
        PIXELS: "rows of pixels (n, height·width·channels) from 0 to 1, and labels where its table in the "
        "configuration has labels = true",
    }
    return Finding(State.PROBLEM, trial.title, found, f"it is given {given[takes]}")


def _wrote(error: BaseException) -> bool:
    return isinstance(error, ValueError) and "read-only" in str(error)


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if "site-packages" not in one.filename and "fxreport/" not in one.filename]
    last = (own or list(frames))[-1]
    return f"{last.filename.rpartition('/')[2]}, line {last.lineno}"


def _written(trial: Trial, before: tuple[bytes, bytes]) -> Finding:
    if before == (trial.train.images.tobytes(), trial.test.images.tobytes()):
        return Finding(State.OK, "input unchanged", "images are as they were")
    return Finding(
        State.PROBLEM,
        "input unchanged",
        "the images have changed although they are read-only",
        "let it take a copy: images = images.copy()",
    )


def _form(features: Any, images: int) -> Iterator[Finding]:
    """Sparse output, shape, type, values."""
    if hasattr(features, "toarray"):
        yield Finding(State.PROBLEM, "shape", "transform returns a sparse matrix", "let it return .toarray()")
        return
    array = np.asarray(features)
    if array.dtype.kind not in "fiub":
        yield Finding(State.PROBLEM, "type", f"features are {array.dtype}", "let it return float32")
        return
    if array.ndim != 2 or len(array) != images or not array.shape[-1]:
        yield Finding(
            State.PROBLEM,
            "shape",
            f"{array.shape} for {images} images",
            f"transform must return ({images}, d): a row an image",
        )
        return
    yield Finding(State.OK, "shape", f"{array.shape[1]} dimensions")
    if array.dtype == np.float32:
        yield Finding(State.OK, "type", "float32")
    else:
        yield Finding(State.NOTE, "type", f"{array.dtype}", "it is turned into float32 for every measure")
    yield from values(array)


def values(array: NDArray[Any], subject: str = "") -> Iterator[Finding]:
    """What the values of features (n, d) are: finite, and not the same for all images."""
    bad = np.count_nonzero(~np.isfinite(array).all(axis=1)) if array.dtype.kind == "f" else 0
    if bad:
        yield Finding(
            State.PROBLEM,
            f"{subject}finite",
            f"NaN or infinite values in the features of {bad} of {len(array)} images",
            "look for a division by zero, a logarithm, an overflow",
        )
        return
    yield Finding(State.OK, f"{subject}finite", "all values are")
    constant = int((array == array[0]).all(axis=0).sum())
    dimensions = array.shape[1]
    if constant == dimensions:
        yield Finding(
            State.PROBLEM,
            f"{subject}constant features",
            "all images have the same",
            "nothing tells them apart",
        )
    elif constant:
        yield Finding(
            State.NOTE,
            f"{subject}constant features",
            f"{constant} of {dimensions} dimensions have one value for all images",
            "they tell nothing and may be left out",
        )
    else:
        yield Finding(State.OK, f"{subject}constant features", "none")


def as_labelled(
    train: tuple[NDArray[Any], NDArray[np.integer]],
    test: tuple[NDArray[Any], NDArray[np.integer]],
    subject: str = "",
) -> Iterator[Finding]:
    """Whether features (n, d) with labels (n,) tell the classes apart; rows in another order cannot."""
    from sklearn.neighbors import KNeighborsClassifier

    (features, labels), (asked, wanted) = (_some(*one) for one in (train, test))
    if not (np.isfinite(features).all() and np.isfinite(asked).all()) or len(labels) < _NEIGHBOURS:
        return
    right = float(KNeighborsClassifier(_NEIGHBOURS).fit(features, labels).score(asked, wanted))
    chance = float(np.unique(wanted, return_counts=True)[1].max()) / len(wanted)
    told = f"{_NEIGHBOURS} nearest neighbours name {right:.0%} right, the largest class always {chance:.0%}"
    if no_better(right, chance):
        yield Finding(State.NOTE, f"{subject}order", told, "are the rows in the order of the images?")
    else:
        yield Finding(State.OK, f"{subject}order", told)


def no_better(right: float, chance: float) -> bool:
    """Whether an accuracy is hardly above that of naming the largest class always."""
    return right - chance < _NOTHING * (1 - chance)


def _some(features: NDArray[Any], labels: NDArray[np.integer]) -> tuple[NDArray[Any], NDArray[np.integer]]:
    """A draw that is compared in a second or two."""
    places = np.random.default_rng(0).permutation(len(labels))[:_MOST]
    return features[places], labels[places]


def _usable(features: Any, images: int) -> bool:
    array = np.asarray(features)
    right = array.dtype.kind in "fiub" and array.ndim == 2 and len(array) == images
    return bool(right and array.shape[1] and np.isfinite(array).all())


def _repeated(
    create: Callable[..., Extractor],
    trial: Trial,
    extractor: Extractor,
    features: NDArray[np.float32],
) -> Iterator[Finding | str]:
    """The same features for the same images: again, in other company, and of another one with its seed."""
    yield "transform again"
    spread = float(features.std()) or 1.0

    def differs(found: Any, wanted: NDArray[np.float32]) -> str:
        array = np.asarray(found)
        if array.shape != wanted.shape:
            return f"in shape, {array.shape} and not {wanted.shape}"
        largest = float(np.abs(array - wanted).max()) / spread
        return f"by up to {largest:.2g} times their spread" if not largest <= _TOLERANCE else ""

    again = differs(_asked(extractor, trial.test.images), features)
    yield _promise("transform twice", again, "the same features", "transform must learn and draw nothing")
    for count in (1, _FEW):
        few = partial(_asked, extractor, trial.test.images[:count])
        try:
            apart = differs(few(), features[:count])
        except Exception as error:  # noqa: BLE001 - it is what is looked for
            apart = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        subject = f"{count} image{'s' * (count > 1)} alone"
        remedy = "an image's features must not depend on the others: learn in fit, keep the axis of images"
        yield _promise(subject, apart, "the same features", remedy)
    yield "fit again with the same seed"
    other, _ = _fitted(create, trial)
    refitted = differs(_asked(other, trial.test.images), features)
    getattr(other, "close", lambda: None)()
    remedy = "take a parameter seed, and draw all that is random by numpy.random.default_rng(self.seed)"
    yield _promise(
        "deterministic", refitted, "another fit with the same seed gives the same features", remedy
    )
    if hasattr(extractor, "preprocess") and hasattr(extractor, "forward"):
        halves = differs(extractor.forward(extractor.preprocess(trial.test.images)), features)
        yield _promise("preprocess and forward", halves, "as transform", "together they must be transform")


def _promise(subject: str, differs: str, kept: str, remedy: str) -> Finding:
    if not differs:
        return Finding(State.OK, subject, kept)
    return Finding(State.PROBLEM, subject, f"features differ {differs}", remedy)


def _optional(extractor: Any, trial: Trial) -> Iterator[Finding | str]:
    """What an extractor may tell of itself, where it does."""
    examples = trial.test.images[:4]
    asked: dict[str, Callable[[], Any]] = {}
    if hasattr(extractor, "inspect"):
        asked["inspect"] = lambda: checked_inside(
            extractor.inspect(examples), images=4, shape=examples.shape[1:], who="inspect()"
        )
    if hasattr(extractor, "measure"):
        asked["measure"] = lambda: checked_values(
            extractor.measure(trial.test.images, trial.test.labels), "measure()"
        )
    if getattr(extractor, "curve_", None):
        asked["curve_"] = lambda: checked_curves(extractor.curve_, "curve_")
    for subject, ask in asked.items():
        yield subject
        try:
            yield Finding(State.OK, subject, ", ".join(ask()) or "nothing")
        except FxReportError as error:
            yield Finding(State.PROBLEM, subject, str(error), "the build would fail here")
        except Exception as error:  # noqa: BLE001 - it is what is looked for
            yield Finding(State.PROBLEM, subject, f"{type(error).__name__}: {error} ({_where(error)})")
