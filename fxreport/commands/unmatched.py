"""Tables of a configuration that speak of nothing that is there: a name mistyped goes unheard otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fxreport.config import Config
from fxreport.store import Store
from fxreport.vocabulary.metrics import NAMES, plain
from fxreport.vocabulary.nearest import unknown


def unmatched(config: Config, store: Store) -> Iterator[str]:
    """Say of each title, kind of extractor and metric to whom it belongs that the store does not hold."""
    rows = store.read()
    if rows.empty:
        return
    called, own = config.called, {*config.datasets, *config.own}
    named: Iterable[tuple[str, str, Iterable[str]]] = (
        ("datasets", "dataset", called.datasets),
        ("extractors", "extractor", dict.fromkeys((*called.extractors, *called.families))),
        ("metrics", "metric", (one.name for one in config.metrics)),
    )
    for table, column, names in named:
        there = {plain(name) if column == "metric" else name for name in rows[column].unique()}
        known = there | own | (set(NAMES) if column == "metric" else set())
        for name in names:
            if name not in known:
                told = unknown(column, name, sorted(there))
                yield f"{config.source}: {table}.{name} speaks of nothing in {store.location}: {told}"
