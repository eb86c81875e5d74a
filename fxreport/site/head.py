"""What stands in the head of a page for those who share it, subscribe to it or index it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from fxreport.site.addresses import relative
from fxreport.site.dataset import dataset_json
from fxreport.site.downloads import Download
from fxreport.site.feed import FEED
from fxreport.site.metadata import open_graph
from fxreport.site.model import FRONT, Page, Site


class Heads:
    """The heads of a site's pages."""

    def __init__(self, site: Site, downloads: Sequence[Download], authors: Sequence[str]) -> None:
        self._site, self._downloads, self._authors = site, downloads, authors

    def of(self, page: Page) -> Markup:
        """Open Graph, the feed; on front pages the measurements as a data set."""
        lines = [
            f'<meta property="{escape(name)}" content="{escape(content)}"/>'
            for name, content in open_graph(self._site, page)
        ]
        feed = relative(page.path, page.lang / FEED)
        lines.append(f'<link rel="alternate" type="application/atom+xml" href="{escape(feed)}"/>')
        if page.kind == FRONT:
            told = dataset_json(self._site, page.lang, self._downloads, self._authors)
            lines.append(f'<script type="application/ld+json">{told}</script>')
        return Markup("\n".join(lines))  # nosec B704  # escaped above
