"""Small arrays by name: how much of them is kept, and the shapes of those that documents are drawn from."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

#: bytes that the arrays of one step may take; those of a built-in one take a hundredth
MOST_BYTES = 64 << 20

_WHOLE, _NUMBERS, _TEXT = "biu", "biuf", "U"
#: name → its kinds of numbers, its shape in words; the first that fits counts
_SHAPES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("labels", _WHOLE, ("images",)),
    ("test_indices", _WHOLE, ("images",)),
    ("assignments", _WHOLE, ("images",)),
    ("assignments/*", _WHOLE, ("images",)),
    ("projection_indices", _WHOLE, ("points",)),
    ("*_2d", _NUMBERS, ("points", "2")),
    ("*_groups", _WHOLE, ("points",)),
    ("examples", _NUMBERS, ("images", "height", "width", "channels")),
    ("reconstructions", _NUMBERS, ("images", "height", "width", "channels")),
    ("filters", _NUMBERS, ("height", "width", "channels", "filters")),
    ("untrained_filters", _NUMBERS, ("height", "width", "channels", "filters")),
    ("feature_maps/*", _NUMBERS, ("images", "height", "width", "channels")),
    ("feature_map_layers", _TEXT, ("layers",)),
    ("curve/*", _NUMBERS, ("epochs",)),
    ("layers/names", _TEXT, ("layers",)),
    ("layers/*", _NUMBERS, ("layers",)),
    ("components/*", _NUMBERS, ("components",)),
    ("probe_weights", _NUMBERS, ("features",)),
    ("sketch", _NUMBERS, ("images", "components")),
    ("sketch_indices", _WHOLE, ("images",)),
    ("attribution/images", _NUMBERS, ("images", "height", "width", "channels")),
    ("attribution/maps/*", _NUMBERS, ("images", "height", "width")),
    ("thumbnails", _WHOLE, ("bytes",)),
    ("thumbnail_positions", _WHOLE, ("images",)),
)
#: arrays of all test images, whose number is one in an experiment; that of a plane's points is a setting
_OF_ALL = frozenset({"test_indices", "assignments"})


def misshapen(name: str, kind: str, shape: tuple[int, ...]) -> str:
    """What an array of that name must be, in words, where it is not (``kind`` as NumPy's); else ""."""
    known = _known(name)
    if known is None:
        return ""
    kinds, axes = known
    fixed = all(not axis.isdigit() or int(axis) == length for axis, length in zip(axes, shape, strict=False))
    if kind in kinds and len(shape) == len(axes) and fixed:
        return ""
    told = "text" if kinds == _TEXT else "whole numbers" if kinds == _WHOLE else "numbers"
    return f"{told} ({', '.join(axes)}{',' if len(axes) == 1 else ''})"


def counted_by(name: str) -> str:
    """The array that has as many entries as one of that name; "" where none tells."""
    return "labels" if name.partition("/")[0] in _OF_ALL else ""


@cache
def _known(name: str) -> tuple[str, tuple[str, ...]] | None:
    return next(((kinds, axes) for known, kinds, axes in _SHAPES if fnmatchcase(name, known)), None)
