"""Where the user's own pictures lie and what they show: a folder by class, or a table of paths and labels."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fxreport.datasets.pictures import SUFFIXES, UNREAD
from fxreport.vocabulary.errors import ConfigError, DataUnavailable
from fxreport.vocabulary.text import shown_path, unprintable

#: endings of tables of paths and labels
TABLES = frozenset({".csv", ".tsv", ".txt"})
TRAIN, TEST = "train", "test"
#: heads of a table's columns
_COLUMNS = {
    "path": ("path", "file", "filename", "file_name", "image", "image_path"),
    "label": ("label", "class", "class_name", "category", "target"),
    "split": ("split", "part", "subset"),
}
_SPLITS = {"train": TRAIN, "training": TRAIN, "test": TEST, "testing": TEST}


@dataclass(frozen=True, slots=True)
class Picture:
    """A file, its class, and its name: its place below the split or in the table."""

    file: Path
    name: str
    label: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is left out: its name, and a line that says why and what to do."""

    name: str
    line: str


@dataclass(frozen=True, slots=True)
class Found:
    """Pictures in a fixed shuffle; ``test`` is None where nobody has divided them.

    ``skipped``: files that cannot be read, known without opening them.
    """

    classes: tuple[str, ...]
    train: tuple[Picture, ...]
    test: tuple[Picture, ...] | None
    skipped: tuple[Skipped, ...]


def find(name: str, path: Path, *, undivided: bool = False) -> Found:
    """Find the pictures of a set. ``undivided``: they are to be in one piece.

    Raises DataUnavailable, naming file or folder, for what is not laid out so, and ConfigError where ``path``
    is divided already though it is not to be.
    """
    try:
        if path.suffix.lower() in TABLES and path.is_file():
            found = _in_table(name, path)
        else:
            found = _in_folder(name, path, undivided)
    except OSError as error:
        reason, where = error.strerror or error, shown_path(error.filename or path)
        raise DataUnavailable(f"Image set {name}: cannot read {where}: {reason}") from error
    if undivided and found.test is not None:
        raise ConfigError(
            f"Image set {name}: split is given, but {shown_path(path)} says which pictures are tested on; "
            "remove one of the two."
        )
    return found


def _in_folder(name: str, path: Path, undivided: bool) -> Found:
    if not path.is_dir():
        raise DataUnavailable(
            f"Image set {name}: there is no folder {shown_path(path)}; path is a folder with a folder of "
            "pictures for each class, a table of paths and labels (.csv), or an archive of arrays (.npz)."
        )
    halves = [split for split in (TRAIN, TEST) if (path / split).is_dir()]
    skipped: list[Skipped] = []
    if not halves:
        folders = _class_folders(name, path)
        return Found(_names(folders), _pictures(name, folders, skipped), None, tuple(skipped))
    if undivided and len(halves) == 1:
        raise ConfigError(f"Image set {name}: split is given, but {path} has a folder {halves[0]}.")
    train, test = (_class_folders(name, path / split) for split in (TRAIN, TEST))
    _check_same_classes(name, train, test)
    return Found(
        _names(train), _pictures(name, train, skipped), _pictures(name, test, skipped), tuple(skipped)
    )


def _names(folders: Sequence[Path]) -> tuple[str, ...]:
    return tuple(folder.name for folder in folders)


def _class_folders(name: str, split: Path) -> list[Path]:
    if not split.is_dir():
        raise DataUnavailable(
            f"Image set {name}: there is no folder {split}; images belong into {split / '<class>'}, or all "
            f"of them into {split.parent / '<class>'}, to be divided by split."
        )
    folders = sorted(entry for entry in split.iterdir() if not entry.name.startswith(".") and entry.is_dir())
    for folder in folders:
        if unprintable(folder.name):
            raise DataUnavailable(
                f"Image set {name}: the name of the folder {shown_path(folder)} has characters that no "
                "document can show (it is not UTF-8, or steers a terminal); rename it."
            )
    if len(folders) < 2:
        raise DataUnavailable(
            f"Image set {name}: {split} has {len(folders)} class folders; it needs two or more, one "
            "for each class."
        )
    return folders


def _check_same_classes(name: str, train: Sequence[Path], test: Sequence[Path]) -> None:
    for here, there in ((train, test), (test, train)):
        missing = sorted({folder.name for folder in here} - {folder.name for folder in there})
        if missing:
            raise DataUnavailable(
                f"Image set {name}: {there[0].parent} has no {', '.join(missing)}, which "
                f"{here[0].parent} has; both need the same classes."
            )


