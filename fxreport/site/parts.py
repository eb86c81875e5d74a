"""What other modules bring to the site: pages of a language, and files beside them. One line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from fxreport.analysis.conclude import Conclusions
from fxreport.report.draft import Draft
from fxreport.site.model import Page, Site

#: pages of one language; made before the evidence, so that their numbers lead there
PAGES: tuple[Callable[[Draft], Iterable[Page]], ...] = ()
#: files by their paths from the root, scripts that pages name among them; made of all pages
FILES: tuple[Callable[[Site, Conclusions], Mapping[PurePosixPath, bytes]], ...] = ()
