"""Extractors that the user names: code of a file or a package, a Keras file, features computed elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

#: what an object is given: images as they are, or rows of pixels as scikit-learn's transformers take them
IMAGES, PIXELS = "images", "pixels"

#: how the pixels of a Keras network are scaled: as they are, to 0..1, to −1..1, or as ImageNet's were
SCALINGS = ("0..255", "0..1", "-1..1", "imagenet_torch", "imagenet_caffe")

SPLITS = ("train", "test")

_FILE = ".py"
_ARCHIVED = ".npz:"


@dataclass(frozen=True, slots=True)
class Code:
    """An object of a Python file (``place`` ends in ``.py``) or of an installed module.

    ``takes`` is IMAGES or PIXELS, "" where the object decides.
    """

    place: str
    attribute: str
    takes: str = ""

    @property
    def file(self) -> Path | None:
        return Path(self.place) if self.place.endswith(_FILE) else None

    def __str__(self) -> str:
        return f"{self.place}:{self.attribute}"


@dataclass(frozen=True, slots=True)
class KerasFile:
    """A network in Keras' own format: ``layer`` gives the features, ``scaling`` is one of SCALINGS."""

    path: Path
    layer: str
    scaling: str


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """A ``.npy`` file, or an ``.npz`` with one array of it; "": the one that is named as the split."""

    path: Path
    array: str = ""

    @classmethod
    def parse(cls, text: str) -> FeatureFile:
        path, archived, array = text.rpartition(_ARCHIVED)
        return cls(Path(path + ".npz"), array) if archived else cls(Path(text))

    def __str__(self) -> str:
        return f"{self.path}:{self.array}" if self.array else str(self.path)


@dataclass(frozen=True, slots=True)
class FeatureFiles:
    """Of each image set the files with the features of its train and of its test images."""

    sets: tuple[tuple[str, FeatureFile, FeatureFile], ...]

    def of(self, dataset: str) -> tuple[FeatureFile, FeatureFile] | None:
        return next(((train, test) for name, train, test in self.sets if name == dataset), None)


@dataclass(frozen=True, slots=True)
class OwnExtractor:
    """``where`` it is named, for messages; the rest is "" or None where the object itself says."""

    name: str
    where: str
    source: Code | KerasFile | FeatureFiles
    title: str = ""
    family: str = ""
    labels: bool | None = None


def is_reference(text: str) -> bool:
    """Tell ``my.py:PCA50`` and ``package.module:Class`` from the name of an extractor."""
    return ":" in text


def parse_reference(text: str, takes: str = "") -> Code | None:
    """Read ``file.py:Name``, ``package.module:Name`` or ``package.module.Name``; None for anything else."""
    place, _, attribute = text.rpartition(":" if ":" in text else ".")
    if not place or not attribute.isidentifier() or text.endswith(_FILE):
        return None
    if not place.endswith(_FILE) and not all(part.isidentifier() for part in place.split(".")):
        return None
    return Code(place, attribute, takes)


def name_of(reference: Code) -> str:
    """``RandomProjection`` is called ``random_projection``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", reference.attribute).lower()