def _pictures(name: str, folders: Sequence[Path], skipped: list[Skipped]) -> tuple[Picture, ...]:
    found: list[Picture] = []
    for label, folder in enumerate(folders):
        before = len(found), len(skipped)
        for file in sorted(folder.iterdir()):
            ending = file.suffix.lower()
            if file.name.startswith(".") or ending not in SUFFIXES | UNREAD or file.is_dir():
                continue  # an editor's lock, a catalogue of thumbnails, a note: no picture
            if reason := _unreadable(file):
                line = f"The image {shown_path(file)} {reason}."
                skipped.append(Skipped(shown_path(f"{folder.name}/{file.name}"), line))
            else:
                found.append(Picture(file, f"{folder.name}/{file.name}", label))
        if before == (len(found), len(skipped)):
            raise DataUnavailable(
                f"Image set {name}: {folder} has no images; put .png or .jpg files there, or remove the "
                "class from train and test."
            )
    return _shuffled(found)


def _unreadable(file: Path) -> str:
    """Why a file cannot be read, as far as its name and kind tell."""
    if file.suffix.lower() in UNREAD:
        return f"is of a format that is not read ({file.suffix.lower()}): save it as PNG or JPEG"
    if file.is_symlink() and not file.exists():
        return "is a link to nothing: mend it or take it away"
    return "" if file.is_file() else "is no file: put one there or take it away"


def _shuffled(pictures: Sequence[Picture]) -> tuple[Picture, ...]:
    """A fixed order, by a hash of the names, so that a leading or trailing part has all classes."""
    return tuple(
        sorted(pictures, key=lambda one: hashlib.blake2b(os.fsencode(one.name), digest_size=16).digest())
    )


# --- tables


def _in_table(name: str, path: Path) -> Found:
    rows = list(_rows(name, path))
    classes = tuple(sorted({row["label"] for row in rows}))
    if len(classes) < 2:
        raise DataUnavailable(f"Image set {name}: {path} names {len(classes)} classes; it needs two or more.")
    place = {label: number for number, label in enumerate(classes)}
    parts: dict[str, list[Picture]] = {TRAIN: [], TEST: []}
    skipped = []
    for row in rows:
        file = path.parent / row["path"]
        if reason := _unreadable(file):
            skipped.append(Skipped(row["path"], f"The image {shown_path(file)} {reason}."))
        else:
            parts[row["split"] or TRAIN].append(Picture(file, row["path"], place[row["label"]]))
    divided = any(row["split"] for row in rows)
    return Found(
        classes,
        _shuffled(parts[TRAIN]),
        _shuffled(parts[TEST]) if divided else None,
        tuple(skipped),
    )


def _rows(name: str, path: Path) -> Iterator[Mapping[str, str]]:
    """Rows with ``path``, ``label`` and ``split`` ("" where the table has none)."""
    where = f"Image set {name}: {path}"
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise DataUnavailable(f"{where} is not UTF-8; save it as UTF-8.") from None
    head = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(), delimiter=max(",;\t", key=head.count))
    try:
        heads = [cell.strip().lower() for cell in next(reader, [])]
        columns = {
            column: next((heads.index(one) for one in known if one in heads), None)
            for column, known in _COLUMNS.items()
        }
        if missing := [column for column in ("path", "label") if columns[column] is None]:
            raise DataUnavailable(
                f"{where} has no column {' and no column '.join(missing)}; its first line must name the "
                "columns: path, label and, where it divides the pictures, split (train or test)."
            )
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            row = {
                column: cells[at].strip() if at is not None and at < len(cells) else ""
                for column, at in columns.items()
            }
            _check(row, columns["split"] is not None, f"{where}: line {reader.line_num}")
            yield {**row, "split": _SPLITS.get(row["split"].lower(), "")}
    except csv.Error as error:
        raise DataUnavailable(f"{where}: line {reader.line_num}: {error}") from None


def _check(row: Mapping[str, str], divides: bool, where: str) -> None:
    for column in ("path", "label"):
        if not row[column]:
            raise DataUnavailable(f"{where} has no {column}.")
        if character := unprintable(row[column]):
            raise DataUnavailable(f"{where}: the {column} has the character {character}; take it out.")
    if divides and row["split"].lower() not in _SPLITS:
        raise DataUnavailable(
            f"{where}: split is {row['split']!r}; it can be train or test, and is left out of the head where "
            "nobody has divided the pictures."
        )
