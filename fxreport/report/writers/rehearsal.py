"""Documents filled into their templates without a file being written: what would fail fails first."""

from __future__ import annotations

from collections.abc import Collection

from fxreport.report.editions import PAGE, TECHNICAL
from fxreport.report.model import Document, Figure
from fxreport.report.writers.contact_sheet import render_contact_sheet
from fxreport.report.writers.exchange import render_exchange_html
from fxreport.report.writers.html import render_html, render_print_html
from fxreport.report.writers.markdown import render_markdown
from fxreport.report.writers.walk import blocks

MARKDOWN, PDF, CONVERTED = "md", "pdf", frozenset({"docx", "tex"})


def rehearse(document: Document, kinds: Collection[str]) -> None:
    """Fill the templates of these formats. Raises ConfigError where a user's own template is at fault."""
    if MARKDOWN in kinds:
        render_markdown(document)
    if PAGE in kinds:
        render_html(document)
        if document.name == TECHNICAL:
            render_contact_sheet(document, "")
    if PDF in kinds:
        render_print_html(document)
    if CONVERTED.intersection(kinds):
        render_exchange_html(document, {b.id: "" for b in blocks(document) if isinstance(b, Figure)})
