"""Writers: one finished :class:`~fxreport.report.model.Document` as Markdown, HTML or PDF.

They compute nothing: what a reader sees is the document's own text, laid out by the templates.
"""

from __future__ import annotations

from fxreport.report.render.environment import REQUIRED_LABELS
from fxreport.report.render.files import write_text
from fxreport.report.render.html import render_html
from fxreport.report.render.markdown import render_markdown
from fxreport.report.render.pdf import write_pdf

__all__ = ["REQUIRED_LABELS", "render_html", "render_markdown", "write_pdf", "write_text"]
