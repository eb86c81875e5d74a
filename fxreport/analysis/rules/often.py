"""In how many runs something holds, as a clause."""

from __future__ import annotations

from collections.abc import Sequence

from fxreport.analysis.claims import N_, Count, Param, Phrase

EVERY_RUN, SINGLE_RUNS = N_("in every run"), N_("in single runs")
_EACH = N_("in each of {runs}")


def always(runs: Sequence[int]) -> dict[str, Param]:
    """Placeholders ``always`` and ``runs`` of what holds in all runs of cells that have so many each.

    ``always`` is "in each of 9 runs", or says that runs were single where a cell has one alone.
    """
    return {"always": Phrase(SINGLE_RUNS if min(runs) == 1 else _EACH), "runs": Count(sum(runs), "run")}
