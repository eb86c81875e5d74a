"""The fonts of the PDF: DejaVu, as matplotlib ships it, so that every machine sets the same page."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fxreport.vocabulary.errors import OutputError

_FACES = (
    ("DejaVuSans.ttf", "normal", "normal"),
    ("DejaVuSans-Bold.ttf", "bold", "normal"),
    ("DejaVuSans-Oblique.ttf", "normal", "italic"),
)
#: the style sheet's name, and the name that figures with text in them ask for
_FAMILIES = ("Report", "DejaVu Sans")


@cache
def font_folder() -> Path:
    """Matplotlib's folder of TTF files, found without importing matplotlib (0.3 s). Raises OutputError."""
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise OutputError("PDF needs matplotlib's fonts: install matplotlib, or leave out pdf")
    return Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


def font_faces() -> str:
    """``@font-face`` rules with file URLs. Raises OutputError where a font is missing."""
    rules = []
    for file, weight, style in _FACES:
        path = font_folder() / file
        if not path.is_file():
            raise OutputError(f"PDF needs the font {path}: reinstall matplotlib, or leave out pdf")
        for family in _FAMILIES:
            look = f"font-weight: {weight}; font-style: {style}"
            rules.append(f'@font-face {{ font-family: "{family}"; src: url("{path.as_uri()}"); {look} }}')
    return "\n".join(rules)
