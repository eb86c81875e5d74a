"""The page of the comparison table: who stands where, by what a reader chooses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from fxreport.report.anchors import Address
from fxreport.report.words import Words
from fxreport.site.addresses import relative
from fxreport.site.assets import FOLDER
from fxreport.site.model import TABLE, Page
from fxreport.site.table import NUMBERS, SCRIPTS, table_part
from fxreport.site.table_data import Comparison
from fxreport.vocabulary.messages import N_

NAME = PurePosixPath("compare.html")


def table_page(compared: Comparison, words: Words, known: Mapping[str, PurePosixPath]) -> Page | None:
    """None where nothing ranks. ``known``: the page of each anchor of the language's other pages."""
    path = words.lang / NAME

    def href(address: Address) -> str:
        page = known.get(address.id)
        return f"{relative(path, page)}#{address.id}" if page else ""

    markup = table_part(compared, words, href)
    if not markup:
        return None
    return Page(
        lang=words.lang,
        path=path,
        kind=TABLE,
        title=words(N_("Comparison table")),
        summary=words(N_("Sort, filter and rank by any metric; places are computed for what is chosen.")),
        parts=(("table", markup),),
        scripts=tuple(FOLDER / name for name in (NUMBERS, *SCRIPTS)),
    )


def numbers(compared: Comparison) -> dict[PurePosixPath, bytes]:
    """The script with the table's numbers, the same for all languages."""
    return {FOLDER / NUMBERS: compared.script.encode()}
