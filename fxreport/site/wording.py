"""Words of the site: names that somebody gave are cut to what a page bears, and turn nothing round."""

from __future__ import annotations

from functools import cached_property

from fxreport.report.words import Words
from fxreport.vocabulary.text import DIRECTIONS

#: characters of a name that are shown
_LONGEST = 120
#: what is shown for a mark that would turn round what follows the name
_TURNING = dict.fromkeys(map(ord, DIRECTIONS), "\ufffd")


class PlainWords(Words):
    """One language; what others named is made harmless where it is shown."""

    def variant(self, variant: str) -> str:
        if variant not in self._variants:  # every number names one on hover
            self._variants[variant] = _shown(super().variant(variant))
        return self._variants[variant]

    @cached_property
    def _variants(self) -> dict[str, str]:
        return {}

    def dataset(self, name: str) -> str:
        return _shown(super().dataset(name))

    def metric(self, name: str) -> str:
        return _shown(super().metric(name))


def _shown(name: str) -> str:
    text = name.translate(_TURNING)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
