"""How to cite a site's measurements: ``CITATION.cff`` and BibTeX."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from fxreport.site.latex import escaped
from fxreport.site.model import Site
from fxreport.site.text import one_line

#: who measured, where nobody is named
AUTHORS = ("fxreport contributors",)
_NO_ADDRESS = re.compile(r"[{}\\%\s]")


def citation(site: Site, authors: Sequence[str] = AUTHORS) -> bytes:
    """``CITATION.cff`` 1.2.0; a double-quoted YAML scalar is what JSON's is."""
    lines = [
        ("cff-version", "1.2.0"),
        ("message", f"If you use these measurements, please cite them: {_title(site)}."),
        ("type", "dataset"),
        ("title", _title(site)),
    ]
    if site.created:
        lines.append(("date-released", site.created[:10]))
    if site.base:
        lines.append(("url", site.base))
    text = "".join(f"{name}: {_yaml(value)}\n" for name, value in lines)
    named = "".join(f"  - name: {_yaml(author)}\n" for author in authors)
    return f"{text}authors:\n{named}".encode()


def bibtex(site: Site, authors: Sequence[str] = AUTHORS) -> bytes:
    """One entry ``@misc``; names in braces, so that no part is taken for a surname."""
    year, month = site.created[:4], site.created[5:7]
    fields = {
        "title": f"{{{escaped(_title(site))}}}",
        "author": " and ".join(f"{{{escaped(author)}}}" for author in authors),
        "year": year,
        "month": month.removeprefix("0"),
        "howpublished": rf"\url{{{_NO_ADDRESS.sub('', site.base)}}}" if site.base else "",
        "note": escaped(site.generator),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{fxreport{year},\n{body}}}\n".encode()


def _title(site: Site) -> str:
    return one_line(site.title.get("en", site.title[site.default]))


def _yaml(value: str) -> str:
    return json.dumps(value, ensure_ascii=True)
