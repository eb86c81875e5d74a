"""How figures name the views that show the same."""

from __future__ import annotations

#: quality against time
TRADE_OFF = "trade-off"


def projections_of(dataset: str) -> str:
    """The projections of an image set."""
    return f"projections/{dataset}"
