"""Features that were computed elsewhere, in files."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fxreport.extractors.base import Extractor, Features, Images, Labels
from fxreport.vocabulary.errors import ConfigError, InputError
from fxreport.vocabulary.nearest import unknown
from fxreport.vocabulary.own import SPLITS, FeatureFile, FeatureFiles, OwnExtractor

_INDICES = "indices"
#: of our own export of a set that each seed divides: the split of the set that each row is of
_SPLITS = "splits"
_PIECE = 1 << 20


def given(own: OwnExtractor, files: FeatureFiles) -> type[Extractor]:
    """Make an extractor of files of features. ``rows`` gives them; nothing is fitted."""
    facts = {
        "name": own.name,
        "title": own.title or own.name,
        "family": own.family or "other",  # what they are only the user knows
        "files": files,
    }
    return type("Given", (Given,), facts)


def contents(own: OwnExtractor, files: FeatureFiles) -> dict[str, str]:
    """Return by image set a digest over its files. Raises ConfigError for one that cannot be read."""
    found = {}
    for dataset, *of_splits in files.sets:
        digest = hashlib.blake2b(digest_size=8)
        for file in of_splits:
            digest.update(f"{file.array}\n{_digest(file.path, f'{own.where}.features.{dataset}')}\n".encode())
        found[dataset] = digest.hexdigest()
    return found


def _digest(path: Path, where: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except FileNotFoundError:
        raise ConfigError(f"{where}: there is no file {path}") from None
    except OSError as error:
        raise ConfigError(f"{where}: cannot read {path}: {error.strerror or error}") from error
    return digest.hexdigest()


class Given:
    """An extractor in name; a row of a file is the features of an image."""

    name: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    needs_labels: ClassVar[bool] = False
    version: ClassVar[int] = 1
    input_sizes: ClassVar[tuple[int, ...]] = ()
    files: ClassVar[FeatureFiles]

    def rows(self, dataset: str, split: str, indices: NDArray[np.integer], size: int) -> Features:
        """Return the features (n, d) of the images at ``indices`` (n,) of a split of ``size`` images.

        The file has a row for each image of the split; or for a part of them, whose positions it tells.
        Raises InputError, naming the file, where it has not.
        """
        of_splits = self.files.of(dataset)
        if of_splits is None:
            raise InputError(f"{self.name} has no features of {dataset}")
        table = FeatureTable(of_splits[SPLITS.index(split)], split)
        return table.rows(indices, size)

    @property
    def weights_source_(self) -> str:
        return ", ".join(dict.fromkeys(f.path.name for _, *files in self.files.sets for f in files))

    def fit(self, images: Images, labels: Labels | None = None) -> Given:
        return self

    def transform(self, images: Images) -> Features:
        raise ConfigError(
            f"the features of {self.name} lie in files; it cannot turn other images into features"
        )


class FeatureTable:
    """Features of a split as a file has them. Raises InputError, naming it, for what is no such table."""

    def __init__(self, file: FeatureFile, split: str) -> None:
        self._file, self._split = file, split
        self._arrays = _opened(file)

    @cached_property
    def features(self) -> NDArray[Any]:
        """All rows, (m, d), of the type that the file has."""
        if self._of_a_seed:
            return self._gathered(self._table)
        return self._table(self._name)

    @cached_property
    def indices(self) -> NDArray[np.integer] | None:
        """Positions (m,) of the rows in their split; None where the file has all in order."""
        if self._of_a_seed:
            return self._gathered(
                lambda split: self._whole(f"{split}_{_INDICES}", split, len(self._table(split)))
            )
        names = [name for name in (f"{self._split}_{_INDICES}", _INDICES) if name in self._arrays]
        return self._whole(names[0], self._name, len(self.features)) if names else None

    def rows(self, indices: NDArray[np.integer], size: int) -> Features:
        """Features (n, d) float32 of the images at ``indices`` (n,) of a split of ``size`` images."""
        positions = self._positions(size)[indices]
        if lacking := int((positions < 0).sum()):
            raise InputError(
                f"{self._file} has no features of {lacking} of the {len(indices)} {self._split} images that "
                f"are measured, as of number {int(indices[positions < 0][0])}; `fxreport data images` writes "
                "those that a plan needs"
            )
        return np.asarray(self.features[positions], dtype=np.float32)

    def _positions(self, size: int) -> NDArray[np.int64]:
        """Row of each image of a split of ``size`` images; -1 where there is none."""
        rows = len(self.features)
        if self.indices is None:
            if rows != size:
                raise InputError(
                    f"{self._file} has {rows} rows of features, and the split {self._split} {size} images: "
                    f"it must have a row an image; an .npz may tell positions in {self._split}_{_INDICES}"
                )
            return np.arange(size)
        if self.indices.min() < 0 or self.indices.max() >= size:
            raise InputError(f"{self._file}: {self._split}_{_INDICES} must be from 0 to {size - 1}")
        found = np.full(size, -1, np.int64)
        found[self.indices] = np.arange(rows)
        if (found >= 0).sum() != rows:
            raise InputError(f"{self._file}: {self._split}_{_INDICES} names an image twice")
        return found

    def _table(self, name: str) -> NDArray[Any]:
        array = self._arrays[name]
        if array.dtype.kind not in "fiub":
            raise InputError(f"{self._file}: features are numbers, not {array.dtype}")
        if array.ndim != 2 or 0 in array.shape:
            raise InputError(
                f"{self._file}: the array has the shape {array.shape}; features are a table (images, "
                "dimensions): average or flatten what lies behind"
            )
        return array

    def _whole(self, name: str, table: str, rows: int) -> NDArray[np.integer]:
        array = self._arrays[name]
        if array.dtype.kind not in "iu" or array.ndim != 1:
            raise InputError(f"{self._file}: {name} must be {rows} whole numbers, one a row of features")
        if len(array) != rows:
            told = f"{table or 'the table'} has {rows} rows and {name} {len(array)}"
            raise InputError(f"{self._file}: {told}; there must be one a row of features")
        return array

    @property
    def _of_a_seed(self) -> bool:
        """Whether the tables are of a seed's division, so that rows of a split of the set lie in both."""
        return not self._file.array and all(f"{split}_{_SPLITS}" in self._arrays for split in SPLITS)

    def _gathered(self, rows: Callable[[str], NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate(
            [rows(split)[self._arrays[f"{split}_{_SPLITS}"] == self._split] for split in SPLITS]
        )

    @cached_property
    def _name(self) -> str:
        tables = [name for name in self._arrays if not name.endswith((_INDICES, _SPLITS, "labels"))]
        if self._file.array:
            if self._file.array not in self._arrays:
                raise InputError(f"{self._file.path}: {unknown('array', self._file.array, tables)}")
            return self._file.array
        if self._split in self._arrays:
            return self._split
        if len(tables) != 1:
            raise InputError(
                f"{self._file} has no array {self._split}, but {', '.join(tables) or 'none'}: save it with "
                f"np.savez(FILE, train=…, test=…), or name one as {self._file.path.name}:NAME"
            )
        return tables[0]


def _opened(file: FeatureFile) -> Mapping[str, NDArray[Any]]:
    """The arrays of a file, read when they are asked for; never objects, which would be code."""
    try:
        found = np.load(file.path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise InputError(f"there is no file {file.path}") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{file.path} cannot be read as NumPy's {file.path.suffix}: {_why(error)}") from None
    if isinstance(found, np.ndarray):
        return {"": found} if not file.array else {}
    return _Archive(found, file.path)


class _Archive(Mapping[str, NDArray[Any]]):
    def __init__(self, archive: Any, path: Path) -> None:
        self._archive, self._path = archive, path

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._archive.files:
            raise KeyError(name)
        try:
            array: NDArray[Any] = self._archive[name]
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, MemoryError) as error:
            raise InputError(f"{self._path}: the array {name} cannot be read: {_why(error)}") from None
        return array

    def __contains__(self, name: object) -> bool:
        return name in self._archive.files

    def __iter__(self) -> Any:
        return iter(self._archive.files)

    def __len__(self) -> int:
        return len(self._archive.files)


def _why(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if "allow_pickle" in text:
        return "it holds Python objects, and features are numbers"
    return text or type(error).__name__
