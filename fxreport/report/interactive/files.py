"""The files of the interactive views: their data as scripts, our script and style sheet, and Plotly's."""

from __future__ import annotations

import base64
import filecmp
import importlib.util
import json
import logging
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.report.anchors import slug
from fxreport.report.figures import style
from fxreport.report.interactive.model import Group, ProjectionView, TradeoffView, Views
from fxreport.report.writers.files import write_text
from fxreport.system.resources import resource
from fxreport.vocabulary.digits import meant
from fxreport.vocabulary.errors import OutputError

FOLDER = "interactive"
PLOTLY = "plotly.min.js"
#: of ours, as they stand in the templates
OWN = ("view.js", "view.css")
_INDEX = "index.js"
#: the variable that every file adds to
_VARIABLE = "fxreportView"
#: a coordinate's whole numbers run from 0 to here; the one above stands for none
_SCALE = 65_534
_NOWHERE = 65_535

#: Plotly's names of the house style's markers
_SYMBOLS = {
    "o": "circle",
    "s": "square",
    "^": "triangle-up",
    "D": "diamond",
    "v": "triangle-down",
    "P": "cross",
    "X": "x",
    "p": "pentagon",
    "<": "triangle-left",
    ">": "triangle-right",
    "h": "hexagon",
}

log = logging.getLogger("fxreport")


def plotly_script() -> Path | None:
    """Plotly's script inside the installed Python package, which is not imported; None where it is not."""
    found = importlib.util.find_spec("plotly")
    for folder in (found.submodule_search_locations or ()) if found else ():
        script = Path(folder) / "package_data" / PLOTLY
        if script.is_file():
            return script
    log.warning("no interactive views: the package plotly is not installed (pip install plotly)")
    return None


def write_views(views: Views, folder: Path, plotly: Path) -> list[Path]:
    """Write the views' files into ``folder`` and remove those of an earlier document. Raises OutputError."""
    texts = {folder / name: resource("templates", FOLDER, name).read_text("utf-8") for name in OWN}
    texts[folder / _INDEX] = index_script(views)
    for view in views.projections:
        texts[folder / _points_file(view.name)] = points_script(view)
    for stale in set(folder.glob("points-*.js")) - set(texts):
        if not stale.is_dir():
            stale.unlink(missing_ok=True)
    for path, text in texts.items():
        write_text(path, text)
    _copy(plotly, folder / PLOTLY)
    return [*texts, folder / PLOTLY]


def index_script(views: Views) -> str:
    """What is needed as soon as a view is opened: words, what there is, and the small data."""
    data = {
        "lang": views.lang,
        "decimal": views.decimal,
        "words": views.words,
        "sets": [
            {"name": view.name, "title": view.title, "file": _points_file(view.name)}
            for view in views.projections
        ],
        "tradeOff": None if views.trade_off is None else _trade_off(views.trade_off),
        "style": {
            "ink": style.INK,
            "rule": style.RULE,
            "grid": style.GRID,
            "paper": style.PAPER,
        },
        "points": {},
    }
    return f"window.{_VARIABLE} = {_json(data)};\n"


def points_script(view: ProjectionView) -> str:
    """An image set's points, arrays packed as base64 of little-endian integers."""
    data = {
        "title": view.title,
        "groups": [_group(group) for group in view.groups],
        "count": len(view.images),
        "images": _packed(view.images, "<i4"),
        **({"names": view.names} if view.names else {}),
        "classes": _packed(view.classes, "<i2"),
        "tiles": _packed(view.tiles, "<i2"),
        "methods": [{"name": name, "title": title} for name, title in view.methods.items()],
        "variants": [
            {
                "id": variant.id,
                "label": variant.label,
                "clusters": _packed(variant.clusters, "<i2"),
                "visible": {name: _packed(one, "<i1") for name, one in variant.visible.items()},
                "planes": {name: _packed(_whole(plane), "<u2") for name, plane in variant.planes.items()},
            }
            for variant in view.variants
        ],
        "sheet": None
        if view.sheet is None
        else {
            "url": view.sheet.data_url,
            "cell": view.sheet.cell,
            "width": view.sheet.width,
            "height": view.sheet.height,
            "columns": view.sheet.columns,
        },
    }
    return f"{_VARIABLE}.points[{_json(view.name)}] = {_json(data)};\n"


def _points_file(dataset: str) -> str:
    return f"points-{slug(dataset)}.js"


def _group(group: Group) -> dict[str, Any]:
    symbol = _SYMBOLS.get(group.symbol, "circle") + ("-open" if group.hollow else "")
    return {"label": group.label, "color": group.color, "symbol": symbol, "badge": group.badge}


def _trade_off(view: TradeoffView) -> dict[str, Any]:
    return {
        "groups": [_group(group) for group in view.groups],
        "timeAxis": view.time_axis,
        "qualityAxis": view.quality_axis,
        "sets": [
            {
                "title": one.title,
                "front": one.front,
                "dots": [
                    {
                        "group": dot.group,
                        "seconds": dot.seconds,
                        "quality": dot.quality,
                        "interval": dot.interval,
                        "lines": dot.lines,
                    }
                    for dot in one.dots
                ],
            }
            for one in view.sets
        ],
    }


def _whole(plane: NDArray[np.floating]) -> NDArray[np.integer]:
    """Coordinates (n, 2) in whole numbers, both axes in one scale and centred; y grows upwards."""
    x, y = plane.T.astype(np.float64)
    there = np.isfinite(x) & np.isfinite(y)
    whole = np.full(plane.shape, _NOWHERE, dtype=np.uint16)
    if there.any():
        x, y = x[there], y[there]
        extent = float(max(np.ptp(x), np.ptp(y))) or 1.0
        for axis, values in enumerate((x, y)):
            middle = (values.min() + values.max()) / 2
            whole[there, axis] = np.rint(((values - middle) / extent + 0.5) * _SCALE)
    return whole


def _packed(array: NDArray[Any], dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode("ascii")


def _json(value: object) -> str:
    return json.dumps(
        meant(value), ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")
    )


def _copy(source: Path, target: Path) -> None:
    """Copy a large file, unless the same one is there already."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        if target.is_file() and filecmp.cmp(source, target):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(source, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write {target}: {reason}; mend that or choose another --output") from error
