"""The Jinja2 environments of the templates, one per output syntax."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from traceback import walk_tb

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
)
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fxreport.report.look import SHIPPED, Look
from fxreport.report.model import Document
from fxreport.system.cache import cache_dir, tell_unusable
from fxreport.system.resources import resource
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.text import visible

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


#: how a user's template names a shipped one, to extend it or to take a macro of it
SHIPPED_AS = "shipped"


def make_environment(filters: Filters, *, autoescape: bool, look: Look = SHIPPED) -> Environment:
    """An environment over ``templates/`` in which an unknown name is an error, never an empty string.

    Templates of the look's folder come first; they are a stranger's, so that all run in a sandbox then.
    """
    shipped = FileSystemLoader(resource("templates"))
    own = look.templates
    loader: BaseLoader = PrefixLoader({SHIPPED_AS: shipped})
    environment = (Environment if own is None else _Sandbox)(
        loader=ChoiceLoader(
            [shipped, loader] if own is None else [_Within(own), _Behind(shipped.searchpath, own), loader]
        ),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=own is not None,  # by who edits them while the site is served
        # in a sandbox the same template compiles to other code
        bytecode_cache=_bytecode_cache() if own is None else None,
    )
    environment.filters.update(filters)
    environment.filters["kind"] = _kind
    return environment


def fill(environment: Environment, template: str, look: Look = SHIPPED, **context: object) -> str:
    """Render a template; what names would have a page obey is shown instead.

    Raises ConfigError, one line with file and line, where a user's own is at fault.
    """
    try:
        return visible(environment.get_template(template).render(**context))
    except Exception as error:
        if look.templates is None:
            raise
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        own = [(file, line) for file, line in frames if Path(file).is_relative_to(look.templates)]
        if not own:
            raise
        file, line = own[-1]
        said = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, TemplateNotFound):
            said = f"there is no template {said}"
        raise ConfigError(f"{file}:{line}: {said[:_MOST_SAID]}") from error


#: characters of an error's text: a template's may hold a document
_MOST_SAID = 300


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's, and no files: a path that a template comes by is a name and nothing else."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        return not isinstance(obj, Path) and super().is_safe_attribute(obj, attr, value)


class _Within(FileSystemLoader):
    """Templates of a folder; a link that leads out of it is not followed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        found = super().get_source(environment, template)
        inside = Path(self.searchpath[0]).resolve()
        if not Path(found[1]).resolve().is_relative_to(inside):
            raise ConfigError(f"{found[1]}: leads out of the folder of templates {inside}")
        return found


class _Behind(FileSystemLoader):
    """Shipped templates, each until the user's folder has one of its name."""

    def __init__(self, searchpath: list[str], own: Path) -> None:
        super().__init__(searchpath)
        self._own = own

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, file, fresh = super().get_source(environment, template)
        return source, file, lambda: fresh() and not (self._own / template).exists()


class _BytecodeCache(FileSystemBytecodeCache):
    """Jinja's; a disk that is full costs the time to compile, and no document."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        try:
            super().dump_bytecode(bucket)
        except OSError as error:
            tell_unusable(Path(self.directory), error.strerror or str(error))


def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates of earlier runs; none where the machine's cache cannot be written."""
    folder = cache_dir() / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return _BytecodeCache(str(folder)) if _is_ours(folder) else None


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
