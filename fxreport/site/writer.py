"""Pages of the site → HTML files, by the same macros of blocks as the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from babel import Locale
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from fxreport.report.look import SHIPPED, Look
from fxreport.report.model import Text
from fxreport.report.writers.environment import Filters, fill, make_environment
from fxreport.report.writers.html import COMMON, inline, inline_picture
from fxreport.report.writers.icons import symbols
from fxreport.report.writers.walk import ordinals
from fxreport.site.addresses import absolute, links, places, relative
from fxreport.site.assets import ICON, Assets
from fxreport.site.front import NAME as FRONT_PAGE
from fxreport.site.head import Heads
from fxreport.site.model import SEARCH, Page, Site
from fxreport.site.navigation import Navigation, home
from fxreport.site.search_page import PAGE as SEARCH_PAGE
from fxreport.site.text import json_in_html

#: where nothing but the site's own files is loaded, and no script but those that a page names
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)


def _policy(scripts: str) -> Markup:
    return Markup(_POLICY.format(scripts=scripts))  # nosec B704  # hashes of ours


NO_SCRIPTS = _policy("'none'")


@dataclass(frozen=True, slots=True)
class Told:
    """What the pages of one language have in common: words of templates, a date, a search box.

    ``search`` makes the box of a page from the way to its language's folder.
    """

    labels: Mapping[str, str]
    date: str
    search: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Language:
    """A page in one language: ``href`` from the page that names it, ``address`` for those who look for it."""

    lang: str
    name: str
    href: str
    address: str


def render(
    site: Site, told: Mapping[str, Told], assets: Assets, heads: Heads, look: Look = SHIPPED
) -> Iterator[tuple[PurePosixPath, str]]:
    """Every page, and the one at the root that leads to the default language's."""
    by_lang: dict[str, list[Page]] = {}
    for page in site.pages:
        by_lang.setdefault(page.lang, []).append(page)
    names = {lang: frozenset(page.name for page in pages) for lang, pages in by_lang.items()}
    environment = _environment(look)
    for lang, pages in by_lang.items():
        known, navigation, first = places(pages), Navigation(pages), home(pages)
        for page in pages:
            before, after = navigation.turns(page)
            scripts = [
                (f"{relative(page.path, one)}?{assets.version(one)}", assets.integrity(one))
                for one in page.scripts
            ]
            yield (
                page.path,
                fill(
                    environment,
                    "site/page.html.j2",
                    look,
                    page=page,
                    labels=told[lang].labels,
                    date=told[lang].date,
                    generator=site.generator,
                    site_title=site.title[lang],
                    policy=_policy(f"'self' '{assets.loader_hash}'") if scripts else NO_SCRIPTS,
                    style=relative(page.path, assets.style),
                    icon=relative(page.path, ICON),
                    symbols=Markup(symbols()),  # nosec B704  # our icons
                    languages=_languages(site, names, page),
                    head=heads.of(page),
                    search=Markup(told[lang].search(relative(page.path, PurePosixPath(lang, SEARCH_PAGE))))  # nosec B704  # a template escapes
                    if page.kind != SEARCH
                    else "",
                    home=relative(page.path, first.path),
                    areas=navigation.areas(page),
                    above=navigation.trail(page),
                    siblings=navigation.siblings(page),
                    pieces=navigation.pieces(page),
                    before=before,
                    after=after,
                    scripts=Markup(json_in_html(scripts)) if scripts else "",  # nosec B704  # escaped there
                    loader=assets.loader,
                    href=links(page, known),
                    ordinals=ordinals(page),
                    for_print=False,
                    interactive=(),
                ),
            )
    yield _root(site, by_lang, assets, look)


def _languages(site: Site, by_lang: Mapping[str, frozenset[PurePosixPath]], page: Page) -> list[Language]:
    """The same page in each language; where one has none of that name, the page above."""
    found = []
    for lang, names in by_lang.items():
        name = next((one for one in (page.name, page.up) if one in names), FRONT_PAGE)
        target = PurePosixPath(lang, name)
        found.append(
            Language(lang, own_name(lang), relative(page.path, target), address(site, page.path, target))
        )
    return found


def own_name(lang: str) -> str:
    """What a language calls itself."""
    return (Locale.parse(lang).get_language_name(lang) or lang).capitalize()


def address(site: Site, start: PurePosixPath, target: PurePosixPath) -> str:
    """A page's full address where the site's own is known, else the way to it."""
    return absolute(site, target) if site.base else relative(start, target)


def _root(
    site: Site, by_lang: Mapping[str, list[Page]], assets: Assets, look: Look
) -> tuple[PurePosixPath, str]:
    root = PurePosixPath("index.html")
    order = {lang: by_lang[lang] for lang in sorted(by_lang, key=lambda lang: lang != site.default)}
    languages = [
        Language(
            lang,
            own_name(lang),
            home(pages).path.as_posix(),
            address(site, root, home(pages).path),
        )
        for lang, pages in order.items()
    ]
    return root, fill(
        _environment(look),
        "site/root.html.j2",
        look,
        title=site.title[site.default],
        policy=NO_SCRIPTS,
        style=assets.style.as_posix(),
        icon=ICON.as_posix(),
        languages=languages,
    )


@cache
def _environment(look: Look) -> Environment:
    filters: Filters = {"inline": _inline, "picture": inline_picture, "href": _href}
    environment = make_environment({**COMMON, **filters}, autoescape=True, look=look)
    # compiled code knows which filters are given the context, and these are not the documents'
    environment.bytecode_cache = None
    return environment


@pass_context
def _inline(context: Context, text: Text) -> Markup:
    return inline(text, context["href"])


@pass_context
def _href(context: Context, name: str) -> str:
    return str(context["href"](name))
