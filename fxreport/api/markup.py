"""Blocks of the report model as markup for a notebook, where links would lead nowhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

from markupsafe import Markup

from fxreport.report.figures.scheme import standalone
from fxreport.report.model import (
    Block,
    Bullets,
    Column,
    Figure,
    Note,
    Paragraph,
    Strong,
    Table,
    Text,
    to_string,
)
from fxreport.vocabulary.text import visible


def blocks_markup(blocks: Iterable[Block]) -> Markup:
    """Paragraphs, lists, tables and figures one below the other; other blocks are left out."""
    return Markup("").join(map(_block, blocks))


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(text) | Note(text):
            return Markup("<p>{}</p>").format(_text(text))
        case Bullets(items):
            return Markup("<ul>{}</ul>").format(
                Markup("").join(Markup("<li>{}</li>").format(_text(item)) for item in items)
            )
        case Table():
            return _table(block)
        case Figure():
            picture = b64encode(visible(standalone(block.svg)).encode()).decode()
            image = Markup('<img style="max-width:100%" alt="{}" src="data:image/svg+xml;base64,{}">')
            return Markup("<p>{}</p>").format(image.format(block.alt, picture))
        case _:
            return Markup("")


def _text(text: Text) -> Markup:
    return Markup("").join(
        Markup("<strong>{}</strong>").format(one.text) if isinstance(one, Strong) else to_string((one,))
        for one in text
    )


def _table(table: Table) -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(_title(column)) for column in table.columns)
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td>{}</td>").format(
                    Markup("<strong>{}</strong>").format(to_string(cell.text))
                    if cell.best
                    else to_string(cell.text)
                )
                for cell in row.cells
            )
        )
        for row in table.rows
    )
    return Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        to_string(table.caption), head, rows
    )


def _title(column: Column) -> str:
    arrow = {"up": " ↑", "down": " ↓"}.get(column.direction, "")
    return f"{to_string(column.title)}{arrow}"
