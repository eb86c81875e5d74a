"""Labels that features owe something to though they need none of the set's, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.analysis.claims import N_, Names, Param, Phrase, Verbatim
from fxreport.analysis.context import Context

_ELSEWHERE = N_(" Pretrained with labels of other images: {pretrained}.")


def other_labels(context: Context, names: Sequence[str]) -> dict[str, Param]:
    """Placeholder ``elsewhere``: who of these is known to be pretrained with labels; empty of nobody."""
    found = tuple(v for v in names if context.study.variant_by_id[v].extractor.other_labels)
    return {"elsewhere": Phrase(_ELSEWHERE) if found else Verbatim(""), "pretrained": Names(found)}
