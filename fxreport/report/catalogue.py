"""A language's catalogue, and the words that it has forms or names of its own for."""

from __future__ import annotations

import gettext
import re
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel import Locale
from babel.localedata import exists
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from fxreport.system.resources import OURS, catalogue, languages
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.messages import N_

_CODE = re.compile(r"[a-z]{2,3}(?:_[A-Za-z0-9]{2,8})*")


def NP_(context: str, singular: str, plural: str) -> tuple[str, str, str]:  # noqa: N802
    """Mark a noun with its number for extraction; the context tells cases apart."""
    return context, singular, plural


#: titles of built-in extractors that a language has its own words for
TITLES = (N_("Raw pixels"), N_("Custom CNN"), N_("Autoencoder"))
#: classes of built-in image sets that a language has its own words for
CLASSES = (
    *(N_("T-shirt/top"), N_("Trouser"), N_("Pullover"), N_("Dress"), N_("Coat")),
    *(N_("Sandal"), N_("Shirt"), N_("Sneaker"), N_("Bag"), N_("Ankle boot")),
    *(N_("airplane"), N_("automobile"), N_("bird"), N_("cat"), N_("deer")),
    *(N_("dog"), N_("frog"), N_("horse"), N_("ship"), N_("truck")),
)


#: all image sets of a study, by their number
ALL_SETS = {
    2: N_("both sets"),
    3: N_("all three sets"),
    4: N_("all four sets"),
    5: N_("all five sets"),
    6: N_("all six sets"),
}


NOUNS = {
    "extractor": NP_("nominative", "{n} extractor", "{n} extractors"),
    "extractor_of": NP_("genitive", "{n} extractor", "{n} extractors"),
    "epoch_after": NP_("after", "{n} epoch", "{n} epochs"),
    "image_from": NP_("from", "{n} image", "{n} images"),
    "image_there": NP_("nominative", "{n} image", "{n} images"),
    "class_in": NP_("in", "{n} class", "{n} classes"),
    "value": NP_("out of", "{n} value", "{n} values"),
    "experiment": NP_("nominative", "{n} experiment", "{n} experiments"),
    "times": NP_("factor", "{n} times", "{n} times"),
    "other": NP_("more", "{n} other", "{n} others"),
    "run": NP_("out of", "{n} run", "{n} runs"),
    "dataset": NP_("over", "{n} image set", "{n} image sets"),
    "component": NP_("of", "{n} principal component", "{n} principal components"),
    "pair": NP_("out of", "{n} pair", "{n} pairs"),
    "row": NP_("nominative", "{n} row", "{n} rows"),
    "picture": NP_("out of", "{n} picture", "{n} pictures"),
    "pixel": NP_("nominative", "{n} pixel", "{n} pixels"),
    "run_over": NP_("over", "{n} run", "{n} runs"),
    "map": NP_("out of", "{n} map", "{n} maps"),
    "place": NP_("out of", "{n} place", "{n} places"),
    "plane": NP_("mean over", "{n} plane", "{n} planes"),
    "cell_of": NP_("out of", "{n} cell", "{n} cells"),
    "cell": NP_("nominative", "{n} cell", "{n} cells"),
    "statement": NP_(
        "that are there", "{n} statement that can be checked", "{n} statements that can be checked"
    ),
    "tested": NP_("out of", "{n} tested statement", "{n} tested statements"),
    "more_run": NP_("wanted", "{n} more run", "{n} more runs"),
    "found_page": NP_("found on", "Found on {n} page.", "Found on {n} pages."),
    "other_extractor": NP_("further", "{n} more extractor", "{n} more extractors"),
}


@cache
def translations(lang: str) -> gettext.GNUTranslations:
    """Read a language's catalogue; it is compiled in memory, so that only the text is kept in the project."""
    path = catalogue(lang)
    if not path.is_file():
        raise ConfigError(f"language {lang!r}: no catalogue {path}; there are: {', '.join(languages())}")
    read = read_catalogue(path, lang)
    if lang not in OURS and (wrong := broken(read)):
        line, said = wrong[0]
        raise ConfigError(f"{path}:{line}: {said} (fxreport locale check {lang} lists all)")
    return _compiled(read)


def compiled(path: Path, lang: str) -> gettext.GNUTranslations:
    """A catalogue's text as gettext reads it."""
    return _compiled(read_catalogue(path, lang))


def _compiled(read: Catalog) -> gettext.GNUTranslations:
    file = BytesIO()
    write_mo(file, read)
    file.seek(0)
    return gettext.GNUTranslations(file)


def read_catalogue(path: Path, lang: str) -> Catalog:
    """Read a catalogue's text. Raises ConfigError, one line, where it is none."""
    try:
        with path.open("rb") as file:
            return read_po(file, locale=_language(lang), abort_invalid=True)
    except PoFileError as error:
        where = f"{path}:{error.lineno}" if error.lineno else str(path)
        raise ConfigError(f"{where}: not a catalogue: {error}") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read the catalogue {path}: {error}") from error


def broken(catalogue: Catalog) -> list[tuple[int, str]]:
    """Translations that could not be filled in: those with other placeholders, by line."""
    found = []
    for message in catalogue:
        ids, said = _strings(message.id), [text for text in _strings(message.string) if text]
        if not message.id or message.fuzzy:
            continue
        wanted = _placeholders(ids[-1])
        for text in said:
            there = _placeholders(text)
            if there is None or not there <= (wanted or set()) or (wanted or set()) - there:
                names = ", ".join(f"{{{name}}}" for name in sorted(wanted or ())) or "none"
                found.append((message.lineno or 0, f"{text[:60]!r}: its placeholders must be {names}"))
                break
    return found


def _strings(text: str | Sequence[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _placeholders(text: str) -> set[str] | None:
    """Names in braces; None where the braces do not match."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def locale_of(lang: str) -> Locale:
    """What is known of a language's numbers and lists; of a made-up region (``en_XA``) the language's."""
    return Locale.parse(_language(lang))


def _language(lang: str) -> str:
    for name in (lang, lang.partition("_")[0]):
        if _CODE.fullmatch(lang) and exists(name):
            return name
    raise ConfigError(f"{lang!r} is no language that Babel knows; give a code such as pl or pt_BR")


def plural_forms(locale: Locale) -> list[str]:
    """The plural forms of a language in the order of its catalogue: those of CLDR, fractions included."""
    tags = {*locale.plural_form.tags, "other"}
    return sorted(tags, key=["zero", "one", "two", "few", "many", "other"].index)
