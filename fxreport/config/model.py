"""What a configuration holds once it is read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from fxreport.config.statements import location
from fxreport.vocabulary.imprint import NO_IMPRINT, Imprint
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.own import OwnExtractor
from fxreport.vocabulary.scenario import Scenario
from fxreport.vocabulary.statement import ORIGINAL, Statement
from fxreport.vocabulary.steps import Scalar
from fxreport.vocabulary.subject import UNCALLED, Called, Subject

Settings = Mapping[str, Scalar]
#: keys of ``[evaluation]``: settings by name, and lists of measures or of their levels
Evaluation = Mapping[str, Scalar | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SampleSize:
    """Numbers of images drawn from each split; None takes the whole split."""

    train: int | None = None
    test: int | None = None


@dataclass(frozen=True, slots=True)
class ExtractorConfig:
    """Parameters of an extractor, and the input sizes (pixels) that its bare name stands for.

    ``own`` says where one that the user names is to be had; None for those that are built in or installed.
    """

    settings: Settings
    input_sizes: tuple[int, ...] | None = None
    own: OwnExtractor | None = None


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """The user's own images in ``path``, resized to ``size`` × ``size`` pixels of ``channels`` (1 or 3).

    ``path`` is a folder, a table (CSV) or an archive (``.npz``); None where ``load`` names what loads them,
    called with ``arguments``, and for each split with ``train`` and ``test`` besides. ``size`` and
    ``channels`` are None where the images decide, ``natural_images`` where nobody said if they are
    photographs. ``split``: share of each class to test on, ``most_skipped``: share of pictures that may be
    unreadable; None: nobody said.
    """

    name: str
    path: Path | None
    size: int | None
    channels: int | None
    title: str
    natural_images: bool | None
    split: float | None = None
    most_skipped: float | None = None
    load: str = ""
    arguments: Settings = field(default_factory=dict)
    train: Settings | None = None
    test: Settings | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """How much to measure. ``extractors`` are names or variants (``vgg16@32``)."""

    name: str
    description: str
    seeds: tuple[int, ...]
    datasets: tuple[str, ...]
    extractors: tuple[str, ...]
    sizes: Mapping[str, SampleSize]
    settings: Mapping[str, Settings]
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Config:
    """The defaults with the user's file merged over them.

    ``source`` is the user's file, or the shipped one where there is none; messages name it. ``scenarios`` are
    the built-in ones, as the user's file changes them, and then the user's own. ``metrics`` say what the
    table of metrics does not, or otherwise, and ``subject`` what is compared where it is no extractors.
    ``called`` are titles of data sets and extractors, of imported ones too. ``features_gigabytes``: how much
    this machine's cache keeps of features. ``statements`` are those of the file ``document_under_test``
    (None: nothing is put to the test).
    ``minutes`` and ``memory_gigabytes`` are what an experiment with code of the user's may take.
    ``templates`` is a folder whose templates come before the shipped ones, ``style`` a file of rules that
    come after ours, ``logo`` a picture at the head of the documents.
    """

    source: Path
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    data_dir: Path | None
    weights_dir: Path | None
    features_gigabytes: float
    evaluation: Evaluation
    extractors: Mapping[str, ExtractorConfig]
    datasets: Mapping[str, ImageFolder]
    profiles: Mapping[str, Profile]
    scenarios: tuple[Scenario, ...]
    metrics: tuple[Metric, ...] = ()
    subject: Subject | None = None
    called: Called = UNCALLED
    document_under_test: Path | None = None
    statements: tuple[Statement, ...] = ()
    imprint: Imprint = NO_IMPRINT
    templates: Path | None = None
    style: Path | None = None
    logo: Path | None = None
    minutes: float = inf
    memory_gigabytes: float = inf

    @property
    def repeats_original(self) -> bool:
        """Whether the document under test is the shipped one, the study that measurements repeat."""
        return self.document_under_test is not None and self.document_under_test == location(ORIGINAL)

    @property
    def own(self) -> dict[str, OwnExtractor]:
        """The extractors that the user names, by name."""
        return {name: one.own for name, one in self.extractors.items() if one.own is not None}
