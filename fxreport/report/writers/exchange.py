"""The markup that Pandoc reads: content with anchors, without what belongs to a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape

from jinja2 import Environment
from markupsafe import Markup

from fxreport.report.look import Look
from fxreport.report.model import Document, Link, Stars, Strong, Table, Text
from fxreport.report.writers.environment import Filters, check_labels, fill, make_environment
from fxreport.report.writers.html import column_width, has_best, link, topics
from fxreport.report.writers.walk import ordinals

TEMPLATE = "exchange.html.j2"
#: a column's share of a table's width is that of its text, within these percents
_LEAST, _MOST = 6, 40


def render_exchange_html(document: Document, files: Mapping[str, str]) -> str:
    """The document for Pandoc; ``files`` are the figures' by their ids. Numbers lead nowhere: print has links
    to figures, tables and sources alone."""
    check_labels(document)
    return fill(
        _environment(document.look),
        TEMPLATE,
        document.look,
        document=document,
        labels=document.labels,
        ordinals=ordinals(document),
        files=files,
    )


@cache
def _environment(look: Look) -> Environment:
    filters: Filters = {"inline": _inline, "shares": shares, "has_best": has_best, "topics": topics}
    return make_environment(filters, autoescape=True, look=look)


def _inline(text: Text) -> Markup:
    said = []
    for fragment in text:
        match fragment:
            case Strong():
                said.append(f"<strong>{escape(fragment.text)}</strong>")
            case Stars():
                said.append(escape(fragment.label))
            case Link():
                said.append(link(fragment))
            case _:
                said.append(escape(fragment.text))
    return Markup("".join(said))  # nosec B704  # escaped above


def shares(table: Table) -> list[int]:
    """Percents of the width for each column."""
    widths = [column_width(table, i) + 3 for i in range(len(table.columns))]
    bounded = [min(max(100 * width / sum(widths), _LEAST), _MOST) for width in widths]
    return [int(100 * share / sum(bounded)) for share in bounded]
