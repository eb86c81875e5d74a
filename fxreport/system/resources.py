"""Where templates, catalogues and the shipped configuration are, in a wheel and in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """A file or folder of ours: ``resource("templates", "style.css")``.

    A wheel holds them in ``fxreport/_resources``; in a checkout they lie at its top.
    """
    installed = PACKAGE / "_resources"
    return (installed if installed.is_dir() else PACKAGE.parent).joinpath(*parts)


def languages() -> tuple[str, ...]:
    """Languages that the document can be written in: those that have a catalogue."""
    return tuple(sorted(file.parts[-3] for file in resource("locale").glob("*/LC_MESSAGES/fxreport.po")))
