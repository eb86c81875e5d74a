"""A made-up language in other letters: text that no catalogue gave is seen."""

from __future__ import annotations

import re
from pathlib import Path

from fxreport.report.translating import as_text, make_catalogue
from fxreport.system.resources import PO

LANG = "en_XA"
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHER = "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ"
_LETTERS = str.maketrans(_PLAIN, _OTHER)


def disguised(message: str) -> str:
    """The message in other letters, its placeholders as they are."""
    parts = re.split(r"(\{[^}]*\})", message)
    return "".join(part if i % 2 else part.translate(_LETTERS) for i, part in enumerate(parts))


def write(folder: Path, *, lang: str = LANG) -> Path:
    """A whole catalogue in other letters, below ``folder``."""
    made = make_catalogue(lang)
    for message in made:
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else message.id
            said = tuple(disguised(text) for text in ids)
            many = len(message.string) if isinstance(message.string, tuple) else 1
            message.string = said[0] if isinstance(message.id, str) else (said[0],) + (said[1],) * (many - 1)
    file = folder / lang / PO
    file.parent.mkdir(parents=True)
    file.write_text(as_text(made), encoding="utf-8")
    return file
