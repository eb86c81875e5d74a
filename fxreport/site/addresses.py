"""Where things are on the site: names of files, and links from page to page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import PurePosixPath
from urllib.parse import quote

from fxreport.report.anchors import slug
from fxreport.report.writers.html import Href
from fxreport.report.writers.walk import ids
from fxreport.site.model import Page, Site

#: what a file may be called everywhere, whatever the file system makes of case, length and points
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
#: a part of its own, or names that Windows keeps for itself
_TAKEN = re.compile(r"index|con|prn|aux|nul|com\d|lpt\d")
#: characters of a name, and of its digest, in the name of a file that cannot have the whole
_READABLE, _DIGEST = 40, 8


@cache
def file_name(name: str) -> str:
    """A name as a file's, without suffix: itself where it may be, else what is readable and a digest."""
    if _PLAIN.fullmatch(name) and not _TAKEN.fullmatch(name):
        return name
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_READABLE].strip("-")
    told = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_DIGEST // 2).hexdigest()
    return f"{readable}-{told}" if readable else told


def dataset_id(name: str) -> str:
    """The anchor of an image set's page."""
    return f"set-{slug(name)}"


def extractor_id(name: str) -> str:
    """The anchor of an extractor's page."""
    return f"extractor-{slug(name)}"


def places(pages: Iterable[Page]) -> dict[str, PurePosixPath]:
    """By each anchor of one language's pages the page that has it, the first where several have."""
    found: dict[str, PurePosixPath] = {}
    for page in pages:
        for name in ids(page.sections):
            found.setdefault(name, page.path)
    return found


def links(page: Page, known: Mapping[str, PurePosixPath]) -> Href:
    """Links from a page: to its own anchors, else to the page that has them."""
    own = frozenset(ids(page.sections))
    way: dict[PurePosixPath, str] = {}

    def href(name: str) -> str:
        if name in own or name not in known:
            return f"#{name}"
        target = known[name]
        if target not in way:
            way[target] = relative(page.path, target)
        return f"{way[target]}#{name}"

    return href


def absolute(site: Site, path: PurePosixPath) -> str:
    """The address of a file of the site; the way from the root where the site's own is not known."""
    to = quote(path.as_posix())
    return f"{site.base.rstrip('/')}/{to}" if site.base else to


def relative(start: PurePosixPath, target: PurePosixPath) -> str:
    """The way from a page to a file of the site."""
    return _way(start.parent, target)


@cache
def _way(folder: PurePosixPath, target: PurePosixPath) -> str:
    return posixpath.relpath(target.as_posix(), folder.as_posix())
