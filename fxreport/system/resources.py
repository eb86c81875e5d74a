"""Where templates, catalogues and the shipped configuration are, in a wheel and in a checkout."""

from __future__ import annotations

import re
from pathlib import Path

#: languages that the project keeps complete
OURS = ("en", "uk")
PO = "LC_MESSAGES/fxreport.po"
#: beside a catalogue: its messages for a study of other things than extractors
SUBJECT = "subject.po"
#: where ``fxreport locale new`` puts a catalogue and where one is looked for without being configured
BESIDE = Path("locale")
_EMPTY = re.compile(r'^msgstr(?:\[\d+\])? ""\n(?!")', re.MULTILINE)
_MESSAGE = re.compile(r"^msgid ", re.MULTILINE)
_FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)

PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """A file or folder of ours: ``resource("templates", "style.css")``.

    A wheel holds them in ``fxreport/_resources``; in a checkout they lie at its top.
    """
    installed = PACKAGE / "_resources"
    return (installed if installed.is_dir() else PACKAGE.parent).joinpath(*parts)


#: folders of catalogues that a configuration names
_catalogues: list[Path] = []


def use_catalogues(folder: Path) -> None:
    """Look for catalogues in ``folder`` too, as gettext's ``bindtextdomain`` does: for this process."""
    if folder not in _catalogues:
        _catalogues.insert(0, folder)


def languages() -> tuple[str, ...]:
    """Languages that the document can be written in: those that have a catalogue."""
    folders = (*_catalogues, BESIDE, resource("locale"))
    return tuple(sorted({file.parts[-3] for folder in folders for file in folder.glob(f"*/{PO}")}))


def catalogue(lang: str) -> Path:
    """A language's catalogue, of a configured folder before ours. It may not be there.

    What lies in the current folder stands in for no language that is complete here.
    """
    beside = () if lang in OURS else (BESIDE,)
    found = (folder / lang / PO for folder in (*_catalogues, *beside))
    return next((file for file in found if file.is_file()), resource("locale") / lang / PO)


def complete_languages() -> tuple[str, ...]:
    """Languages whose catalogue leaves no message untranslated; ours are complete, which a test holds."""
    return tuple(lang for lang in languages() if lang in OURS or not untranslated(catalogue(lang)))


def untranslated(file: Path) -> int:
    """How many messages a catalogue lacks or leaves open, told from its text: parsing takes half a second."""
    source, text = (one.read_text("utf-8") for one in (catalogue(OURS[0]), file))
    lacking = len(_MESSAGE.findall(source)) - len(_MESSAGE.findall(text))
    return max(lacking, 0) + len(_EMPTY.findall(text)) + len(_FUZZY.findall(text))
