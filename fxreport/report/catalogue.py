"""A language's catalogue, and the words that it has forms or names of its own for."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from fxreport.system.resources import languages, resource
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.messages import N_

DOMAIN = "fxreport"


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
    path = resource("locale") / lang / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.is_file():
        raise ConfigError(f"language {lang!r}: no catalogue {path}; there are: {', '.join(languages())}")
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
