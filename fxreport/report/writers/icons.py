"""Icons: ``templates/icons/*.svg``, each a 16×16 drawing in ``currentColor``."""

from __future__ import annotations

import re
from functools import cache

from fxreport.system.resources import resource

SIZE = 16


@cache
def shapes(name: str) -> str:
    """What stands inside the icon's ``<svg>`` element."""
    text = resource("templates", "icons", f"{name}.svg").read_text("utf-8")
    return re.sub(r"</?svg\b[^>]*>", "", text).strip()


@cache
def symbols() -> str:
    """A hidden SVG that defines each icon once, as ``icon-<name>``, for ``<use>``."""
    names = sorted(path.stem for path in resource("templates", "icons").glob("*.svg"))
    defined = (f'<symbol id="icon-{n}" viewBox="0 0 {SIZE} {SIZE}">{shapes(n)}</symbol>' for n in names)
    return f'<svg class="symbols" aria-hidden="true">{"".join(defined)}</svg>'


def icon_svg(name: str, colour: str) -> str:
    """The icon as a picture of its own, where ``currentColor`` has nothing to take its colour from."""
    return _svg(SIZE, shapes(name).replace("currentColor", colour))


def stars_svg(count: int, of: int, *, on: str, off: str) -> str:
    """``of`` stars in a row, the first ``count`` of them in the colour ``on``."""
    star = shapes("star")
    earned, missing = (star.replace("currentColor", colour) for colour in (on, off))
    row = (f'<g transform="translate({i * SIZE})">{earned if i < count else missing}</g>' for i in range(of))
    return _svg(SIZE * of, "".join(row))


def _svg(width: int, content: str) -> str:
    size = f'width="{width}" height="{SIZE}" viewBox="0 0 {width} {SIZE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{content}</svg>'
