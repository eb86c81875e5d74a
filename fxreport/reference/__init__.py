"""Published figures to measure against: the original document's cells and baselines of the literature.

The data stand beside this module: ``original.csv`` and ``literature.csv`` in the store's CSV-exchange form,
``sources.toml`` with where each figure was taken from, ``works.toml`` with the works that documents name.
Each figure was seen in the source that it names; all
clusterings are k-means with as many clusters as classes.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Source:
    """A published work. What the source does not say is empty, ``year`` None; nothing is translated.

    ``authors`` are "Family, Given"; ``place`` is where in the work a figure stands. A document cites the work
    where it says one of the ``names``, or the title of the ``metric`` or of the ``level`` (factor, level).
    """

    key: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""
    place: str = ""
    label: str = ""
    names: tuple[str, ...] = ()
    metric: str = ""
    level: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """How a table names it: its label, else the first author's surname and the year, else the title."""
        if self.label or not self.authors:
            return self.label or self.title
        return f"{self.authors[0].partition(',')[0]} {self.year or ''}".rstrip()

    @property
    def address(self) -> str:
        """Where it can be read; "" where that is not known."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else self.url


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure; ``dataset``, ``extractor`` and ``metric`` are the names of our vocabulary.

    ``input_size`` is None where size is no setting of the extractor, ``n`` (the images clustered) where the
    source does not state it. Several sources may publish the same cell. ``note`` is a remark in English.
    """

    dataset: str
    extractor: str
    metric: str
    value: float
    input_size: int | None
    source: str
    n: int | None = None
    note: str = ""


@cache
def original() -> tuple[Published, ...]:
    """Return the original document's three tables: 15 cells of 6 metrics, in its order.

    It says 9,500 test images over its three sets together, but not how many of each: ``n`` is None.
    """
    return _read("original.csv")


@cache
def literature() -> tuple[Published, ...]:
    """Return clustering baselines from the literature for extractors like ours."""
    return _read("literature.csv")


@cache
def sources() -> dict[str, Source]:
    """Return the sources by the key that ``Published.source`` names, in a fixed order."""
    return _works("sources.toml")


@cache
def works() -> dict[str, Source]:
    """Return what documents name and did not take figures from, by key, in a fixed order."""
    return _works("works.toml")


def _works(name: str) -> dict[str, Source]:
    with (_HERE / name).open("rb") as file:
        entries = tomllib.load(file)
    found = {}
    for key, entry in entries.items():
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
        found[key] = Source(key, **fields)
    return found


def _read(name: str) -> tuple[Published, ...]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return tuple(
            Published(
                dataset=row["dataset"],
                extractor=row["extractor"],
                metric=row["metric"],
                value=float(row["value"]),
                input_size=_count(row.get("input_size")),
                source=row["source"],
                n=_count(row.get("n")),
                note=row.get("note") or "",
            )
            for row in csv.DictReader(file)
        )


def _count(text: str | None) -> int | None:
    return int(text) if text else None
