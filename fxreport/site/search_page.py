"""The box of every page, and the page that shows what is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import PurePosixPath

from fxreport.report.labels import labels
from fxreport.report.words import Words
from fxreport.report.writers.environment import make_environment
from fxreport.site.model import SEARCH, Page
from fxreport.vocabulary.messages import N_

#: beside the pages of a language, and at the root of the site
PAGE, INDEX = "search.html", "search-index.js"
SCRIPT = PurePosixPath("assets/search.js")

_LABELS = {
    "search": N_("Search"),
    "find": N_("Find"),
    "needs_script": N_("Search runs in your browser and needs JavaScript, which is switched off."),
    "none": N_("Nothing found."),
    "some": N_("No page has all the words."),
    "failed": N_("The search index could not be loaded."),
}
_TITLE = N_("Search")
_SUMMARY = N_("Find a word in any of its forms, an extractor, an image set or a value.")
#: numbers among which every plural form occurs
_NUMBERS = 200


def search_box(words: Words, href: str = PAGE) -> str:
    """The markup of the box; ``href`` leads to the page of results."""
    return _macro("box")(labels(words, _LABELS), href)


def search_page(words: Words) -> Page:
    """The page of results, where the form leads with ``?q=``."""
    counted = {
        words.locale.plural_form(n): words.noun("found_page", n, str(n)).replace(str(n), "{n}")
        for n in range(1, _NUMBERS)
    }
    forms = json.dumps(counted, ensure_ascii=False, sort_keys=True)
    results = _macro("results")(labels(words, _LABELS), forms)
    return Page(
        words.lang,
        PurePosixPath(words.lang, PAGE),
        SEARCH,
        words(_TITLE),
        words(_SUMMARY),
        parts=(("search", search_box(words) + results),),
        scripts=(PurePosixPath(words.lang, INDEX), SCRIPT),
    )


@cache
def _macro(name: str) -> Callable[..., str]:
    module = make_environment({}, autoescape=True).get_template("site/search.html.j2").module
    macro: Callable[..., str] = getattr(module, name)
    return macro
