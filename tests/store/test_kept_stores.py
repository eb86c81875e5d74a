"""A store of each schema, written by the version that had it, is read as it was, now and when packed again.

A change of schema keeps one more: ``tests/data/storeN`` and, in ``storeN.json``, what it held.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fxreport.store import Store
from fxreport.store.rows import SCHEMA_VERSION


def told(store: Store) -> dict[str, Any]:
    """All that a store gives, in JSON."""
    rows = store.read().astype(object)
    experiments = sorted(store.experiments())
    found = {
        "keys": sorted(store.keys()),
        "rows": rows.where(rows.notna(), None).to_dict("records"),
        "steps": {key: step.to_dict() for key, step in store.steps().items()},
        "provenance": store.provenance(),
        "arrays": {key: lists(store.artifacts(key)) for key in experiments},
        "shared": {key: lists(store.shared(key)) for key in experiments},
        "failures": {key: [one.reason, one.when] for key, one in store.failures().items()},
        "imports": {name: [one.file, one.sha256, one.rows] for name, one in store.imports().items()},
    }
    return dict(json.loads(json.dumps(found)))


def lists(arrays: Any) -> dict[str, Any]:
    return {name: [array.dtype.str, array.tolist()] for name, array in arrays.items()}


def test_each_schema_has_a_store_that_was_kept(checkout: Path) -> None:
    kept = {path.name for path in (checkout / "tests/data").iterdir() if path.is_dir()}
    assert {f"store{schema}" for schema in range(1, SCHEMA_VERSION + 1)} <= kept


@pytest.mark.parametrize("schema", range(2, SCHEMA_VERSION + 1))
def test_a_kept_store_is_read_as_it_was(schema: int, checkout: Path, tmp_path: Path) -> None:
    """That of schema 1 is held to its own files in ``test_compact``."""
    was = json.loads((checkout / f"tests/data/store{schema}.json").read_text("utf-8"))
    store = Store(shutil.copytree(checkout / f"tests/data/store{schema}", tmp_path / "store"))
    assert all(was[what] for what in was), "it has something of each kind"
    assert told(store) == was
    assert store.verify() == []
    (tmp_path / "store" / "index.json").unlink()
    assert told(Store(store.location)) == was, "the index only saves time"
    Store(store.location).compact()
    assert told(Store(store.location)) == was
