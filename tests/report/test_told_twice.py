"""A quantity that a document tells in several places is told equal everywhere, as far as its digits go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_stores import fill
from wholes import stored_plan

from fxreport.analysis.conclude import conclude
from fxreport.report.anchors import Address
from fxreport.report.build import make_study
from fxreport.report.draft import Draft
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import Document, Number, Table, to_string
from fxreport.report.technical import technical_report
from fxreport.report.words import Words
from fxreport.report.writers.walk import blocks, texts
from fxreport.store import Store

#: columns that tell a metric under a name of their own; of several image sets, that of one of them
COLUMNS = {
    "Time, s": "extraction_seconds",
    "Mean time, s": "extraction_seconds",
    "Extraction time, s": "extraction_seconds",
    "Images per second": "images_per_second",
    "Dimension": "dimension",
    "ARI": "ari",
    "NMI": "nmi",
}
#: what only a table of all sets computes: it is no set's value
OVER_SETS = {"table-speed", "table-trade-off"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Its mean of rates is not the rate of its mean time, as in any store of several runs."""
    store = Store(tmp_path_factory.mktemp("told") / "store")
    fill(store)
    return store


@pytest.mark.parametrize("sets", [("mnist",), ("mnist", "cifar10")], ids=["one set", "two sets"])
def test_what_is_told_twice_is_told_equal(
    store: Store, sets: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FigureCache, "get_or_draw", lambda *_: "<svg/>")
    concluded = conclude(make_study(store, stored_plan(store), datasets=sets))
    draft = Draft(concluded, Words("en", concluded.study), FigureCache(tmp_path))
    document = technical_report(draft)
    told: dict[str, list[str]] = {}
    for address, text in measured(document):
        told.setdefault(address, []).append(text)
    assert all(equal(values[0], other) for values in told.values() for other in values)
    assert sum(len(values) > 2 for values in told.values()) > 20
    names = {draft.words.variant(v.id): v.id for v in concluded.study.variants}
    compared = set()
    for table, name, metric, text in in_columns(document):
        if name not in names or (len(sets) > 1 and table in OVER_SETS):
            continue
        of_sets = [told.get(Address(d, names[name], metric).id, []) for d in sets]
        assert any(equal(text, other) for values in of_sets for other in values), (table, name, metric, text)
        compared.add((table, metric))
    assert ("table-when-to-use", "images_per_second") in compared
    assert (("table-speed", "images_per_second") in compared) == (len(sets) == 1)


def measured(document: Document) -> Iterator[tuple[str, str]]:
    """(address of a measured value, what is told of it): the appendix's rows and what is said to be them."""
    for block in blocks(document):
        for text in texts(block):
            for part in text:
                if isinstance(part, Number) and part.address.startswith("m-") and not part.title:
                    yield part.address, part.text
        if isinstance(block, Table):
            yield from (
                (row.id, to_string(row.cells[1].text)) for row in block.rows if row.id.startswith("m-")
            )


def in_columns(document: Document) -> Iterator[tuple[str, str, str, str]]:
    """(table, extractor, metric, value) of tables with a row an extractor."""
    for block in blocks(document):
        if not isinstance(block, Table) or block.id.startswith(("table-published", "table-experiments")):
            continue
        titles = [to_string(column.title) for column in block.columns]
        if "Extractor" not in titles:
            continue
        for row in block.rows:
            cells = [to_string(cell.text) for cell in row.cells]
            for title, cell in zip(titles, cells, strict=True):
                if title in COLUMNS and cell != "—":
                    yield block.id, cells[titles.index("Extractor")], COLUMNS[title], cell


def equal(one: str, other: str) -> bool:
    (a, half), (b, other_half) = bounds(one), bounds(other)
    return abs(a - b) <= (half + other_half) * (1 + 1e-9)


def bounds(text: str) -> tuple[float, float]:
    """A number and half of its last digit; zeros at the end of a whole number may stand for any."""
    digits = text.split()[0].replace(",", "")
    whole, _, decimals = digits.partition(".")
    zeros = len(whole) - len(whole.rstrip("0")) if not decimals else 0
    return float(digits), 10.0 ** (zeros - len(decimals)) / 2
