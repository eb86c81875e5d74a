"""Names in other cases than their own: ``{name:of}`` in a translation asks for the genitive.

English asks for none. A name without an entry has one form for all.
"""

from __future__ import annotations

from collections.abc import Callable

from fxreport.vocabulary.messages import N_

OF = "of"
_GENITIVE = {"Raw pixels": N_("of raw pixels"), "Autoencoder": N_("of the autoencoder")}


def in_case(shown: str, title: str, case: str, translate: Callable[[str], str]) -> str:
    """A name as ``shown`` within a sentence, with its extractor's ``title`` in the case asked for."""
    if case != OF or title not in _GENITIVE:
        return shown
    return translate(_GENITIVE[title]) + shown[len(translate(title)) :]
