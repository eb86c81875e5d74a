"""From a matplotlib figure to an SVG string that can stand alone or inside an HTML page beside others."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from xml.etree import ElementTree

from fxreport.report.figures.style import FONT_FAMILY, house_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL import Image

_D = TypeVar("_D")

RASTER_DPI = 160
FEW_COLORS, MANY_COLORS = 48, 256
"""Palettes of rasterised parts: of scatter plots, and of small photographs."""

#: colours that a PNG's palette holds
_MOST_INDEXED = 256

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_GROUP, _PATH, _DEFS = f"{{{_SVG}}}g", f"{{{_SVG}}}path", f"{{{_SVG}}}defs"
_HREF = f"{{{_XLINK}}}href"
_PNG = "data:image/png;base64,"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LONG_FRACTION = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_FACTORS = re.compile(r"^(matrix|scale)\(")
_AROUND_COMMAND = re.compile(r"\s*([A-Za-z])\s*")
_ONE_MOVE = re.compile(r"\s*M[-\d.e\s]*$")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_TURN = re.compile(r"^rotate\(-?0 [^)]*\)$")
#: what an attribute says that is not there; matplotlib sets them on the innermost element only
_INITIAL = {"text-anchor": "start", "stroke-dashoffset": "0"}
_GEOMETRY = ("d", "transform", "x", "y", "width", "height", "x1", "x2", "y1", "y2")


def drawing(colors: int = 0) -> Callable[[Callable[[_D], Figure]], Callable[[_D], str]]:
    """Of a function that composes a figure, one that gives its SVG in the house style.

    :param colors: store rasterised parts with a palette of so many colours; 0 keeps them all
    """

    def decorate(compose: Callable[[_D], Figure]) -> Callable[[_D], str]:
        @wraps(compose)
        def draw(data: _D) -> str:
            with house_style():
                return to_svg(compose(data), colors=colors)

        return draw

    return decorate


def to_svg(figure: Figure, *, colors: int = 0) -> str:
    """Lay the figure out and draw it.

    The same figure gives the same bytes in every process: no date, no program's name, ids made from the
    content. The font family stands on the root only, where a style sheet can replace it.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    lay_out(figure)
    stream = io.StringIO()
    FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None})  # type: ignore[no-untyped-call]
    drawn = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", stream.getvalue())
    return _text(_clean(ElementTree.fromstring(drawn), colors)) + "\n"  # nosec B314  # drawn just now


def lay_out(figure: Figure) -> None:
    """Give all axes their places, for good.

    The solver's last digits follow from addresses in memory: they are cut off.
    """
    layout = figure.get_layout_engine()
    if layout is not None and figure.axes:
        layout.execute(figure)
    for axes in figure.axes:
        left, bottom, width, height = (round(x, 6) for x in axes.get_position(original=True).bounds)
        axes.set_position((left, bottom, width, height))
    figure.set_layout_engine("none")


def _clean(root: ElementTree.Element, colors: int) -> ElementTree.Element:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}metadata" or (
                # A rule for "*" would reach out of an inlined figure into the page.
                child.tag == f"{{{_SVG}}}defs" and len(child) == 1 and child[0].tag == f"{{{_SVG}}}style"
            ):
                parent.remove(child)
    _style_as_attributes(root)
    _drop_idle(root)
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    root.set("font-family", FONT_FAMILY)
    root.set("role", "img")

    used: set[str] = set()
    for element in root.iter():
        element.text = element.text if element.text and element.text.strip() else None
        element.tail = None
        used.update(_REFERENCE.findall(" ".join(element.attrib.values())))
        if element.get(_HREF, "").startswith("#"):
            used.add(element.get(_HREF, "")[1:])
        if element.tag == f"{{{_SVG}}}image" and element.get(_HREF, "").startswith(_PNG):
            element.set(_HREF, _PNG + _compress(element.get(_HREF, "").removeprefix(_PNG), colors))
        for name in _GEOMETRY:
            if name in element.attrib:
                value = element.attrib[name]
                element.set(name, _LONG_FRACTION.sub(_finer if _FACTORS.match(value) else _round, value))
        if "d" in element.attrib:
            element.set("d", _AROUND_COMMAND.sub(r"\1", element.attrib["d"]))
        for name, value in _INITIAL.items():
            if element.get(name) == value:
                del element.attrib[name]
    for element in root.iter():
        if element.get("id") is not None and element.get("id") not in used:
            del element.attrib["id"]
    return root


def _style_as_attributes(root: ElementTree.Element) -> None:
    """Presentation attributes instead of ``style``: shorter, and no page's CSS parser complains of them."""
    for element in root.iter():
        for declaration in element.attrib.pop("style", "").split(";"):
            name, _, value = (part.strip() for part in declaration.partition(":"))
            if name and name != "font-family":
                element.set(name, value)
        if _NO_TURN.match(element.get("transform", "")):
            del element.attrib["transform"]


def _drop_idle(root: ElementTree.Element) -> None:
    """Remove groups that only hold others, and paths that paint nothing."""

    def kept(element: ElementTree.Element) -> list[ElementTree.Element]:
        inner = [k for child in element for k in kept(child)]
        element[:] = inner
        if element.tag == _GROUP and (not inner or set(element.attrib) <= {"id"}):
            return inner
        idle = element.tag == _PATH and (
            (element.get("fill") == "none" and "stroke" not in element.attrib)
            or _ONE_MOVE.match(element.get("d", "")) is not None
        )
        return [] if idle else [element]

    root[:] = [k for child in root for k in kept(child) if k.tag != _DEFS or len(k)]


def _round(match: re.Match[str]) -> str:
    """To a hundredth of a point, which is finer than any printer."""
    return _shortest(float(match[0]), 2)


def _finer(match: re.Match[str]) -> str:
    """A factor: it scales pictures of a thousand pixels, whose far edge then moves by a hundredth."""
    return _shortest(float(match[0]), 5)


def _shortest(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _compress(encoded: str, colors: int) -> str:
    """The same pixels in fewer bytes, without the metadata of whatever wrote them."""
    from PIL import Image

    picture: Image.Image = Image.open(io.BytesIO(base64.b64decode(encoded)))
    if picture.mode == "RGBA" and colors:
        picture = picture.quantize(colors, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    elif picture.mode == "RGBA":
        indexed = _indexed(picture)
        if indexed is not None:
            picture = indexed
        elif picture.getchannel("A").getextrema() == (255, 255):
            picture = picture.convert("RGB")
    stream = io.BytesIO()
    picture.save(stream, format="PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _indexed(picture: Image.Image) -> Image.Image | None:
    """The same pixels as numbers of a palette; None where they have more colours than one holds."""
    import numpy as np
    from PIL import Image

    pixels = np.ascontiguousarray(picture)
    packed = pixels.view("<u4")[..., 0]
    found, numbers = np.unique(packed, return_inverse=True)
    if len(found) > _MOST_INDEXED:
        return None
    colors = found.astype("<u4").view(np.uint8).reshape(-1, 4)
    indexed = Image.fromarray(numbers.reshape(packed.shape).astype(np.uint8), "P")
    indexed.putpalette(colors[:, :3].tobytes())
    if colors[:, 3].min() < 255:
        indexed.info["transparency"] = colors[:, 3].tobytes()
    return indexed


def _text(root: ElementTree.Element) -> str:
    # Registered each time: the registry is the whole process's, and WeasyPrint changes it too.
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    return ElementTree.tostring(root, encoding="unicode")
