"""Does a measurement made again agree with the reference? Pure: rows in, disagreements out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: what depends on the machine and its load rather than on the method
MACHINE_UNITS = {"second", "image/second", "byte"}
#: below this relative difference two values are the same number computed in another order
ROUNDING = 1e-6

Cell = tuple[str, str, str, str, str]  # dataset, extractor, input size, clusterer, metric


@dataclass(frozen=True)
class Disagreement:
    cell: Cell
    seed: int
    again: float
    mean: float
    half_width: float

    def __str__(self) -> str:
        cell = " ".join(part for part in self.cell if part)
        return f"{cell}, seed {self.seed}: {self.again:.6g}, expected {self.mean:.6g} ± {self.half_width:.2g}"


def half_width(values: list[float], level: float = 0.95) -> float:
    """Half the width of the prediction interval for one more value of a normal sample (Student's t).

    ``values`` has one value a seed. A single value has no spread of its own: nan.
    """
    from scipy.stats import t

    n = len(values)
    if n < 2:
        return math.nan
    mean = math.fsum(values) / n
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    return float(t.ppf((1 + level) / 2, n - 1)) * sd * math.sqrt(1 + 1 / n)


def by_cell(rows: Iterable[Mapping[str, str]]) -> dict[Cell, dict[int, float]]:
    """Arrange rows of the CSV exchange as cell → seed → value, without what depends on the machine."""
    cells: dict[Cell, dict[int, float]] = defaultdict(dict)
    for row in rows:
        if row["unit"] not in MACHINE_UNITS:
            cell = (row["dataset"], row["extractor"], row["input_size"], row["clusterer"], row["metric"])
            cells[cell][int(row["seed"])] = float(row["value"])
    return dict(cells)


def disagreements(
    reference: Mapping[Cell, Mapping[int, float]], again: Mapping[Cell, Mapping[int, float]]
) -> list[Disagreement]:
    """What was measured again and lies outside the reference's spread over seeds.

    Raises KeyError for a cell that the reference does not hold: nothing can be said of it.
    """
    found = []
    for cell, by_seed in again.items():
        values = list(reference[cell].values())
        mean = math.fsum(values) / len(values)
        allowed = half_width(values)
        for seed, value in by_seed.items():
            # the same seed's own value agrees whatever the spread of the others
            expected = reference[cell].get(seed, mean)
            if math.isclose(value, expected, rel_tol=ROUNDING, abs_tol=1e-12):
                continue
            if not abs(value - mean) <= allowed:  # nan, no spread known, is no agreement
                found.append(Disagreement(cell, seed, value, mean, allowed))
    return found
