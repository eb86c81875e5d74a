"""Names of test images (of files): kept by the runner as an array, shown by the report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.vocabulary.text import parse_json, unprintable

#: name of the array in the store
NAMES = "image_names"


def names_kept(names: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """Names as the store keeps them: JSON in UTF-8, (bytes,) uint8."""
    text = json.dumps(list(names), ensure_ascii=False).encode("utf-8", "backslashreplace")
    return {NAMES: np.frombuffer(text, dtype=np.uint8)}


def kept_names(arrays: Mapping[str, NDArray[Any]], count: int) -> tuple[str, ...]:
    """The names among an experiment's shared arrays; () unless there are ``count`` that can be shown."""
    if NAMES not in arrays:
        return ()
    try:
        names = parse_json(arrays[NAMES].tobytes())
    except ValueError:
        return ()
    shown = isinstance(names, list) and all(isinstance(one, str) and not unprintable(one) for one in names)
    return tuple(names) if shown and len(names) == count else ()
