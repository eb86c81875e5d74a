"""A set that another library loads, by the import path of what loads it."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from fxreport.datasets.arrays import CLASSES, IMAGES, LABELS, Part, from_parts
from fxreport.datasets.base import Dataset
from fxreport.datasets.own import Wanted
from fxreport.system.plugins import code_of, installed, load
from fxreport.vocabulary.errors import ConfigError, DataUnavailable, SourceError

Arguments = Mapping[str, str | int | float | bool]


def load_library(
    name: str,
    target: str,
    wanted: Wanted,
    arguments: Arguments,
    train: Arguments | None = None,
    test: Arguments | None = None,
) -> Dataset:
    """Load what ``target`` (``package.module:function`` or class) gives when it is called with ``arguments``.

    That may be ``(images, labels)``, two such pairs, a mapping with ``images`` and ``labels`` under any usual
    names, or a sequence of pairs or mappings, as scikit-learn, Keras, torchvision and others have them; or a
    mapping of such by ``train`` and ``test``. With ``train`` and ``test`` it is called for each split, with
    these arguments besides. Raises ConfigError where it cannot be imported or wanted, DataUnavailable where
    what it gives is no image set.
    """
    wanted.check(name)
    if (train is None) is not (test is None):
        raise ConfigError(f"Image set {name}: give the arguments of both train and test, or of neither.")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # where the library is Keras
    with redirect_stdout(sys.stderr):  # what a library says of downloads is no path that was written
        return _load(name, target, wanted, arguments, train, test)


def _load(
    name: str,
    target: str,
    wanted: Wanted,
    arguments: Arguments,
    train: Arguments | None,
    test: Arguments | None,
) -> Dataset:
    made = load(_entry(name, target))
    if not callable(made):
        raise ConfigError(f"Image set {name}: {target} is no function or class, but {type(made).__name__}")
    try:
        if train is not None and test is not None:
            learned = _part(made(**arguments, **train))
            return from_parts(name, "library", target, learned, _part(made(**arguments, **test)), wanted)
        given = made(**arguments)
        halves = _halves(given)
        first, second = (_part(halves[0]), _part(halves[1])) if halves else (_part(given), None)
    except SourceError as error:
        raise DataUnavailable(f"Image set {name}: {target} {error}") from None
    except (ConfigError, DataUnavailable):
        raise
    except Exception as error:  # a stranger's loader may raise anything
        reason = " ".join(str(error).split()) or "it says no more"
        raise DataUnavailable(
            f"Image set {name}: {target} failed ({type(error).__name__}: {reason})"
        ) from error
    return from_parts(name, "library", target, first, second, wanted)


def source_of(name: str, target: str) -> str:
    """Return what changes with the source that loads the set, "" where there is none to be found.

    Of an installed package that is its time, so that none is imported to see that nothing is to be done.
    """
    try:
        entry = _entry(name, target)
        found = importlib.util.find_spec(entry.module.partition(".")[0])
        file = Path(found.origin) if found and found.origin else None
        if file is None or not file.is_file():
            return ""
        return str(file.stat().st_mtime_ns) if installed(file) else code_of(entry)
    except (ConfigError, ImportError, ValueError, OSError):
        return ""  # said when it is loaded


def _entry(name: str, target: str) -> EntryPoint:
    module, _, attribute = target.partition(":")
    if not (module and attribute):
        raise ConfigError(
            f"Image set {name}: load is {target!r}; write MODULE:NAME, such as "
            "keras.datasets.cifar100:load_data"
        )
    return EntryPoint(name, target, "fxreport.datasets")


def _halves(given: Any) -> tuple[Any, Any] | None:
    """A train and a test half, where what is given has both."""
    if isinstance(given, Mapping):
        return (given["train"], given["test"]) if {"train", "test"} <= set(given) else None
    if isinstance(given, tuple | list) and len(given) == 2 and all(_is_pair(one) for one in given):
        return given[0], given[1]
    return None


def _is_pair(one: Any) -> bool:
    """(images, labels), which two images or labels are not."""
    return isinstance(one, tuple | list) and len(one) == 2 and all(hasattr(part, "__len__") for part in one)


def _part(given: Any) -> Part:
    if isinstance(given, tuple) and len(given) == 2:
        return Part(given[0], given[1])
    if images_and_labels := _named(given):
        return Part(*images_and_labels, _classes(given))
    if hasattr(given, "__getitem__") and hasattr(given, "__len__"):
        items = [given[i] for i in range(len(given))]
    elif hasattr(given, "__iter__"):
        items = list(given)
    else:
        raise SourceError(f"gives {type(given).__name__}, which has no images and labels")
    if not items:
        raise SourceError("gives no images")
    pairs = [_named(one) or one for one in items]
    if not all(isinstance(one, tuple | list) and len(one) == 2 for one in pairs):
        raise SourceError(f"gives {type(items[0]).__name__} a picture, where (image, label) is needed")
    return Part([one[0] for one in pairs], [one[1] for one in pairs], _classes(given))


def _named(given: Any) -> tuple[Any, Any] | None:
    """Images and labels of a mapping, under any usual names."""
    if not isinstance(given, Mapping):
        return None
    images = next((given[key] for key in IMAGES if key in given), None)
    labels = next((given[key] for key in LABELS if key in given), None)
    return None if images is None or labels is None else (images, labels)


def _classes(given: Any) -> tuple[str, ...]:
    for key in CLASSES:
        found = given.get(key) if isinstance(given, Mapping) else getattr(given, key, None)
        if found is not None and not callable(found) and not isinstance(found, str):
            return tuple(map(str, found))
    return ()
