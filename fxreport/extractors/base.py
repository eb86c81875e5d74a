"""What an extractor is: scikit-learn's transformer habits, plus a few declared facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]  # (n, height, width, channels), channels 1 or 3, values 0..255
Labels = NDArray[np.int64]  # (n,)
Features = NDArray[np.float32]  # (n, d)

#: called after each epoch with (epoch from 1, epochs)
EpochCallback = Callable[[int, int], None]


@runtime_checkable
class Extractor(Protocol):
    """Images in, features out. Fitted on the train split, applied to the test split.

    As in scikit-learn: ``__init__`` takes parameters and stores them under their names, nothing else; ``fit``
    learns and sets attributes with a trailing underscore. Any scikit-learn transformer that accepts
    ``(n, height, width, channels)`` uint8 arrays and has the class attributes below is an extractor.

    ``family`` is ``supervised`` (trained with labels of the set), ``unsupervised`` (without them),
    ``pretrained`` (ready for use), ``learned`` (otherwise), or ``baseline``: the document compares families,
    and takes all but the last for learned. Any other word (``handmade``) is shown as it is.

    Optional, used where present:

    - ``preprocess(batch)`` and ``forward(prepared)``: the two halves of ``transform`` for one batch
      (resizing and scaling; the network), so that they are timed apart. ``forward`` returns (n, d) float32.
    - ``curve_``: mapping of name → (epochs,) array (``loss``, ``val_loss``, ``accuracy``, ``val_accuracy``).
    - ``measure(images, labels)``: mapping of metric → value on held-out images (``test_accuracy``,
      ``reconstruction_mse``).
    - ``inspect(images)``: mapping of artifact → array for a few images (``filters``,
      ``feature_maps/<layer>``, ``reconstructions``).
    - ``opened()``: the network for study (what it is asked: ``fxreport.measures.base.Network``);
      ``head_``: its own classifier, with ``weights`` (d, k), ``bias`` (k,) and ``classes`` (k,).
    - ``decode(codes)``: (n, d) features → (n, height, width, channels) float32 in [0, 1].
    - ``parameters_``, ``model_bytes_``: counts; ``load_seconds_``: time to build the model and read weights;
      ``weights_source_``, ``weights_hash_``: provenance.
    - ``rows(dataset, split, indices, size)``: features (n, d) of the images at ``indices`` (n,) of a split of
      ``size`` images, computed elsewhere; asked for in place of ``fit`` and ``transform``, and not timed.
    - ``on_epoch``: an ``EpochCallback`` attribute that the runner sets before ``fit``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    needs_labels: ClassVar[bool]
    version: ClassVar[int]
    input_sizes: ClassVar[tuple[int, ...]]  # sizes worth measuring; empty where size is no setting

    def fit(self, images: Images, labels: Labels | None = None) -> Extractor: ...

    def transform(self, images: Images) -> Features: ...


ExtractorSettings = Mapping[str, str | int | float | bool]
