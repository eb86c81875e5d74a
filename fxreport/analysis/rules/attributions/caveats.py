"""What a passed check of attributions does not show, as sentences beside the claim that tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from fxreport.analysis.claims import N_, Derived, Names, Param, Phrase, Verbatim
from fxreport.analysis.context import Context
from fxreport.vocabulary.metrics import at

#: cells across a network's last map up to which maps made of it name hardly a place
COARSE = 4

_GRAD_CAM, _OCCLUSION = "grad_cam", "occlusion"
_FAVOURED = N_(
    " Deletion and insertion cover pixels in the way in which occlusion does, and so favour it: that its maps are better is not "
    "shown."
)
_IMAGES = N_(" Checked on {fewest} images a run.")
_IMAGES_RANGE = N_(" Checked on {fewest} to {most} images a run.")
_COARSE = N_(
    " Grad-CAM names no finer places than the cells of the last map, {least_side} × {least_side} of {coarse_names}."
)

#: a network's run on an image set with one method: (image set, variant, method)
Cell = tuple[str, str, str]


def favoured(methods: Iterable[str]) -> dict[str, Param]:
    """Placeholder ``favoured``: that the check with covered pixels is made like occlusion, where that is first."""
    return {"favoured": Phrase(_FAVOURED) if _OCCLUSION in methods else Verbatim("")}


def images_checked(context: Context, cells: Sequence[Cell]) -> dict[str, Param]:
    """Placeholder ``images``: on how many images the checks of these cells rest; empty where it is not known."""
    samples = [context.study.samples[d, v, at("gain", attribution=m)] for d, v, m in cells]
    counts = [sample.n for sample in samples if sample.n]
    if not counts:
        return {"images": Verbatim("")}
    return {
        "images": Phrase(_IMAGES if len(set(counts)) == 1 else _IMAGES_RANGE),
        "fewest": Derived(min(counts), "integer"),
        "most": Derived(max(counts), "integer"),
    }


def coarse(context: Context, cells: Sequence[Cell]) -> dict[str, Param]:
    """Placeholder ``coarse``: how few places Grad-CAM can name, where it is among the methods; else empty.

    Of the network with the smallest last map that is known.
    """
    sides: dict[int, list[str]] = {}
    for dataset, variant, method in cells:
        if method == _GRAD_CAM:
            for _, arrays in context.kept(dataset, variant, "layers/size"):
                maps = [int(side) for side in np.asarray(arrays["layers/size"]) if side > 0]
                names = sides.setdefault(maps[-1], []) if maps else []
                if variant not in names:
                    names.append(variant)
    if not sides or min(sides) > COARSE:
        return {"coarse": Verbatim("")}
    least = min(sides)
    return {
        "coarse": Phrase(_COARSE),
        "least_side": Derived(least, "integer"),
        "coarse_names": Names(tuple(sides[least])),
    }
