"""A page that holds nothing but the comparison table, and its files beside it.

python tests/helpers/table_page.py FOLDER     the committed store's, to be looked at
"""

from __future__ import annotations

import sys
from pathlib import Path

from fxreport.analysis.conclude import Conclusions
from fxreport.report.anchors import Address
from fxreport.report.words import Words
from fxreport.report.writers.html import page_style
from fxreport.site.table import NUMBERS, SCRIPTS, Href, table_part
from fxreport.site.table_data import Comparison, comparison
from fxreport.system.resources import resource

STYLE = "table.css"

#: nothing inside the page runs or styles it; a page opened from a disk has no host of its own
POLICY = "default-src 'none'; script-src file:; style-src file:; font-src data:"


def href(address: Address) -> str:
    """A page of each set and extractor, as far as the lengths of their names tell them apart."""
    return f"sets/{len(address.dataset)}.{len(address.variant)}.html#{address.id}"


def write_page(compared: Comparison, words: Words, folder: Path, href: Href = href) -> Path:
    """Write the page and its files; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NUMBERS).write_text(compared.script, "utf-8")
    for name in (*SCRIPTS, STYLE):
        (folder / name).write_bytes(resource("templates", "site", name).read_bytes())
    (folder / "page.css").write_text(page_style(), "utf-8")
    sources = "".join(f'<script src="{name}" defer></script>' for name in (NUMBERS, *SCRIPTS))
    page = folder / f"{words.lang}.html"
    page.write_text(
        f'<!doctype html><html lang="{words.lang}"><head><meta charset="utf-8"><title>table</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="page.css"><link rel="stylesheet" href="{STYLE}">{sources}</head>'
        '<body><a hreflang="uk" href="uk.html">uk</a> <a hreflang="en" href="en.html">en</a>'
        f"<main>{table_part(compared, words, href)}</main></body></html>",
        "utf-8",
    )
    return page


def pages(conclusions: Conclusions, folder: Path) -> dict[str, Path]:
    compared = comparison(conclusions)
    return {lang: write_page(compared, Words(lang, conclusions.study), folder) for lang in ("uk", "en")}


if __name__ == "__main__":
    from publications import reference

    sys.stdout.write(f"{pages(reference(Path(__file__).resolve().parents[2]), Path(sys.argv[1]))}\n")
