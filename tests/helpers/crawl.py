"""Every link of a site's files followed: to a file that is there, to an anchor that it has."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

#: attributes that name another file, by element
_LEADS = {"a": "href", "link": "href", "script": "src", "img": "src", "use": "href", "source": "src"}


class Links(HTMLParser):
    """The ids of a page, and what it leads to."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if found.get(_LEADS.get(tag, "")) is not None:
            self.targets.append(str(found[_LEADS[tag]]))
        if tag == "meta" and found.get("http-equiv") == "refresh":
            self.targets.append(str(found["content"]).partition("url=")[2])

    handle_startendtag = handle_starttag


def outside(target: str) -> bool:
    return bool(urlsplit(target).scheme or urlsplit(target).netloc)


def broken(root: Path) -> Iterator[str]:
    """What leads nowhere, and ids that a page has twice, one line each."""
    root = root.resolve()
    pages = {path: Links(path.read_text("utf-8")) for path in sorted(root.rglob("*.html"))}
    anchors = {path: frozenset(page.ids) for path, page in pages.items()}
    for path, page in pages.items():
        where = path.relative_to(root)
        yield from (
            f"{where}: id {name} twice" for name in sorted({i for i in page.ids if page.ids.count(i) > 1})
        )
        for target in dict.fromkeys(page.targets):
            if outside(target):
                continue
            file, fragment = urldefrag(target)
            found = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path
            if not found.is_relative_to(root):
                yield f"{where}: {target} leads out of the site"
            elif not found.is_file():
                yield f"{where}: {target}: no such file"
            elif fragment and found in anchors and unquote(fragment) not in anchors[found]:
                yield f"{where}: {target}: no such anchor"
