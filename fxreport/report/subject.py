"""A language's catalogue for a study that has a subject of its own: its texts with the subject's nouns.

``subject.po`` beside a catalogue has those of its messages that name extractors and image sets, or agree
with them, with marks where the nouns stand: ``[thing]``, ``[a task]`` in English, ``[tasks locative]`` in
Ukrainian,
``[thing: кожен|кожна|кожне]`` for words that follow a noun's gender. A capital in a mark gives one.
A language without such texts says these messages in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from functools import cache
from gettext import GNUTranslations

from fxreport.report.catalogue import compiled, locale_of, plural_forms, translations
from fxreport.system.resources import SUBJECT, catalogue
from fxreport.vocabulary.subject import GENDERS, Subject

_SOURCE = "en"
MARK = re.compile(
    r"\[(?P<article>[Aa] )?(?P<noun>[Tt]hing|[Tt]ask)(?P<many>s)?"
    r"(?: (?P<case>[a-z]+))?(?:: (?P<agreeing>[^\]]+))?\]"
)

#: a message, or a context, a singular (joined by EOT, as gettext does) and the place of a plural form
Key = str | tuple[str, int]


def about(lang: str, subject: Subject | None) -> GNUTranslations:
    """The catalogue as it speaks of the subject; the plain one where a study has none."""
    plain = translations(lang)
    if subject is None:
        return plain
    spoken = copy(plain)
    texts = _texts(lang)
    own = lang if texts else _SOURCE
    filled = {key: fill(text, subject, own) for key, text in (texts or _in_english(lang)).items() if key}
    spoken._catalog = {**plain._catalog, **filled}  # type: ignore[attr-defined]
    return spoken


def fill(text: str, subject: Subject, lang: str) -> str:
    """The text with the subject's nouns, and what agrees with them, in place of its marks."""

    def said(mark: re.Match[str]) -> str:
        forms = subject.noun(mark["noun"].lower(), lang)
        if mark["agreeing"]:
            return mark["agreeing"].split("|")[GENDERS.index(forms.gender)]
        noun = forms.by_case[mark["case"] or ""][bool(mark["many"])]
        words = f"{forms.article} {noun}" if mark["article"] else noun
        begins = mark["article"] or mark["noun"]
        return words[:1].upper() + words[1:] if begins[:1].isupper() else words

    return MARK.sub(said, text)


@cache
def _texts(lang: str) -> Mapping[Key, str]:
    """What lies beside the language's catalogue; nothing where it has no such file."""
    file = catalogue(lang).with_name(SUBJECT)
    return compiled(file, lang)._catalog if file.is_file() else {}  # type: ignore[attr-defined]


def _in_english(lang: str) -> Mapping[Key, str]:
    """The English texts, with a plural under each plural form of another language."""
    forms = plural_forms(locale_of(lang))
    found: dict[Key, str] = {}
    for key, text in _texts(_SOURCE).items():
        if isinstance(key, str):
            found[key] = text
        else:
            singular, place = key
            found |= {(singular, i): text for i, tag in enumerate(forms) if (tag == "one") == (place == 0)}
    return found
