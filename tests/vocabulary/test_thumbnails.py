"""The sheet of small pictures: every tile is its image, within the budget, whatever the images are."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fxreport.vocabulary.thumbnails import BUDGET, GRID, Sheet, kept_sheet, make_sheet


def tiles(sheet: Sheet) -> NDArray[np.uint8]:
    """(k, height, width, channels) as the view cuts them out."""
    picture = np.asarray(Image.open(io.BytesIO(sheet.picture)))
    picture = picture[..., None] if picture.ndim == 2 else picture
    places = [divmod(k, sheet.columns) for k in range(len(sheet.positions))]
    return np.stack(
        [picture[r * sheet.cell :, c * sheet.cell :][: sheet.height, : sheet.width] for r, c in places]
    )


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (32, 32, 3), (5, 11, 3)])
def test_small_images_come_back_as_they_were(shape: tuple[int, int, int]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, *shape), dtype=np.uint8)
    positions = np.array([3, 39, 0, 17, 8])
    sheet = make_sheet(images, positions)
    assert sheet.mime == "image/png"
    assert sheet.positions.tolist() == positions.tolist()
    np.testing.assert_array_equal(tiles(sheet), images[positions])


def test_what_is_too_large_becomes_jpeg_whose_tiles_do_not_bleed() -> None:
    """Flat tiles among noise: a neighbour's pixels in them would show."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (900, 28, 28, 3), dtype=np.uint8)
    flat = np.arange(0, 900, 7)
    images[flat] = rng.integers(0, 256, (len(flat), 1, 1, 3), dtype=np.uint8)
    sheet = make_sheet(images, np.arange(900))
    assert sheet.mime == "image/jpeg"
    assert len(sheet.picture) <= BUDGET
    shown = dict(zip(sheet.positions.tolist(), tiles(sheet).astype(int), strict=True))
    kept = [i for i in flat.tolist() if i in shown]
    assert len(kept) > 20
    assert max(np.abs(shown[i] - images[i]).max() for i in kept) <= 12


def test_large_images_are_shrunk_in_proportion() -> None:
    images = np.zeros((3, 64, 128, 3), dtype=np.uint8)
    images[:, :, 64:] = 200
    sheet = make_sheet(images, np.arange(3))
    assert (sheet.height, sheet.width) == (16, 32)
    assert tiles(sheet)[0, 8, (3, 28), 0].tolist() == [0, 200]


def test_a_sheet_depends_on_the_images_alone_and_is_read_back() -> None:
    images = np.random.default_rng(2).integers(0, 256, (30, 8, 8, 1), dtype=np.uint8)
    sheet, again = (make_sheet(images, np.arange(0, 30, 2)) for _ in range(2))
    assert sheet.picture == again.picture
    back = kept_sheet(sheet.arrays())
    assert back is not None
    assert (back.picture, back.data_url) == (sheet.picture, sheet.data_url)
    np.testing.assert_array_equal(tiles(back), tiles(sheet))
    assert kept_sheet({}) is None
    assert kept_sheet({name: a for name, a in sheet.arrays().items() if name != GRID}) is None
