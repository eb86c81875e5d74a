"""Tables that repeat values or follow from others: means over sets, scores, ratios to one extractor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fxreport.audit.claims import ComparisonClaim, DerivedClaim, Scope, Sense, ValueClaim
from fxreport.audit.facts import ANY, PROPERTIES, Facts
from fxreport.audit.lexicon import lexicon
from fxreport.audit.reading import is_ratio, is_score, metric_of
from fxreport.audit.tables import RANKED, Grid, GridCell, words_of


def derived(grids: Sequence[Grid], facts: Facts) -> Iterator[ValueClaim | DerivedClaim | ComparisonClaim]:
    """Yield what the cells of tables claim beyond the facts that they are."""
    for grid in grids:
        for cell in grid.cells:
            claim = _of_cell(cell, facts)
            if claim is not None:
                yield replace(claim, column=(grid.table.header.number, cell.column))
        yield from _averages(grid, facts)


def _of_cell(cell: GridCell, facts: Facts) -> ValueClaim | DerivedClaim | ComparisonClaim | None:
    number, extractor = cell.number, cell.about.extractor
    metric = metric_of(cell)
    if number is None or extractor is None:
        return None
    text = f"{facts.extractors.title(extractor)}: {cell.about.title or metric} {cell.text}"
    if is_ratio(cell):
        return _ratio(cell, facts, text)
    if metric is None or metric == RANKED:
        return None
    dataset = cell.about.dataset
    if is_score(cell) and facts.score:
        scopes = (Scope("stated", (dataset,)),) if dataset else (Scope("implicit"),)
        return DerivedClaim(
            line=cell.line,
            text=text,
            subjects=((extractor,),),
            scopes=scopes,
            metrics=("efficiency",),
            stated=number,
            how="score",
            kind="score",
        )
    if metric not in facts.metrics:
        return None
    if dataset is not None and not cell.about.mean:
        value = facts.get(dataset, extractor, metric)
        if value is None or value.line == cell.line:
            return None
        return ValueClaim(
            line=cell.line,
            text=text,
            subjects=((extractor,),),
            scopes=(Scope("stated", (dataset,)),),
            metrics=(metric,),
            stated=number,
            kind="repeat",
        )
    if metric in PROPERTIES or facts.sets(metric) == (ANY,):
        value = facts.get(ANY, extractor, metric) or facts.get(
            next(iter(facts.sets(metric)), ANY), extractor, metric
        )
        if value is None or value.line == cell.line:
            return None
        return ValueClaim(
            line=cell.line,
            text=text,
            subjects=((extractor,),),
            scopes=(Scope("implicit"),),
            metrics=(metric,),
            stated=number,
            kind="repeat",
        )
    if dataset is not None:
        return None
    return DerivedClaim(
        line=cell.line,
        text=text,
        subjects=((extractor,),),
        scopes=(Scope("overall" if cell.about.mean else "implicit"),),
        metrics=(metric,),
        stated=number,
        how="mean",
        kind="mean",
    )


def _ratio(cell: GridCell, facts: Facts, text: str) -> ComparisonClaim | None:
    """«5.9× повільніше» in a column relative to one extractor."""
    number, extractor = cell.number, cell.about.extractor
    assert number is not None
    assert extractor is not None
    other = cell.about.relative_to
    if other == extractor or number.unit not in ("x", ""):
        return None
    words = words_of(cell.text)
    word = next((v for i in range(len(words)) if (v := lexicon().best(words, i, "comparative"))), None)
    metric = cell.about.metric
    senses: dict[str, Sense] = {"faster": "best", "slower": "worst", "better": "best", "worse": "worst"}
    if word is None or word[0] not in senses:
        return None
    sense = senses[word[0]]
    if word[0] in ("faster", "slower"):
        metrics = facts.times()
    elif metric and metric in facts.metrics:
        metrics = (metric,)
    else:
        metrics = facts.quality()[0]
    objects = (
        ((other,),) if other and other != "?" else tuple((e,) for e in facts.extractors.ids if e != extractor)
    )
    dataset = cell.about.dataset
    return ComparisonClaim(
        line=cell.line,
        text=text,
        subjects=((extractor,),),
        objects=objects,
        scopes=(Scope("stated", (dataset,)),) if dataset else (Scope("overall"),),
        metrics=metrics,
        sense=sense,
        stated=number,
        amount="ratio",
        guessed_object=len(objects) != 1,
        kind="ratio",
        caution=None if metrics else "no_metric",
    )


def _averages(grid: Grid, facts: Facts) -> Iterator[DerivedClaim]:
    """A row «Середнє»: the mean over the rows of its table."""
    for cell in grid.cells:
        metric = metric_of(cell)
        if cell.row not in grid.averages or cell.number is None or metric is None:
            continue
        above = [c for c in grid.cells if c.column == cell.column and c.row not in grid.averages and c.number]
        names = tuple(c.about.extractor for c in above if c.about.extractor)
        if len(names) < 2 or len(names) != len(above) or cell.about.dataset is None:
            continue
        yield DerivedClaim(
            line=cell.line,
            text=f"{cell.about.title or metric}: {cell.text}",
            subjects=(),
            metrics=(metric,),
            scopes=(Scope("stated", (cell.about.dataset,)),),
            stated=cell.number,
            how="row_mean",
            over=names,
            kind="mean",
        )
