"""Factors and their levels: where in the grid something was measured. Imports nothing of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fxreport.vocabulary.messages import N_
from fxreport.vocabulary.text import parse_json

Level = str | int | float | bool
#: (factor, level) in the order of ``ordered``
Levels = tuple[tuple[str, Level], ...]

EXTRACTOR, INPUT_SIZE, CLUSTERER, PROJECTION, ATTRIBUTION = (
    "extractor", "input_size", "clusterer", "projection", "attribution",
)  # fmt: skip

#: what a measure varies over one set of features or one network: a reading of a row, no row of its own
WITHIN = (PROJECTION, ATTRIBUTION)
_FIRST = {name: place for place, name in enumerate((EXTRACTOR, INPUT_SIZE))}
_LAST = {name: place for place, name in enumerate((CLUSTERER, *WITHIN), start=3)}


@dataclass(frozen=True, slots=True)
class LevelTitle:
    """How a level is called: by itself, and in the title of a metric (``{in_level}``, ``{of_level}``)."""

    title: str
    in_level: str = ""
    of_level: str = ""


#: titles of known levels, by factor, in reading order; a level that is not here is called by its own name
LEVELS: Mapping[str, Mapping[str, LevelTitle]] = {
    CLUSTERER: {"kmeans": LevelTitle(N_("k-means")), "gmm_full": LevelTitle(N_("GMM (full)"))},
    PROJECTION: {
        "pca": LevelTitle(N_("PCA"), N_("in the PCA plane"), N_("of the PCA plane")),
        "tsne": LevelTitle(N_("t-SNE"), N_("in the t-SNE plane"), N_("of the t-SNE plane")),
        "umap": LevelTitle(N_("UMAP"), N_("in the UMAP plane"), N_("of the UMAP plane")),
        "isomap": LevelTitle(N_("Isomap"), N_("in the Isomap plane"), N_("of the Isomap plane")),
        "spectral": LevelTitle(
            N_("spectral embedding"), N_("in the spectral plane"), N_("of the spectral plane")
        ),
    },
    ATTRIBUTION: {
        "grad_cam": LevelTitle(N_("Grad-CAM"), "", N_("of Grad-CAM")),
        "integrated_gradients": LevelTitle(N_("Integrated Gradients"), "", N_("of Integrated Gradients")),
        "occlusion": LevelTitle(N_("occlusion"), "", N_("of occlusion")),
    },
}

#: how a level that is not in ``LEVELS`` stands in the title of a metric, by factor: in it, of it
OTHER_LEVEL: Mapping[str, tuple[str, str]] = {
    PROJECTION: (N_("in the plane of {level}"), N_("of the plane of {level}")),
}


def ordered(levels: Iterable[tuple[str, Level]]) -> Levels:
    """Extractor and input size first, settings and others by name, then clusterer and what is within."""
    return tuple(sorted(levels, key=lambda pair: (_FIRST.get(pair[0], _LAST.get(pair[0], 2)), pair[0])))


def encode_levels(levels: Iterable[tuple[str, Level]]) -> str:
    """Levels as canonical JSON, "" for none: a column of the store's rows."""
    values = dict(levels)
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if values else ""


def decode_levels(text: str) -> Levels:
    """Read what ``encode_levels`` wrote. Raises ValueError."""
    if not text:
        return ()
    values = parse_json(text)
    if not isinstance(values, dict) or not all(
        isinstance(v, str | int | float | bool) for v in values.values()
    ):
        raise ValueError("levels must be names with numbers or texts")
    return ordered(values.items())


def subject_id(levels: Iterable[tuple[str, Level]]) -> str:
    """Name a subject by its levels: extractor, ``@`` size, ``[`` settings ``]``, ``+`` clusterer."""
    values = dict(levels)
    name = str(values.pop(EXTRACTOR, ""))
    size, clusterer = values.pop(INPUT_SIZE, None), values.pop(CLUSTERER, None)
    for factor in WITHIN:
        values.pop(factor, None)
    settings = ",".join(f"{factor}={shown_level(level)}" for factor, level in sorted(values.items()))
    return (
        name
        + (f"@{size}" if size is not None else "")
        + (f"[{settings}]" if settings else "")
        + (f"+{clusterer}" if clusterer is not None else "")
    )


def parse_subject(identity: str) -> Levels:
    """Undo ``subject_id``, all levels but the input size as text."""
    match = _SUBJECT.fullmatch(identity)
    if match is None:
        return ((EXTRACTOR, identity),)
    name, size, settings, clusterer = match.groups()
    levels: list[tuple[str, Level]] = [(EXTRACTOR, name)]
    levels += [(INPUT_SIZE, int(size))] if size else []
    pairs = (setting.partition("=") for setting in (settings or "").split(","))
    levels += [(factor, level) for factor, _, level in pairs if factor]
    levels += [(CLUSTERER, clusterer)] if clusterer else []
    return ordered(levels)


_SUBJECT = re.compile(r"([^@\[+]*)(?:@(\d+))?(?:\[(.*)\])?(?:\+(.*))?")


def shown_level(level: Level) -> str:
    """A level as text: ``true``, ``0.5``, ``12``, ``full``; a whole number as such, whatever its type."""
    if isinstance(level, float) and level.is_integer():
        level = int(level)
    return str(level).lower() if isinstance(level, bool) else str(level)


def in_order(level: Level | None) -> tuple[int, float, str]:
    """Sorts levels of one factor: none, numbers, texts."""
    if level is None:
        return 0, 0.0, ""
    return (2, 0.0, level) if isinstance(level, str) else (1, float(level), "")


def level_title(factor: str, level: Level) -> str:
    """What a level is called, as a message; one that is not known, by its own name."""
    known = LEVELS.get(factor, {}).get(str(level))
    return known.title if known else shown_level(level)


def in_reading_order(factor: str, levels: Iterable[Level]) -> tuple[Level, ...]:
    """Known levels as ``LEVELS`` has them, others after them by name."""
    known = list(LEVELS.get(factor, ()))
    return tuple(
        sorted(set(levels), key=lambda x: (known.index(str(x)) if x in known else len(known), str(x)))
    )
