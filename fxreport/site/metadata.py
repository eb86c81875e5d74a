"""What a site says of itself to machines: sitemap, head of a page, llms.txt, and all such files at once.

What needs absolute addresses (sitemap, ``og:url``, ``og:image``) is there only where ``Site.base`` is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from babel import Locale
from babel.core import get_global

from fxreport.report.words import Words
from fxreport.site.addresses import absolute
from fxreport.site.cards import HEIGHT, WIDTH, card_path
from fxreport.site.citation import AUTHORS, bibtex, citation
from fxreport.site.dataset import croissant
from fxreport.site.downloads import CITED, DATA, Download
from fxreport.site.feed import FEED, Published, feed
from fxreport.site.model import FRONT, SEARCH, Page, Site
from fxreport.site.text import one_line
from fxreport.vocabulary.messages import N_

SITEMAP, LLMS = PurePosixPath("sitemap.xml"), PurePosixPath("llms.txt")
CROISSANT, CITATION, BIBTEX = map(PurePosixPath, ("croissant.json", "CITATION.cff", "citation.bib"))

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|])")
_PAGES, _DATA = N_("Pages"), N_("Data")


def metadata_files(
    site: Site,
    words: Mapping[str, Words],
    files: Sequence[Download] = (),
    runs: Sequence[Published] = (),
) -> dict[PurePosixPath, bytes]:
    """Everything but the cards and what is to cite, by path; ``runs`` are those published.

    Without ``Site.base`` there is no sitemap.
    """
    found = {
        LLMS: llms(site, words[site.default if "en" not in words else "en"], files),
    }
    if site.base:
        found[SITEMAP] = sitemap(site)
    return found | {lang / FEED: feed(site, lang, runs) for lang in words}


def to_cite(
    site: Site, files: Sequence[Download] = (), authors: Sequence[str] = AUTHORS
) -> tuple[Download, ...]:
    """How the measurements are cited and found as a data set; ``files`` are the other downloads."""
    found = {
        CITATION: (citation(site, authors), N_("How to cite, for GitHub and reference managers")),
        BIBTEX: (bibtex(site, authors), N_("The same for LaTeX (BibTeX)")),
        CROISSANT: (croissant(site, files, authors), N_("The data set described for machines (Croissant)")),
    }
    return tuple(Download(path, data, CITED, what) for path, (data, what) in found.items())


def sitemap(site: Site) -> bytes:
    """All pages but the search, each with its other languages."""
    by_name: dict[PurePosixPath, dict[str, Page]] = {}
    for page in site.pages:
        if page.kind != SEARCH:
            by_name.setdefault(page.name, {})[page.lang] = page
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for languages in by_name.values():
        others = [(lang, absolute(site, page.path)) for lang, page in languages.items()]
        if site.default in languages:
            others.append(("x-default", absolute(site, languages[site.default].path)))
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(lang)} href={quoteattr(to)}/>'
            for lang, to in others
        )
        changed = f"<lastmod>{escape(site.created[:10])}</lastmod>" if site.created else ""
        lines += [
            f"<url><loc>{escape(absolute(site, page.path))}</loc>{changed}{links}</url>"
            for page in languages.values()
        ]
    return "\n".join([*lines, "</urlset>\n"]).encode()


def open_graph(site: Site, page: Page) -> tuple[tuple[str, str], ...]:
    """Pairs of ``property`` and ``content`` for a page's head."""
    others = (lang for lang in site.languages[page.name] if lang != page.lang)
    found = [
        ("og:type", "website" if page.kind == FRONT else "article"),
        ("og:title", page.title),
        ("og:description", page.summary),
        ("og:site_name", site.title.get(page.lang, "")),
        ("og:locale", _locale(page.lang)),
    ]
    found += [("og:locale:alternate", _locale(lang)) for lang in others]
    if site.base:
        found += [
            ("og:url", absolute(site, page.path)),
            ("og:image", absolute(site, card_path(page))),
            ("og:image:width", str(WIDTH)),
            ("og:image:height", str(HEIGHT)),
            ("og:image:alt", f"{page.title}. {page.summary}"),
            ("twitter:card", "summary_large_image"),
        ]
    return tuple((name, shown) for name, content in found if (shown := one_line(content)))


def llms(site: Site, words: Words, files: Iterable[Download] = ()) -> bytes:
    """What language models are told of the site (llms.txt): its pages in one language, and its data."""
    pages = [page for page in site.pages if page.lang == words.lang and page.kind != SEARCH]
    about = next((page.summary for page in pages if page.kind == FRONT), "")
    lines = [
        f"# {_markdown(site.title[words.lang])}",
        "",
        f"> {_markdown(about)}",
        "",
        f"## {words(_PAGES)}",
        "",
    ]
    lines += [_item(page.title, page.path, page.summary) for page in pages]
    data = [one for one in files if one.group == DATA]
    if data:
        lines += ["", f"## {words(_DATA)}", ""]
        lines += [_item(one.path.name, one.path, words(one.what)) for one in data]
    return ("\n".join(lines) + "\n").encode()


def _item(title: str, path: PurePosixPath, about: str) -> str:
    link = f"- [{_markdown(title)}]({quote(path.as_posix())})"
    return f"{link}: {_markdown(about)}" if about else link


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def _locale(lang: str) -> str:
    """The language with the territory that most of its readers are in: ``uk_UA``."""
    likely = get_global("likely_subtags").get(lang, lang)
    parts = Locale.parse(likely)
    return f"{parts.language}_{parts.territory}" if parts.territory else parts.language
