"""Rows of a store as an independent reader takes them: metrics by id, whatever level they are measured at."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from fxreport.store import Store


def frame_of(store: Store) -> pd.DataFrame:
    """The store's frame with ``umap_purity`` for ``purity`` at the projection ``umap``."""
    frame = store.read()
    levels = [json.loads(text) if text else {} for text in frame["levels"]]
    frame["metric"] = [
        "_".join([*(at[f] for f in ("projection", "attribution") if f in at), metric])
        for at, metric in zip(levels, frame["metric"], strict=True)
    ]
    return frame.drop(columns=["levels", "step"])


def rows_of(store: Store) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = frame_of(store).to_dict("records")
    return records
