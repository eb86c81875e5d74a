"""Colours as readers with other eyes, or with a black-and-white printer, see them.

    python tests/helpers/simulate_colours.py PICTURE.png [SHEET.png]

writes the picture and its four simulations onto one sheet, for a person to look at.

Protanopia, deuteranopia and tritanopia are simulated by the matrices for severity 1 of G. M. Machado,
M. M. Oliveira and L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision
Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, doi:10.1109/TVCG.2009.113,
on linear sRGB. Their model is made for red-green deficiencies; for tritanopia it is a rougher guide. Grey is
the relative luminance of WCAG 2. Differences are distances in OKLab (B. Ottosson 2020,
bottosson.github.io/posts/oklab), where black and white are 1 apart and about 0.02 can just be told.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.float64]
"""(…, 3): red, green and blue from 0 to 1."""

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
SIMULATIONS: dict[str, Colors] = {
    "normal": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ]),
    "grey": np.tile(LUMINANCE, (3, 1)),
}  # fmt: skip

_TO_CONES = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
_TO_LAB = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip


def parse(colors: Sequence[str]) -> Colors:
    """``#rrggbb`` texts as (n, 3)."""
    return np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colors])


def linear(colors: Colors) -> Colors:
    return np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)


def encoded(colors: Colors) -> Colors:
    """The inverse of ``linear``, cut to what a screen can show."""
    cut = np.clip(colors, 0, 1)
    return np.where(cut <= 0.0031308, cut * 12.92, 1.055 * cut ** (1 / 2.4) - 0.055)


def simulate(colors: Colors, kind: str) -> Colors:
    """The colours as seen with one of ``SIMULATIONS``."""
    return encoded(linear(colors) @ SIMULATIONS[kind].T)


def oklab(colors: Colors) -> Colors:
    """Lightness from 0 to 1, green-red and blue-yellow."""
    return np.cbrt(linear(colors) @ _TO_CONES.T) @ _TO_LAB.T


def differences(colors: Colors) -> Colors:
    """(n, n) distances in OKLab."""
    places = oklab(colors)
    return np.linalg.norm(places[:, None] - places[None], axis=-1)


def sheet(picture: Path, target: Path) -> None:
    """The picture and what is left of it under each simulation, each under its name."""
    from PIL import Image, ImageDraw, ImageFont

    with Image.open(picture) as opened:
        seen = np.asarray(opened.convert("RGBA").convert("RGB"), dtype=float) / 255
    height, width = seen.shape[:2]
    columns = 2 if width > height else 3
    line = 24
    rows = -(-len(SIMULATIONS) // columns)
    page = Image.new("RGB", (columns * width, rows * (height + line)), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size=16)
    for i, kind in enumerate(SIMULATIONS):
        left, top = (i % columns) * width, (i // columns) * (height + line)
        draw.text((left + 6, top + 3), kind, fill="black", font=font)
        shown = np.rint(simulate(seen, kind) * 255).astype(np.uint8)
        page.paste(Image.fromarray(shown), (left, top + line))
    page.save(target)


def main() -> int:
    match sys.argv[1:]:
        case [picture]:
            target = Path(picture).with_suffix(".simulated.png")
        case [picture, named]:
            target = Path(named)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    sheet(Path(picture), target)
    sys.stdout.write(f"{target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())


def contrast(one: str, other: str) -> float:
    """Of two colours ``#rrggbb``, as WCAG 2.2 defines it."""
    dark, light = sorted(float(linear(parse([color])[0]) @ LUMINANCE) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)
