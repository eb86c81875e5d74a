"""The Jinja2 environments of the templates, one per output syntax."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from fxreport.report.model import Document
from fxreport.system.cache import cache_dir
from fxreport.system.resources import resource

#: What ``Document.labels`` must hold, in the document's language:
#:
#: ``contents``, ``note``, ``table``, ``figure``: headings and the words before an ordinal;
#: ``best_value``: the sentence under a table that explains its bold values;
#: ``higher_is_better``, ``lower_is_better``: the arrows of a column's head in words;
#: ``all_figures``, ``drawn_from``, ``to_document``: of the page that shows all figures;
#: ``open_interactive``, ``interactive_failed``: a figure's control, and what it says where files are missing;
#: ``surprising``: the mark of a claim against expectation;
#: ``skip_to_content``, ``back_to_top``: links for those who navigate by keyboard.
REQUIRED_LABELS = frozenset(
    {
        "all_figures",
        "back_to_top",
        "best_value",
        "contents",
        "drawn_from",
        "figure",
        "higher_is_better",
        "interactive_failed",
        "lower_is_better",
        "note",
        "open_interactive",
        "skip_to_content",
        "surprising",
        "table",
        "to_document",
    }
)


Filters = dict[str, Callable[..., object]]


def make_environment(filters: Filters, *, autoescape: bool) -> Environment:
    """An environment over ``templates/`` in which an unknown name is an error, never an empty string."""
    environment = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_bytecode_cache(),
    )
    environment.filters.update(filters)
    environment.filters["kind"] = _kind
    return environment


def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates of earlier runs; none where the machine's cache cannot be written."""
    folder = cache_dir() / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if _is_ours(folder) else None


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can write there: bytecode is code."""
    status = folder.stat()
    ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return ours and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and os.access(folder, os.W_OK)


def _kind(block: object) -> str:
    """``table`` for a Table: what the templates choose a macro by."""
    return type(block).__name__.lower()


def check_labels(document: Document) -> None:
    """Raise ``ValueError`` where a label is missing: a word in the wrong language would be worse."""
    if missing := sorted(REQUIRED_LABELS - document.labels.keys()):
        raise ValueError(f"labels missing in the {document.lang} document: {', '.join(missing)}")
