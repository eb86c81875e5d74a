"""As much of a large study as a figure can show: the extractors of the highest main quality."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TypeVar

from fxreport.report.draft import Draft
from fxreport.report.model import Text, plain
from fxreport.vocabulary.messages import N_

#: marks and rows that one figure can show
MARKS, ROWS = 160, 40

_Item = TypeVar("_Item")


def foremost(draft: Draft, variants: Sequence[str], panels: int = 1) -> tuple[str, ...]:
    """All of the variants where they fit in so many panels; else the best by their mean over the sets."""
    most = max(2, min(ROWS, MARKS // max(1, panels)))
    if len(variants) <= most:
        return tuple(variants)
    columns = [draft.context.column(d) for d in draft.context.quality]
    sign = 1 if draft.study.rising else -1

    def mean(variant: str) -> float:
        known = [column[variant] for column in columns if variant in column]
        return sign * math.fsum(known) / len(known) if known else -math.inf

    return tuple(sorted(variants, key=lambda v: -mean(v))[:most])


def cut(draft: Draft, shown: Collection[_Item], every: Collection[_Item]) -> Text:
    """What a caption adds where not all are shown."""
    if len(shown) == len(every):
        return ()
    said = draft.words(N_("; shown are the {shown} best of {every}"))
    number = draft.words.number
    return plain(said.format(shown=number(len(shown), 0), every=number(len(every), 0)))
