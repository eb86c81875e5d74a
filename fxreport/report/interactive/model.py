"""What the interactive views show, as plain data: arrays, and labels in the document's language."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fxreport.report.interactive.names import TRADE_OFF, projections_of
from fxreport.vocabulary.thumbnails import Sheet

#: in the place of an image's visible group where none was kept
UNKNOWN = -2


@dataclass(frozen=True, slots=True)
class Group:
    """Points that are shown or hidden together: a class, an extractor.

    ``symbol`` is the house style's marker, ``badge`` a short name for the middle of the group, "" for none.
    """

    label: str
    color: str
    symbol: str
    hollow: bool = False
    badge: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Projected:
    """A variant's features in the plane, by method: (n, 2) float, NaN where it has no point for an image.

    ``clusters`` (n,): the number of each image's cluster, from one on; -1 where it is not known.
    ``visible``: method → (n,), the visible group of each image, from zero on; -1 for none, ``UNKNOWN`` where
    it is not known.
    """

    id: str
    label: str
    planes: dict[str, NDArray[np.floating]]
    clusters: NDArray[np.integer]
    visible: dict[str, NDArray[np.integer]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class ProjectionView:
    """One image set, the same n images for every variant.

    ``images`` (n,): indices into the set's test split; ``classes`` (n,): indices into ``groups``. ``tiles``
    (n,): each image's tile on the sheet, empty where no sheet was kept. ``methods``: name → title. ``names``:
    of the images' files, () where they have none.
    """

    name: str
    title: str
    groups: tuple[Group, ...]
    images: NDArray[np.integer]
    classes: NDArray[np.integer]
    methods: dict[str, str]
    variants: tuple[Projected, ...]
    tiles: NDArray[np.integer]
    sheet: Sheet | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TradeoffDot:
    """A variant's place; ``group`` indexes the view's groups. ``lines`` are what a reader is told of it."""

    group: int
    seconds: float
    quality: float
    interval: tuple[float, float] | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TradeoffSet:
    """``front``: indices of the dots that nothing else beats in both, fastest first."""

    title: str
    dots: tuple[TradeoffDot, ...]
    front: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TradeoffView:
    groups: tuple[Group, ...]
    sets: tuple[TradeoffSet, ...]
    time_axis: str
    quality_axis: str


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """All views of one document. ``words`` are those that the script needs, by its own names for them."""

    lang: str
    decimal: str
    words: dict[str, str]
    projections: tuple[ProjectionView, ...]
    trade_off: TradeoffView | None

    @property
    def names(self) -> frozenset[str]:
        """What figures may open (``Figure.opens``)."""
        sets = {projections_of(view.name) for view in self.projections}
        return frozenset(sets | ({TRADE_OFF} if self.trade_off and self.trade_off.sets else set()))
