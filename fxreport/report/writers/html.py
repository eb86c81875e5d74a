"""One self-contained HTML page, and the same content laid out for the PDF writer."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cache
from html import escape
from itertools import groupby

from jinja2 import Environment
from markupsafe import Markup

from fxreport.report.figures.scheme import dark_rules
from fxreport.report.look import SHIPPED, Look
from fxreport.report.model import (
    Column,
    Document,
    Figure,
    Fragment,
    Link,
    Number,
    Plain,
    Row,
    Stars,
    Strong,
    Table,
    Text,
    to_string,
)
from fxreport.report.writers.environment import Filters, check_labels, fill, make_environment
from fxreport.report.writers.fonts import embedded_faces
from fxreport.report.writers.icons import SIZE, symbols
from fxreport.report.writers.walk import blocks, ordinals
from fxreport.system.resources import resource

#: how the addresses of measured values begin
MEASURED = "m-"
#: the id of an anchor → a link to it
Href = Callable[[str], str]
#: class of a star not earned
_OFF = ' class="off"'


def render_html(document: Document, *, interactive: Collection[str] = ()) -> str:
    """The page for a screen: styles and figures inside, nothing asked of any host.

    ``interactive`` names the views that there are. Figures that open one get a control, which loads the
    files of the folder ``interactive`` beside the page when it is used; the page has no script otherwise, and
    where scripts do not run it is the same but for the controls.
    """
    look = document.look
    return _render(document, _screen(look), page_style(look), interactive=interactive)


def render_print_html(document: Document) -> str:
    """The page for the PDF writer: figures are ``figure:<id>`` images, styles stay outside."""
    return _render(document, _print(document.look), None)


def _render(
    document: Document, environment: Environment, style: Markup | None, *, interactive: Collection[str] = ()
) -> str:
    check_labels(document)
    return fill(
        environment,
        "document.html.j2",
        document.look,
        document=document,
        labels=document.labels,
        ordinals=ordinals(document),
        style=style,
        symbols=Markup(symbols()),  # nosec B704  # our icons
        for_print=style is None,
        interactive={b.opens for b in blocks(document) if isinstance(b, Figure)} & set(interactive),
        loader=_loader(),
    )


@cache
def page_style(look: Look = SHIPPED) -> Markup:
    """The style sheet of a page for a screen: fonts, ours, what makes figures dark, the user's own."""
    own = resource("templates", "style.css").read_text("utf-8")
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{dark_rules('.plate svg')}\n}}\n"
    return Markup(embedded_faces()) + compact_css(own + dark) + Markup(look.style and f"\n{look.style}")  # nosec B704  # checked by read_look


@cache
def _loader() -> Markup:
    """Our one script inside the page; the page stays well-formed XML, so it holds neither < nor &."""
    return compact_css(resource("templates", "interactive", "loader.js").read_text("utf-8"))


@cache
def _screen(look: Look) -> Environment:
    filters: Filters = {"inline": inline, "picture": inline_picture, "href": here}
    return make_environment({**COMMON, **filters}, autoescape=True, look=look)


@cache
def _print(look: Look) -> Environment:
    filters: Filters = {"inline": _inline_print, "picture": _linked_picture, "href": here}
    return make_environment({**COMMON, **filters}, autoescape=True, look=look)


def has_best(table: Table) -> bool:
    """Whether any value is marked, so that the mark needs explaining."""
    return any(cell.best for row in table.rows for cell in row.cells)


def compact_css(style: str) -> Markup:
    """A style sheet or script of ours without its comments and indentation."""
    bare = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return Markup(re.sub(r"\s*\n\s*", "\n", bare).strip())  # nosec B704  # ours, or from there


#: room on a page in characters, gaps between columns included: portrait, in a table's common type and in
#: smaller; sideways
_NARROW, _BROAD, _VAST = 88, 126, 165
#: rows from which on a table may go on overleaf
_LONG = 16
#: characters from which on a cell counts as words, on average of a table
_SENTENCE = 16
#: where a heading goes on below
_BREAK = re.compile(r"\s|(?<=[-_])")
#: text wraps, so a long name claims no more than this
_WRAPPED = 22


def shape(table: Table) -> str:
    """A table's classes for the style sheets; ``long``: pages may part it, ``dense``: wider than a page."""
    classes = [breadth(table)]
    if _width(table) > _VAST:
        classes.append("dense")
    if len(table.rows) >= _LONG:
        classes.append("long")
    if wordy(table):
        classes.append("wordy")
    return " ".join(classes)


def wordy(table: Table) -> bool:
    """Whether cells hold sentences rather than numbers."""
    cells = [cell for row in table.rows for cell in row.cells[1:]]
    return bool(cells) and sum(len(to_string(cell.text)) for cell in cells) >= _SENTENCE * len(cells)


