"""Do mean ranks over image sets differ, and which (Demšar 2006, JMLR 7:1–30)?

Friedman's test (1937, JASA 32:675–701) on the ranks of extractors within each image set, corrected for
ties, in the less conservative form of Iman and Davenport (1980, Communications in Statistics A
9:571–595); where it shows a difference, Nemenyi's critical difference of two mean ranks. Both count image
sets, not seeds: they need many sets and no interval within one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fxreport.analysis.quantities.ranking import midranks


@dataclass(frozen=True, slots=True)
class RankTest:
    """``mean_ranks``: name → mean rank over sets, 1 for the highest score, the lowest first.

    ``chi_squared`` is Friedman's statistic, ``f`` that of Iman and Davenport with its ``p`` value.
    ``critical_difference`` is Nemenyi's: mean ranks that differ by less are not told apart.
    """

    mean_ranks: Mapping[str, float]
    sets: int
    chi_squared: float
    f: float
    p: float
    critical_difference: float

    def apart(self, a: str, b: str) -> bool:
        return abs(self.mean_ranks[a] - self.mean_ranks[b]) >= self.critical_difference

    def cliques(self) -> tuple[tuple[str, ...], ...]:
        """Maximal runs of two or more names, in order of rank, of which no two are told apart."""
        names = list(self.mean_ranks)
        found: list[tuple[str, ...]] = []
        for start, first in enumerate(names):
            run = [name for name in names[start:] if not self.apart(first, name)]
            if len(run) > 1 and not (found and run[-1] in found[-1]):
                found.append(tuple(run))
        return tuple(found)


def rank_test(scores: Sequence[Mapping[str, float]], level: float = 0.95) -> RankTest | None:
    """Test the ranks of three names or more on two sets or more; higher scores are better.

    ``scores``: for each set name → score, the same names on each. None where there are fewer, or where all
    names have one rank on every set.
    """
    names = list(scores[0]) if scores else []
    count, sets = len(names), len(scores)
    if count < 3 or sets < 2:
        return None
    rows = [midranks([-one[name] for name in names]) for one in scores]
    means = [math.fsum(row[i] for row in rows) / sets for i in range(count)]
    middle = (count + 1) / 2
    within = math.fsum((rank - middle) ** 2 for row in rows for rank in row)
    if within <= 0:
        return None
    # with untied ranks `within` is sets · count (count² − 1) / 12: the textbook's form
    chi = sets**2 * (count - 1) * math.fsum((mean - middle) ** 2 for mean in means) / within
    rest = sets * (count - 1) - chi
    f = math.inf if rest <= 1e-9 else (sets - 1) * chi / rest
    order = sorted(range(count), key=lambda i: means[i])
    from scipy.special import fdtrc
    from scipy.stats import studentized_range

    p = 0.0 if math.isinf(f) else float(fdtrc(count - 1, (count - 1) * (sets - 1), f))
    q = float(studentized_range.ppf(level, count, math.inf)) / math.sqrt(2)
    return RankTest(
        mean_ranks={names[i]: means[i] for i in order},
        sets=sets,
        chi_squared=chi,
        f=f,
        p=p,
        critical_difference=q * math.sqrt(count * (count + 1) / (6 * sets)),
    )
