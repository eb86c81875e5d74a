"""All figures of a document on one page, each with what is concluded from it, and the same for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from fxreport.report.look import Look
from fxreport.report.model import Block, Document, Drawn, Figure, Text, to_string
from fxreport.report.writers.environment import check_labels, fill, make_environment
from fxreport.report.writers.html import inline, page_style
from fxreport.report.writers.icons import symbols
from fxreport.report.writers.walk import blocks, ordinals, within

#: in the folder of the figures, which it shows as the files that they are
NAME, DATA = "index.html", "figures.json"
SCHEMA = 1


def render_contact_sheet(document: Document, page: str) -> str:
    """The page beside the figures' files; ``page`` is the document's own, relative to them."""
    check_labels(document)
    return fill(
        _environment(page, document.look),
        "contact_sheet.html.j2",
        document.look,
        document=document,
        groups=list(_groups(document)),
        size=_size,
        labels=document.labels,
        ordinals=ordinals(document),
        page=page,
        style=page_style(document.look),
        symbols=Markup(symbols()),  # nosec B704  # our icons
    )


def figures_json(document: Document) -> str:
    """What each figure shows, for programs: sorted keys, the same bytes for the same document."""
    number = ordinals(document)
    data = {
        "schema": SCHEMA,
        "lang": document.lang,
        "figures": [
            {
                "id": figure.id,
                "number": number[figure.id],
                "file": figure.path.name,
                "caption": to_string(figure.caption),
                "alt": figure.alt,
                "claims": [claim.claim_id for claim in figure.finding],
                "evidence": [_drawn(one) for one in figure.drawn],
            }
            for figure in _pictures(blocks(document))
        ],
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of a section's own or of a part of it; ``path`` are the titles that lead to them."""

    id: str
    path: tuple[str, ...]
    figures: tuple[Figure, ...]


def _groups(document: Document) -> Iterator[Group]:
    for section in document.sections:
        if figures := _pictures(section.blocks):
            yield Group(section.id, (section.title,), figures)
        for part in section.children:
            if figures := _pictures(block for below in within(part) for block in below.blocks):
                yield Group(part.id, (section.title, part.title), figures)


def _pictures(among: Iterable[Block]) -> tuple[Figure, ...]:
    return tuple(block for block in among if isinstance(block, Figure))


def _size(figure: Figure) -> tuple[int, int]:
    """Width and height that the picture asks for, so that a browser leaves room before it has the file."""
    box = _VIEW_BOX.search(figure.svg)
    return (round(float(box[1])), round(float(box[2]))) if box else (0, 0)


_VIEW_BOX = re.compile(r"""<svg\b[^>]*\bviewBox=["'][\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)["']""")


def _drawn(one: Drawn) -> dict[str, Any]:
    """A mean with its metric, or an array with its experiment; ``address`` is in the document."""
    where = {"dataset": one.dataset, "extractor": one.extractor, "address": one.address}
    if one.metric:
        return {**where, "metric": one.metric, "value": one.value, "seeds": one.seeds}
    return {**where, "artifact": one.artifact, "experiment": one.experiment}


@cache
def _environment(page: str, look: Look) -> Environment:
    def elsewhere(text: Text) -> Markup:
        """Text whose links lead into the document."""
        return inline(text, lambda name: f"{page}#{name}")

    return make_environment({"inline": elsewhere}, autoescape=True, look=look)
