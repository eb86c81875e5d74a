"""Names in other cases than their own: ``{name:of}`` in a translation asks for the genitive.

``{name:kind}`` asks for the word *extractor* before the name, but for one that can do without: a common noun
that a verb agrees with as it does with that word.

English asks for none. A name without an entry has one form for all.
"""

from __future__ import annotations

from collections.abc import Callable

from fxreport.vocabulary.messages import N_

OF, KIND = "of", "kind"
_GENITIVE = {"Raw pixels": N_("of raw pixels"), "Autoencoder": N_("of the autoencoder")}
_ALONE = frozenset({"Autoencoder"})


def in_case(shown: str, title: str, case: str, translate: Callable[[str], str]) -> str:
    """A name as ``shown`` within a sentence, with its extractor's ``title`` in the case asked for."""
    if case == KIND and title not in _ALONE:
        return translate(N_("extractor {name}")).format(name=shown)
    if case != OF or title not in _GENITIVE:
        return shown
    return translate(_GENITIVE[title]) + shown[len(translate(title)) :]
