"""Small pictures of test images on one sheet: made by the runner, kept in the store, shown by the report.

Extractors that project the same images share one sheet, so it must depend on the images alone.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: names of the sheet's arrays in the store
SHEET, POSITIONS, GRID = "thumbnails", "thumbnail_positions", "thumbnail_grid"

MOST_IMAGES = 1000
#: larger images are shrunk to this many pixels on their longer side
_MOST_PIXELS = 32
#: a sheet holds no more bytes than this
BUDGET = 500_000
_JPEG_QUALITIES = (90, 80, 70, 60, 50)
# Tiles begin at multiples of JPEG's block of 8 pixels: none bleeds into its neighbour.
_BLOCK = 8
_PNG_MAGIC = b"\x89PNG"


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A picture of tiles in rows of ``columns``, each ``cell`` pixels square with the image top left.

    ``positions`` (k,): which image of the test sample each tile shows; ``width`` and ``height``: of an image.
    """

    picture: bytes
    positions: NDArray[np.int32]
    cell: int
    width: int
    height: int
    columns: int

    @property
    def mime(self) -> str:
        return "image/png" if self.picture.startswith(_PNG_MAGIC) else "image/jpeg"

    @property
    def data_url(self) -> str:
        return f"data:{self.mime};base64,{base64.b64encode(self.picture).decode('ascii')}"

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The sheet as the store keeps it."""
        return {
            SHEET: np.frombuffer(self.picture, dtype=np.uint8),
            POSITIONS: self.positions,
            GRID: np.array((self.cell, self.width, self.height, self.columns), dtype=np.int32),
        }


def kept_sheet(arrays: Mapping[str, NDArray[Any]]) -> Sheet | None:
    """The sheet among an experiment's arrays; None where none was kept."""
    if not {SHEET, POSITIONS, GRID} <= set(arrays):
        return None
    cell, width, height, columns = (int(n) for n in arrays[GRID])
    return Sheet(arrays[SHEET].tobytes(), arrays[POSITIONS], cell, width, height, columns)


def make_sheet(images: NDArray[np.uint8], positions: NDArray[np.integer]) -> Sheet:
    """Lay the images (n, height, width, 1 or 3) uint8 at ``positions`` (k,) out on a sheet within the budget.

    Lossless where that fits, else JPEG of the highest quality that does, else of fewer images: every second,
    every fourth…
    """
    tiles = _shrunk(images[positions])
    step = 1
    while True:
        sheet = _laid_out(tiles[::step], np.asarray(positions[::step], dtype=np.int32))
        if len(sheet.picture) <= BUDGET or len(sheet.positions) <= 1:
            return sheet
        step *= 2


def _shrunk(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    from PIL import Image

    height, width = images.shape[1:3]
    longer = max(height, width)
    if longer <= _MOST_PIXELS:
        return images
    size = max(1, round(width * _MOST_PIXELS / longer)), max(1, round(height * _MOST_PIXELS / longer))
    flat = images[..., 0] if images.shape[-1] == 1 else images
    small = [np.asarray(Image.fromarray(one).resize(size, Image.Resampling.BOX)) for one in flat]
    return np.stack(small).reshape(len(images), size[1], size[0], images.shape[-1])


def _laid_out(tiles: NDArray[np.uint8], positions: NDArray[np.int32]) -> Sheet:
    count, height, width, channels = tiles.shape
    cell = math.ceil(max(height, width) / _BLOCK) * _BLOCK
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, cell, cell, channels), dtype=np.uint8)
    cells[:count] = np.pad(
        tiles, ((0, 0), (0, cell - height), (0, cell - width), (0, 0)), mode="edge"
    )  # a sharp edge inside a block would ring into the image
    plane = cells.reshape(rows, columns, cell, cell, channels).swapaxes(1, 2)
    picture = _encoded(plane.reshape(rows * cell, columns * cell, channels))
    return Sheet(picture, positions, cell, width, height, columns)


def _encoded(plane: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    picture = Image.fromarray(plane[..., 0] if plane.shape[-1] == 1 else plane)
    data = _saved(picture, "PNG", optimize=True)
    for quality in _JPEG_QUALITIES:
        if len(data) <= BUDGET:
            break
        # subsampled colour comes in blocks of 16 pixels, which may hold parts of two tiles
        data = _saved(picture, "JPEG", quality=quality, subsampling=0)
    return data


def _saved(picture: Any, format_: str, **options: Any) -> bytes:
    sink = io.BytesIO()
    picture.save(sink, format_, **options)
    return sink.getvalue()
