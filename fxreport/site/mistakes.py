"""Mistakes in templates: one line that says in which file and line."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

from fxreport.system.resources import resource
from fxreport.vocabulary.errors import ConfigError


@contextmanager
def template_mistakes() -> Iterator[None]:
    """Raise ConfigError for what goes wrong in a template; what goes wrong elsewhere passes."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise ConfigError(f"{error.filename or error.name}:{error.lineno}: {error.message}") from error
    except TemplateNotFound as error:
        raise ConfigError(f"{_place(error)}: there is no template {error.name}") from error
    except (TemplateError, TypeError, LookupError, AttributeError, ValueError) as error:
        if not (place := _place(error)):
            raise
        raise ConfigError(f"{place}: {error}") from error


def _place(error: BaseException) -> str:
    """The template's file and line where it happened; "" where that is no template."""
    folder = resource("templates")
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return f"{inside[-1].filename}:{inside[-1].lineno}" if inside else ""
