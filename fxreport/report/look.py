"""How documents look where somebody wants it otherwise: a folder of templates, a style file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fxreport.vocabulary.errors import ConfigError

if TYPE_CHECKING:
    from tinycss2.ast import Node

SUFFIX = ".j2"
#: what a style may point at: a part of the document, and what it brings itself
_INSIDE = ("#", "data:")
#: functions whose strings are addresses
_FETCHING = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"})


@dataclass(frozen=True, slots=True)
class Look:
    """A user's folder of templates, which come before the shipped ones, and rules that come after ours.

    ``logo`` is a picture as a ``data:`` URL; "" for none.
    """

    templates: Path | None = None
    style: str = ""
    logo: str = ""


_LARGEST_LOGO = 512 * 1024
#: a kind of picture → whether a file is one
_PICTURES: Mapping[str, Callable[[bytes], bool]] = {
    "png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "webp": lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP",
    "svg+xml": lambda content: b"<svg" in content[:4096],
}

#: as shipped
SHIPPED = Look()


def read_look(templates: Path | None, style: Path | None, logo: Path | None = None) -> Look:
    """Read and check them. Raises ConfigError, one line with file and line, for what cannot be used."""
    if templates is not None:
        _check_templates(templates)
    if not (templates or style or logo):
        return SHIPPED
    return Look(templates, "" if style is None else _style(style), "" if logo is None else _logo(logo))


def _logo(file: Path) -> str:
    """The picture as a URL that asks for nothing."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror or error}; mend [report] logo") from error
    if len(content) > _LARGEST_LOGO:
        raise ConfigError(f"{file}: more than {_LARGEST_LOGO // 1024} KiB; a logo stands in every document")
    kind = next((kind for kind, found in _PICTURES.items() if found(content)), None)
    if kind is None:
        raise ConfigError(f"{file}: not an SVG, PNG, JPEG or WebP picture")
    return f"data:image/{kind};base64,{b64encode(content).decode()}"


def _check_templates(folder: Path) -> None:
    from jinja2 import Environment, TemplateSyntaxError

    if not folder.is_dir():
        raise ConfigError(f"there is no folder of templates {folder}; mend [report] templates")
    syntax = Environment(autoescape=True)
    for file in sorted(folder.rglob(f"*{SUFFIX}")):
        try:
            syntax.parse(_read(file), filename=str(file))
        except TemplateSyntaxError as error:
            raise ConfigError(f"{file}:{error.lineno}: {error.message}") from None


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror or error}") from error


def _style(file: Path) -> str:
    """The file's rules, safe within a ``style`` element."""
    text = _read(file)
    for line, wrong in _wrong(text):
        raise ConfigError(f"{file}:{line}: {wrong}")
    # "\/" in a string of CSS is "/"; outside strings and comments "</" is no CSS
    return text.replace("</", r"<\/").strip()


def _wrong(text: str) -> Iterator[tuple[int, str]]:
    """What a style must not have, with its line: what is no CSS, and what would fetch."""
    import tinycss2

    for node in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if node.type == "at-rule" and node.lower_at_keyword == "import":
            yield node.source_line, "@import would fetch another file; put its rules here"
        yield from _wrong_in(node)
        content = getattr(node, "content", None)
        if content and (node.type == "qualified-rule" or node.lower_at_keyword in ("page", "font-face")):
            for part in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
                if part.type == "error":
                    yield from _wrong_in(part)


def _wrong_in(node: Node) -> Iterator[tuple[int, str]]:
    if node.type == "error":
        yield node.source_line, f"not valid CSS: {node.message}"
    if node.type == "url" and not node.value.startswith(_INSIDE):
        yield node.source_line, _outside(node.value)
    if node.type == "function" and node.lower_name in _FETCHING:
        for part in node.arguments:
            if part.type == "string" and not part.value.startswith(_INSIDE):
                yield part.source_line, _outside(part.value)
    for inside in _parts(node):
        yield from _wrong_in(inside)


def _parts(node: Node) -> Iterator[Any]:
    for name in ("prelude", "content", "arguments", "value"):
        found = getattr(node, name, None)
        if isinstance(found, list):
            yield from found


def _outside(address: str) -> str:
    return f"{address} lies outside the document, which asks for nothing; give the data as a data: URL"