def breadth(table: Table) -> str:
    """``narrow``, ``broad`` or ``vast``: the style sheets answer with smaller type, then a sideways page."""
    width = _width(table)
    return "narrow" if width <= _NARROW else "broad" if width <= _BROAD else "vast"


def _width(table: Table) -> int:
    return sum(column_width(table, i) + 2 for i in range(len(table.columns)))


def column_width(table: Table, i: int) -> int:
    """Characters that a column needs: numbers stay on one line, words and headings may break."""
    column = table.columns[i]
    heading = max(map(len, _BREAK.split(to_string(column.short or column.title))))
    cells = max((len(to_string(row.cells[i].text)) for row in table.rows), default=0)
    return max(heading, cells if column.numeric else min(cells, _WRAPPED))


def topics(table: Table) -> list[tuple[str, list[Row]]]:
    """The rows of a table by topic, in their order."""
    return [(topic, list(rows)) for topic, rows in groupby(table.rows, key=lambda row: row.topic)]


def heads(table: Table) -> list[tuple[Text, list[Column]]]:
    """The columns by what stands above them, () above a column that has both lines of the head to itself."""
    found: list[tuple[Text, list[Column]]] = []
    for column in table.columns:
        if found and column.group and found[-1][0] == column.group:
            found[-1][1].append(column)
        else:
            found.append((column.group, [column]))
    return [(group if len(columns) > 1 else (), columns) for group, columns in found]


def group_starts(table: Table) -> set[int]:
    """Columns with which a group, or what follows one, begins."""
    starts, at = set[int](), 0
    groups = heads(table)
    for i, (group, columns) in enumerate(groups):
        if i and (group or groups[i - 1][0]):
            starts.add(at)
        at += len(columns)
    return starts


def cell_class(column: Column, start: bool) -> Markup:
    """The class of a cell: of words, at the start of a group."""
    names = " ".join(name for name, applies in (("t", not column.numeric), ("start", start)) if applies)
    return Markup(f' class="{names}"' if names else "")  # nosec B704  # names of ours


def breakable(heading: Markup) -> Markup:
    """A heading that may go on below after an underscore, as names of columns have them."""
    return Markup(re.sub(r"_(?=[^<>]*(?:<|$))", "_<wbr>", heading))  # nosec B704  # markup, between its tags


#: filters of every environment that renders blocks; it needs ``inline``, ``picture`` and ``href`` besides
COMMON: Filters = {
    "breakable": breakable,
    "cell_class": cell_class,
    "group_starts": group_starts,
    "has_best": has_best,
    "heads": heads,
    "shape": shape,
    "topics": topics,
    "wordy": wordy,
}

# Fragments. Plain functions on strings and not macros: a document holds thousands of them.


def here(name: str) -> str:
    """A link to an anchor of the same page."""
    return f"#{name}"


def inline(text: Text, href: Href = here) -> Markup:
    """A text of the model as markup for a screen; ``href`` tells where an anchor is."""
    return Markup("".join(_fragment(fragment, href, for_print=False) for fragment in text))  # nosec B704  # escaped there


def _inline_print(text: Text) -> Markup:
    """A text of the model as markup for paper.

    WeasyPrint (70.0) takes a text that fills its line but for the space at its end for too long and breaks it
    after its first word. So that no text ends in a space, the space goes into the element that follows.
    """
    return Markup("".join(_fragment(fragment, here, for_print=True) for fragment in _spaces_later(text)))  # nosec B704  # escaped there


_SPACES = (" ", "\N{NO-BREAK SPACE}")


def _spaces_later(text: Text) -> Iterator[Fragment]:
    space = ""
    for i, fragment in enumerate(text):
        moved = fragment
        if not isinstance(fragment, Stars) and (space or isinstance(fragment, Plain)):
            words, space = space + fragment.text, ""
            if words.endswith(_SPACES) and i + 1 < len(text) and not isinstance(text[i + 1], Stars):
                words, space = words[:-1], words[-1]
            moved = replace(fragment, text=words)
        yield moved


#: a name that no line may break: letters of both kinds out of a word's order, or letters with digits
_NAME = re.compile(r"([ \N{NO-BREAK SPACE}]?\b\w*(?:[^\W\d_][A-ZА-ЯЄІЇҐ]|[^\W\d_]\d)\w*)")


def _whole_names(text: str) -> str:
    """Text whose names are not hyphenated. The space before one goes with it: see ``_inline_print``."""
    parts = _NAME.split(text)
    return "".join(
        f'<span class="whole">{escape(p)}</span>' if i % 2 else escape(p) for i, p in enumerate(parts)
    )


#: words in letters that run from right to left
_TURNED = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]+"
_RIGHT_TO_LEFT = re.compile(rf"{_TURNED}(?:\s+{_TURNED})*")


