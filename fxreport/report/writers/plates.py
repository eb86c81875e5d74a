"""A figure's drawing as a file: PDF, as WeasyPrint draws it in the PDF document, and pixels of that."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from functools import cache
from typing import Any

from fxreport.report.writers.fonts import font_faces
from fxreport.report.writers.pdf import weasyprint
from fxreport.vocabulary.errors import OutputError

#: pixels an inch: sharp on paper
_DENSITY = 220
_POINTS = 72
_VIEW_BOX = re.compile(r"""<svg\b[^>]*\bviewBox=["'][\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)["']""")


def pdf_of(svg: str) -> bytes:
    """One page as large as the drawing, in PDF. Raises OutputError where Pango is missing."""
    box = _VIEW_BOX.search(svg)
    width, height = (float(box[1]), float(box[2])) if box else (480.0, 360.0)
    rules = f"@page {{ size: {width}pt {height}pt; margin: 0 }} img {{ display: block; width: {width}pt }}"
    module = weasyprint()
    style = module.CSS(string=font_faces() + rules, font_config=_fonts())
    data = b64encode(svg.encode("utf-8")).decode()
    page = module.HTML(
        string=f'<body style="margin: 0"><img src="data:image/svg+xml;base64,{data}" alt=""/></body>'
    )
    made: bytes = page.write_pdf(stylesheets=[style], font_config=_fonts())
    return made


def png_of(svg: str) -> bytes:
    """The drawing in pixels. Raises OutputError where Pango or pypdfium2 is missing."""
    try:
        import pypdfium2
    except ImportError as error:
        raise OutputError("docx needs pypdfium2: pip install pypdfium2, or leave out docx") from error
    page = pypdfium2.PdfDocument(pdf_of(svg))[0]
    picture = page.render(scale=_DENSITY / _POINTS).to_pil()
    data = io.BytesIO()
    picture.save(data, "PNG", dpi=(_DENSITY, _DENSITY), optimize=True)
    return data.getvalue()


@cache
def _fonts() -> Any:
    weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()
