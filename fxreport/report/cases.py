"""Names in other cases than their own: ``{name:of}`` in a translation asks for the genitive.

``{name:kind}`` asks for the word *extractor* before the name, but for one that can do without: a common noun
that a verb agrees with as it does with that word. ``{name:object}`` asks for the accusative. Before names of
image sets the three ask for the word *set* in that case, where the names do not change themselves.

English asks for none. A name without an entry has one form for all; one of words that ought to change stands
in quotation marks after the word *extractor*, which changes instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fxreport.vocabulary.messages import N_
from fxreport.vocabulary.subject import ACCUSATIVE, GENITIVE, INSTRUMENTAL, LOCATIVE, NOMINATIVE

OF, KIND, OBJECT = "of", "kind", "object"
_GENITIVE = {"Raw pixels": N_("of raw pixels"), "Autoencoder": N_("of the autoencoder")}
_ALONE = frozenset({"Autoencoder"})
_QUOTED = {
    KIND: N_("extractor {name}"),
    OF: N_("of the extractor {name}"),
    OBJECT: N_("the extractor {name}, as an object"),
}

#: what a translation asks for before names of image sets → the case of the noun
ASKED: Mapping[str, str] = {KIND: NOMINATIVE, OF: GENITIVE, OBJECT: ACCUSATIVE}
#: in Ukrainian, the prepositions that decide the case where nothing is asked for
GOVERNED: Mapping[str, tuple[str, ...]] = {
    LOCATIVE: (" на ", " у ", " в "),
    GENITIVE: (" без ", " з ", " із ", " до ", " для ", " від "),
    INSTRUMENTAL: (" за ",),
}
#: one set and several, by case
SET: Mapping[str, tuple[str, str]] = {
    NOMINATIVE: ("набір", "набори"),
    GENITIVE: ("набору", "наборів"),
    ACCUSATIVE: ("набір", "набори"),
    INSTRUMENTAL: ("набором", "наборами"),
    LOCATIVE: ("наборі", "наборах"),
}


def in_case(
    shown: str, title: str, case: str, translate: Callable[[str], str], *, quoted: bool = False
) -> str:
    """A name as ``shown`` within a sentence, with its extractor's ``title`` in the case asked for.

    ``quoted``: whether it is of words that would have to change with the case.
    """
    if quoted and case:
        return translate(_QUOTED[case]).format(name=f"«{shown}»")
    if case == KIND and title not in _ALONE:
        return translate(N_("extractor {name}")).format(name=shown)
    if case != OF or title not in _GENITIVE:
        return shown
    return translate(_GENITIVE[title]) + shown[len(translate(title)) :]


def case_after(before: str) -> str:
    """The case that the last word of a Ukrainian text asks for; "" where it asks for none."""
    said = f" {before}".lower()
    return next((case for case, words in GOVERNED.items() if said.endswith(words)), "")