def _isolated(text: str) -> str:
    """Text in which a name from right to left turns no figure beside it."""
    return _RIGHT_TO_LEFT.sub(r"<bdi>\g<0></bdi>", escape(text))


def _fragment(fragment: Fragment, href: Href, *, for_print: bool) -> str:
    match fragment:
        case Plain() if for_print:
            return _whole_names(fragment.text)
        case Plain():
            return _isolated(fragment.text)
        case Number():
            return _linked(fragment, escape(fragment.text), href, for_print=for_print)
        case Strong():
            return f"<strong>{_isolated(fragment.text)}</strong>"
        case Stars():
            return _linked(fragment, _stars(fragment, for_print=for_print), href, for_print=for_print)
        case Link():
            return link(fragment, href)


def _linked(value: Number | Stars, shown: str, href: Href, *, for_print: bool) -> str:
    """What is shown of a value, as a link to where it comes from."""
    title = f' title="{escape(value.title)}"' if value.title and not for_print else ""
    if value.address:
        kind = "num" if value.address.startswith(MEASURED) else "num derived"
        return f'<a class="{kind}" href="{escape(href(value.address))}"{title}>{shown}</a>'
    return f"<span{title}>{shown}</span>" if title else shown


_SAFE_LINK = re.compile(r"(?:https?://|mailto:|#|\.{0,2}/|[\w.-]+(?:[/?#]|$))")


def link(to: Link, href: Href | None = None) -> str:
    """A link of the kinds that a report needs; any other (``javascript:`` …) comes out as its text."""
    if not _SAFE_LINK.match(to.href):
        return escape(to.text)
    target = href(to.href[1:]) if href and to.href.startswith("#") else to.href
    return f'<a href="{escape(target)}">{escape(to.text)}</a>'


def _stars(stars: Stars, *, for_print: bool) -> str:
    """A row of stars as one picture with one alternative text."""
    label = escape(stars.label)
    if for_print:
        return f'<img class="stars" src="stars:{stars.count}/{stars.of}" alt="{label}"/>'
    row = "".join(
        f'<use href="#icon-star" x="{SIZE * i}" width="{SIZE}"{"" if i < stars.count else _OFF}/>'
        for i in range(stars.of)
    )
    box = f"0 0 {SIZE * stars.of} {SIZE}"
    return f'<svg class="stars" viewBox="{box}" role="img" aria-label="{label}">{row}</svg>'


# Figures


def _linked_picture(figure: Figure, ordinal: int) -> Markup:
    return Markup(f'<img src="figure:{escape(figure.id)}" alt="{escape(figure.alt)}"/>')  # nosec B704  # escaped


def inline_picture(figure: Figure, ordinal: int) -> Markup:
    """The SVG element itself, its ids its own, its size its natural width at most (style sheet)."""
    svg = prefix_ids(_PROLOG.sub("", figure.svg), f"f{ordinal}-")
    return Markup(_ROOT.sub(lambda m: _labelled_root(m[0], figure.alt), svg, count=1).strip())  # nosec B704  # drawn by us


_PROLOG = re.compile(r"<\?xml.*?\?>|<!DOCTYPE[^>]*>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_ROOT = re.compile(r"<svg\b[^>]*>")


def _labelled_root(root: str, alt: str) -> str:
    bare = re.sub(r"""\s(?:role|aria-label|aria-labelledby)=("[^"]*"|'[^']*')""", "", root)
    return f'<svg role="img" aria-label="{escape(alt)}"{bare.removeprefix("<svg")}'


_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_REFERENCE = re.compile(r"""(\sid=["']|\s(?:xlink:)?href=["']\#|url\(\s*["']?\#)""")
_ID_LIST = re.compile(r"""(\saria-(?:labelledby|describedby)=["'])([^"']*)""")
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL)


def prefix_ids(svg: str, prefix: str) -> str:
    """Put ``prefix`` before every id of an SVG text and before every reference to one.

    Two inlined SVGs that share ids cut each other's shapes with the wrong clip paths. Text stays as it is.
    """

    def in_tag(tag: re.Match[str]) -> str:
        text = tag[0]
        if not ("id=" in text or "href=" in text or "url(" in text or "aria-" in text):
            return text  # most: nothing to look for
        done = _REFERENCE.sub(rf"\g<1>{prefix}", text)
        return _ID_LIST.sub(lambda m: m[1] + " ".join(prefix + i for i in m[2].split()), done)

    def in_style(style: re.Match[str]) -> str:
        # selectors (#id before a brace), not colours (#fff, inside the braces); url(#id) anywhere
        rules = re.sub(r"#(?=[A-Za-z_][^{}]*\{)", f"#{prefix}", style[2])
        return style[1] + re.sub(r"""(url\(\s*["']?\#)""", rf"\g<1>{prefix}", rules) + style[3]

    return _STYLE.sub(in_style, _TAG.sub(in_tag, svg))
