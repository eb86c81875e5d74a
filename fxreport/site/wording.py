"""Words of the site: names that somebody gave are cut to what a page bears, and turn nothing round."""

from __future__ import annotations

from functools import cached_property

from fxreport.report.words import Words

#: characters of a name that are shown
_LONGEST = 120
#: characters that would turn what follows a name round, and what is shown for them
_TURNS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TURNING = dict.fromkeys(map(ord, _TURNS), "\ufffd")


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
