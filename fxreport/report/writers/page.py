"""The HTML page of a document; with the technical report's come its views and a page of all figures."""

from __future__ import annotations

from pathlib import Path

from fxreport.report.draft import Draft
from fxreport.report.editions import TECHNICAL
from fxreport.report.interactive.collect import collect
from fxreport.report.interactive.files import FOLDER, plotly_script, write_views
from fxreport.report.model import Document
from fxreport.report.writers import contact_sheet
from fxreport.report.writers.files import write_text
from fxreport.report.writers.html import render_html


class Page:
    """A writer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = [path]

    def write(self, document: Document, draft: Draft) -> None:
        plotly = plotly_script() if document.name == TECHNICAL else None
        views = None if plotly is None else collect(draft)
        write_text(self._path, render_html(document, interactive=views.names if views else ()))
        folder = self._path.parent
        if document.name == TECHNICAL:
            sheet, data = (folder / "figures" / name for name in (contact_sheet.NAME, contact_sheet.DATA))
            write_text(sheet, contact_sheet.render_contact_sheet(document, f"../{self._path.name}"))
            write_text(data, contact_sheet.figures_json(document))
            self._written += [sheet, data]
        if plotly is not None and views is not None:
            self._written += write_views(views, folder / FOLDER, plotly)

    def finish(self) -> list[Path]:
        return self._written

    def cancel(self) -> None:
        """All is written at once."""
