"""Extractors that the user names, made extractors like any other."""

from __future__ import annotations

from fxreport.extractors.adapted import adapted
from fxreport.extractors.base import Extractor
from fxreport.extractors.given import contents, given
from fxreport.system.plugins import code_of_object, load_object
from fxreport.vocabulary.own import FeatureFiles, KerasFile, OwnExtractor


def load_own(own: OwnExtractor) -> type[Extractor]:
    """Return the extractor's class. Raises ConfigError, naming where it is described, for what is none."""
    if isinstance(own.source, FeatureFiles):
        return given(own, own.source)
    if isinstance(own.source, KerasFile):
        from fxreport.extractors.keras_file import keras_file

        return keras_file(own, own.source)
    return adapted(load_object(own.source.place, own.source.attribute), own, own.source)


def code(own: OwnExtractor) -> str:
    """Return what its results depend on besides settings: a digest of its source or of its file."""
    if isinstance(own.source, FeatureFiles):
        return ""
    if isinstance(own.source, KerasFile):
        from fxreport.extractors.keras_file import content

        return content(own, own.source)
    source = own.source
    labels = "" if own.labels is None else f"labels={own.labels}"
    # what it is called changes no result; the two empty places were once of title and family
    said = (source.attribute, source.takes, "", "", labels)
    return "|".join((code_of_object(source.place, source.attribute), *said)).rstrip("|")


def contents_by_set(own: OwnExtractor) -> dict[str, str] | None:
    """Return the digest of the features of each image set; None of an extractor that takes any images."""
    return contents(own, own.source) if isinstance(own.source, FeatureFiles) else None


def code_on(own: OwnExtractor, dataset: str) -> str:
    """Return what its results on an image set depend on: ``code``, or the digest of its features there."""
    of_sets = contents_by_set(own)
    return code(own) if of_sets is None else of_sets.get(dataset, "")
