"""One picture: read from a file of any usual format, upright, opaque, in 8 bits, in one size."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fxreport.vocabulary.errors import DataUnavailable, SourceError
from fxreport.vocabulary.text import shown_path

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

#: endings of the files that are read
SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif", ".ppm",
     ".pgm", ".pbm", ".pnm")
)  # fmt: skip
#: endings of pictures that are not: listed as left out, so that nobody takes them for read
UNREAD = frozenset(
    (".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".svg", ".psd", ".xcf", ".eps", ".tga", ".ico",
     ".pcx", ".raw", ".cr2", ".cr3", ".nef", ".arw", ".dng", ".orf", ".exr", ".hdr", ".dcm", ".webm", ".mp4")
)  # fmt: skip
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "DIB", "TIFF", "GIF", "PPM")
_MODES = {1: "L", 3: "RGB"}
_GREY = frozenset({"1", "L", "LA", "La", "I", "F"})


def read_image(file: Path, size: int, channels: int) -> NDArray[np.uint8]:
    """Read a picture as (size, size, channels); of several in one file the first.

    A damaged one, and one whose levels have no known scale, raises DataUnavailable, which names it.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with _opening(file) as picture:
            picture.load()
            return fitted(picture, size, channels)
    except Image.DecompressionBombError:
        reason = f"it has more than {2 * (Image.MAX_IMAGE_PIXELS or 0):,} pixels"
    except UnidentifiedImageError:
        reason = "it is no picture of a format that is read, or damaged at its beginning"
    except SourceError as error:
        reason = str(error)
    except OSError as error:
        reason = error.strerror or " ".join(str(error).split())
    except (ValueError, SyntaxError, EOFError, MemoryError) as error:
        # Pillow tells of a broken PNG chunk with a SyntaxError
        reason = " ".join(str(error).split()) or type(error).__name__
    raise DataUnavailable(
        f"The image {shown_path(file)} cannot be read ({reason}): replace it or take it away."
    )


def look_at(file: Path) -> tuple[int, bool] | None:
    """Return a picture's shorter side in pixels and whether it is in colour, by its header.

    None where it cannot be read.
    """
    from PIL import Image

    try:
        with _opening(file) as picture:
            return min(picture.size), not (picture.mode in _GREY or picture.mode.startswith("I;"))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None


def fitted(picture: Picture, size: int, channels: int) -> NDArray[np.uint8]:
    """Return a loaded picture as (size, size, channels): turned by its EXIF tag, laid on white, resized.

    Aspect is not kept; the filter is Pillow's antialiased bilinear one. Raises SourceError for levels without
    a known scale, ValueError for a colour space that cannot be converted.
    """
    from PIL import Image, ImageOps

    upright = _opaque(_in_8_bits(ImageOps.exif_transpose(picture), picture.format)).convert(_MODES[channels])
    resized = upright.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(resized, np.uint8).reshape(size, size, channels)


@contextmanager
def _opening(file: Path) -> Iterator[Picture]:
    """Open a picture. Truncation is an error, and a large one that Pillow opens no cause for a warning.

    Once WeasyPrint is loaded, Pillow fills up truncated files everywhere in the process; not here.
    """
    from PIL import Image, ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's on size, on damaged EXIF, on palettes
            with Image.open(file, formats=_FORMATS) as picture:
                yield picture
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _in_8_bits(picture: Picture, format_: str | None) -> Picture:
    """A grey picture of 16 bits by its upper ones, which Pillow takes of a coloured one by itself."""
    from PIL import Image

    if picture.mode == "F" or (picture.mode == "I" and format_ not in ("PNG", "PPM")):
        raise SourceError("its levels have 32 bits and no known scale; save it with 8 or 16")
    if not picture.mode.startswith("I"):
        return picture
    levels = np.asarray(picture).astype(np.int64) >> 8
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def _opaque(picture: Picture) -> Picture:
    from PIL import Image

    if not picture.has_transparency_data:
        return picture
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
