"""What the built-in extractors share: their declared facts and the check of their input."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from fxreport.extractors.base import Images
from fxreport.vocabulary.catalog import EXTRACTORS
from fxreport.vocabulary.errors import ConfigError


class BuiltinExtractor:
    """Base of the built-in extractors.

    ``class VGG16(…, name="vgg16")`` takes its declared facts from the catalogue.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    needs_labels: ClassVar[bool]
    version: ClassVar[int] = 1
    input_sizes: ClassVar[tuple[int, ...]] = ()

    def __init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name is not None:
            facts = EXTRACTORS[name]
            cls.name, cls.title = facts.name, facts.title
            cls.family, cls.needs_labels = facts.family, bool(facts.needs_labels)


def check_images(images: Images) -> None:
    """Raise ``ConfigError`` unless ``images`` are (n, height, width, 1 or 3) uint8."""
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or images.dtype != np.uint8:
        raise ConfigError(
            "images must be an (n, height, width, channels) array of uint8 with 1 or 3 channels, "
            f"not {images.shape} of {images.dtype}"
        )


def check_positive(extractor: str, **settings: float) -> None:
    """Raise ``ConfigError`` naming the first setting that is not above zero."""
    for setting, value in settings.items():
        if not value > 0:
            raise ConfigError(f"{extractor}: {setting} must be above 0, not {value}")
