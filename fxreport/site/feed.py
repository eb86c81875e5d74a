"""The feed of published runs (Atom); its links are relative where the site's address is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from fxreport.report.words import Words
from fxreport.site.addresses import absolute
from fxreport.site.history import PAGE as HISTORY_PAGE
from fxreport.site.history import Edition, edition_anchor, edition_title, summed_up
from fxreport.site.model import Site
from fxreport.site.text import one_line

#: in the folder of its language
FEED = PurePosixPath("feed.xml")

#: of what has no moment: a feed must give one, and a clock's would change it with every build
_NEVER = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Published:
    """A published run: what tells it apart, the moment of its youngest measurement (ISO 8601, may be ""),
    and its title, a sentence and its page in each language, with the anchor of its part of the page."""

    id: str
    date: str
    title: dict[str, str]
    summary: dict[str, str]
    page: dict[str, PurePosixPath]
    anchor: str = ""


def feed(site: Site, lang: str, runs: Sequence[Published]) -> bytes:
    """The runs of a site in one language, the youngest first."""

    def to(path: PurePosixPath) -> str:
        return absolute(site, lang / path) if site.base else quote(path.as_posix())

    newest = sorted(runs, key=lambda run: run.date, reverse=True)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(lang)}>',
        f"<title>{_text(site.title[lang])}</title>",
        f"<id>{_id(site, lang, '')}</id>",
        f"<updated>{_text(next((r.date for r in newest if r.date), site.created) or _NEVER)}</updated>",
        f"<author><name>{_text(site.generator)}</name></author>",
        f'<link rel="self" href={quoteattr(to(FEED))}/>',
        f"<link href={quoteattr(to(PurePosixPath('index.html')))}/>",
    ]
    for run in newest:
        page = to(run.page[lang].relative_to(lang)) + (f"#{quote(run.anchor)}" if run.anchor else "")
        lines += [
            "<entry>",
            f"<title>{_text(run.title[lang])}</title>",
            f"<id>{_id(site, lang, run.id)}</id>",
            f"<updated>{_text(run.date or _NEVER)}</updated>",
            f"<link href={quoteattr(page)}/>",
            f"<summary>{_text(run.summary[lang])}</summary>",
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>\n"]).encode()


def _id(site: Site, lang: str, run: str) -> str:
    """The same wherever the site moves to: no address, a digest."""
    told = sha256("\0".join((site.title[lang], lang, run)).encode("utf-8", "replace")).hexdigest()
    return f"urn:sha256:{told}"


def _text(text: str) -> str:
    return escape(one_line(text))


def published(editions: Sequence[Edition], words: Mapping[str, Words]) -> tuple[Published, ...]:
    """The editions of a site as its feed tells them."""
    return tuple(
        Published(
            id=edition.name,
            date=edition.date,
            title={lang: edition_title(edition, one) for lang, one in words.items()},
            summary={lang: summed_up(edition, one) for lang, one in words.items()},
            page={lang: PurePosixPath(lang) / HISTORY_PAGE for lang in words},
            anchor=edition_anchor(edition),
        )
        for edition in editions
    )
