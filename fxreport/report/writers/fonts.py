"""The document's faces, which come with the package; for what they lack, DejaVu, from matplotlib."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fxreport.system.resources import resource
from fxreport.vocabulary.errors import OutputError

#: file's stem in ``templates/fonts``, family, weight
_FACES = (
    ("sans-regular", "Report Sans", "normal"),
    ("sans-bold", "Report Sans", "bold"),
    ("serif-regular", "Report Serif", "normal"),
    ("serif-bold", "Report Serif", "bold"),
)
_FALLBACK = (("DejaVuSans", "DejaVu Sans", "normal"), ("DejaVuSans-Bold", "DejaVu Sans", "bold"))


def own_fonts() -> Path:
    """Our folder of fonts, each as TTF and as WOFF2."""
    return resource("templates", "fonts")


@cache
def fallback_fonts() -> Path:
    """Matplotlib's folder of TTF files, found without importing matplotlib (0.3 s). Raises OutputError."""
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise OutputError("PDF needs matplotlib's fonts: install matplotlib, or leave out pdf")
    return Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


def font_faces() -> str:
    """``@font-face`` rules with file URLs. Raises OutputError where a font is missing."""
    rules = []
    for folder, faces in ((own_fonts(), _FACES), (fallback_fonts(), _FALLBACK)):
        for stem, family, weight in faces:
            path = folder / f"{stem}.ttf"
            if not path.is_file():
                raise OutputError(f"PDF needs the font {path}: reinstall its package, or leave out pdf")
            rules.append(_rule(family, weight, path.as_uri()))
    return "\n".join(rules)


def web_faces() -> dict[tuple[str, str], Path]:
    """The files of our fonts for a page, by family and weight."""
    return {(family, weight): own_fonts() / f"{stem}.woff2" for stem, family, weight in _FACES}


@cache
def embedded_faces() -> str:
    """``@font-face`` rules that hold the fonts: a page with them asks for no file."""
    rules = []
    for (family, weight), path in web_faces().items():
        data = b64encode(path.read_bytes()).decode()
        rules.append(_rule(family, weight, f"data:font/woff2;base64,{data}"))
    return "\n".join(rules) + "\n"


def _rule(family: str, weight: str, url: str) -> str:
    return f'@font-face {{ font-family: "{family}"; src: url("{url}"); font-weight: {weight} }}'
