"""Marks in tables: bold for the best, stars, stated positions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fxreport.audit.claims import MarkClaim, PlaceClaim, Scope
from fxreport.audit.facts import EFFICIENCY, Facts
from fxreport.audit.lexicon import lexicon, longest
from fxreport.audit.reading import is_ratio, metric_of
from fxreport.audit.tables import Grid, GridCell, words_of


def marks(grids: Sequence[Grid], facts: Facts) -> Iterator[MarkClaim | PlaceClaim]:
    """Yield what the marks of all tables say."""
    for grid in grids:
        yield from _bold(grid, facts)
        yield from _stars(grid, facts)
        yield from _positions(grid, facts, _ordering(grid))


def _lines_of_cells(grid: Grid) -> list[list[GridCell]]:
    """Cells that are comparable: those of a column, or of a row where extractors head the columns."""
    found = []
    for cells in (*grid.columns().values(), *grid.rows().values()):
        one = {(c.about.metric, c.about.dataset) for c in cells}
        people = [c.about.extractor for c in cells if c.about.extractor]
        if len(one) == 1 and len(people) == len(set(people)) >= 2 and len(people) == len(cells):
            found.append(cells)
    return found


def _bold(grid: Grid, facts: Facts) -> Iterator[MarkClaim]:
    """Selective bold in a column of a metric with a direction says «best».

    A row that is bold throughout marks the row. A column with most of its cells bold marks nothing.
    """
    for cells in _lines_of_cells(grid):
        cells = [c for c in cells if c.number is not None and c.row not in grid.averages]
        about = cells[0].about if cells else None
        metric = metric_of(cells[0]) if cells else None
        if about is None or metric is None or any(is_ratio(c) for c in cells):
            continue
        column = len({c.column for c in cells}) == 1
        bold = [c for c in cells if c.bold]
        selective = [c for c in bold if not (column and c.row in grid.whole)]
        if not selective or len(bold) * 2 > len(cells):
            continue
        higher = about.higher_is_better
        if higher is None:
            higher = facts.info(metric).higher_is_better
        if higher is None:
            continue
        names = [c.about.extractor for c in bold if c.about.extractor]
        values = tuple((c.about.extractor, c.number.low) for c in cells if c.about.extractor and c.number)
        yield MarkClaim(
            line=selective[0].line,
            text=f"{about.title or metric}: " + ", ".join(f"**{c.text}**" for c in bold),
            metrics=(metric,),
            scopes=(Scope("stated", (about.dataset,)),) if about.dataset else (),
            subjects=tuple((n,) for n in names),
            marks=tuple((n, 1 if higher else -1) for n in names),
            values=values,
            kind="bold",
        )


def _stars(grid: Grid, facts: Facts) -> Iterator[MarkClaim]:
    """More stars for the worse value of the same column or row contradict."""
    for cells in _lines_of_cells(grid):
        starred = [c for c in cells if c.stars]
        if not starred:
            continue
        numbers = any(c.number is not None for c in cells)
        about = cells[0].about
        if len({c.stars for c in starred}) < 2 and (not numbers or len(starred) == len(cells)):
            continue
        metric = metric_of(cells[0])
        metrics: tuple[str, ...]
        weak: tuple[str, ...] = ()
        if metric in (None, "quality"):
            if metric is None:
                continue
            metrics, weak = facts.quality()
        elif metric in ("speed", "extraction_seconds"):
            metrics = facts.times()
        elif metric == EFFICIENCY and EFFICIENCY not in facts.metrics and not numbers:
            continue
        else:
            metrics = (metric,)
        people = cells if numbers else starred
        yield MarkClaim(
            line=starred[0].line,
            text=" ".join(
                f"{facts.extractors.title(str(c.about.extractor))} {'★' * (c.stars or 0)}".strip()
                for c in people
            ),
            metrics=metrics,
            weak_metrics=weak,
            scopes=(Scope("stated", (about.dataset,)),) if about.dataset else (Scope("implicit"),),
            marks=tuple((str(c.about.extractor), c.stars or 0) for c in people),
            values=tuple((str(c.about.extractor), c.number.low) for c in cells if c.number is not None),
            kind="stars",
        )


def _words_over(grid: Grid) -> list[str]:
    return [word for line in grid.table.above[:2] for word in words_of(line.text)]


_SORTED = re.compile(
    r"(?:sorted|ordered|ranked|ranking|rank|sort)\s+(?:by|on)\s+(.{2,60})"
    r"|(?:рейтинг|ранжування|впорядковано|упорядковано|відсортовано|ранжовано)\s+(?:за\s+(?:спаданням\s+)?)?(.{2,60})",
    re.IGNORECASE,
)


def _ordering(grid: Grid) -> list[str]:
    """The metrics by which a table is said to be ordered: "ranked by F1", «Рейтинг швидкості»."""
    found: list[str] = []
    for line in grid.table.above[:3]:
        for match in _SORTED.finditer(line.text):
            text = re.split(r"[.;:]", match[1] or match[2])[0]
            words = words_of(text)
            found += [m[0] for i in range(len(words)) if (m := longest(lexicon().at(words, i), "metric"))]
    return found


def _positions(grid: Grid, facts: Facts, ordering: Sequence[str]) -> Iterator[MarkClaim]:
    """A column of positions orders the rows: by the first column of numbers that has that order."""
    if len(grid.rank) < 2:
        return
    rows = grid.rows()
    place = dict(grid.rank)
    names = {
        r: next((c.about.extractor for c in cells if c.about.extractor), None) for r, cells in rows.items()
    }
    marked = tuple((str(names[r]), place[r]) for r in place if names.get(r))
    metrics = []
    for cells in grid.columns().values():
        metric = metric_of(cells[0])
        if (
            metric
            and metric not in metrics
            and not any(is_ratio(c) for c in cells)
            and any(c.number for c in cells)
        ):
            metrics.append(metric)
    dataset = next((c.about.dataset for c in grid.cells if c.about.dataset), None)
    if not metrics:
        return
    # what the places are given by has to be said: over the table, or in the header of a single column
    said = set(ordering)
    meant = [m for m in metrics for name in said for known in facts.named(str(name)) if m == known]
    meant += [m for m in metrics if "speed" in said and m in facts.times()]
    yield MarkClaim(
        caution=None if meant else "no_metric",
        line=grid.table.header.number,
        text=", ".join(f"{position}. {name}" for name, position in sorted(marked, key=lambda m: m[1])),
        metrics=facts.narrowed(tuple(dict.fromkeys(meant)), _words_over(grid)) or tuple(metrics),
        scopes=(Scope("stated", (dataset,)),) if dataset else (Scope("implicit"),),
        marks=marked,
        kind="position",
    )
