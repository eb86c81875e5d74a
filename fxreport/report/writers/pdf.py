"""PDF through WeasyPrint: A4, tagged (PDF/UA-1), the same bytes for the same document."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from fxreport.report.model import Document, Figure
from fxreport.report.writers.files import write_bytes
from fxreport.report.writers.fonts import fallback_fonts, font_faces, own_fonts
from fxreport.report.writers.html import render_print_html
from fxreport.report.writers.icons import icon_svg, stars_svg
from fxreport.report.writers.tags import finish_tags
from fxreport.report.writers.walk import blocks
from fxreport.system.resources import resource
from fxreport.vocabulary.errors import OutputError

VARIANT = "pdf/ua-1"
STAR_ON, STAR_OFF = "#8a5200", "#d5d8da"


def write_pdf(document: Document, path: Path) -> None:
    """Lay the document out and write it to ``path``. Figures are taken from the document, not from files.

    Raises OutputError where the file cannot be written or WeasyPrint's system libraries are missing.
    """
    write_bytes(path, render_pdf(document))


def get_ready() -> None:
    """Load what laying out needs. Raises OutputError where WeasyPrint's system libraries are missing."""
    weasyprint()


def render_pdf(document: Document) -> bytes:
    """The PDF's bytes. Raises OutputError where WeasyPrint's system libraries are missing."""
    with _paused_garbage_collection():
        laid_out = lay_out(document)
        with _fixed_font_dates(document):
            data: bytes = laid_out.write_pdf(pdf_variant=VARIANT, finisher=finish_tags)
    return data


def lay_out(document: Document) -> Any:
    """The pages, as a ``weasyprint.Document``."""
    library = weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    fetcher = _fetcher(document)
    fonts = FontConfiguration()
    style = font_faces() + resource("templates", "print.css").read_text("utf-8") + f"\n{document.look.style}"
    sheet = library.CSS(string=style, base_url="print:", font_config=fonts, url_fetcher=fetcher)
    page = library.HTML(string=render_print_html(document), base_url="print:", url_fetcher=fetcher)
    return page.render(stylesheets=[sheet], font_config=fonts, pdf_variant=VARIANT)


def weasyprint() -> ModuleType:
    """The library. Raises OutputError where its system libraries are missing."""
    # On a missing library WeasyPrint prints an essay to stdout, which belongs to the paths written.
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint as module
    except OSError as error:
        raise OutputError(
            "PDF needs the Pango library, which is missing: install it (Debian and Ubuntu: "
            "apt install libpangoft2-1.0-0; macOS: brew install pango), or leave out pdf"
        ) from error
    library: ModuleType = module
    return library


def _fetcher(document: Document) -> Any:
    """Serves ``figure:``, ``icon:``, ``stars:`` from memory and our font files; no host is asked."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    figures = {block.id: block.svg for block in blocks(document) if isinstance(block, Figure)}
    inside = ("data:", *(f"{folder.as_uri()}/" for folder in (own_fonts(), fallback_fonts())))

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(inside):  # "data:": pictures inside a figure
                return super().fetch(url, headers)
            return URLFetcherResponse(url, _picture(url, figures), {"Content-Type": "image/svg+xml"})

    return Fetcher()


def _picture(url: str, figures: dict[str, str]) -> bytes:
    scheme, _, rest = url.partition(":")
    name, _, option = rest.partition("/")
    match scheme:
        case "figure" if rest in figures:
            svg = figures[rest]
        case "icon":
            svg = icon_svg(name, f"#{option}")
        case "stars":
            svg = stars_svg(int(name), int(option), on=STAR_ON, off=STAR_OFF)
        case _:
            raise ValueError(f"a report asks for nothing outside itself: {url}")
    return svg.encode("utf-8")


@contextlib.contextmanager
def _paused_garbage_collection() -> Iterator[None]:
    """A layout is one graph that lives to its end: collecting in between finds little and costs a fifth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextlib.contextmanager
def _fixed_font_dates(document: Document) -> Iterator[None]:
    """Let fontTools write the document's date, and not the build's, into the font subsets."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    if before is None:
        os.environ[name] = str(epoch(document.created))
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)


def epoch(created: str) -> int:
    """Seconds of an ISO date; a document without one gets a constant of its own."""
    if not re.match(r"\d{4}-\d\d-\d\d", created):
        return 0
    when = datetime.fromisoformat(created)
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
