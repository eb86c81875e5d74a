"""Objects of the user's made extractors: classes that lack some facts, transformers, pipelines."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from fxreport.extractors.base import Extractor, Features, Images, Labels
from fxreport.vocabulary.errors import ConfigError
from fxreport.vocabulary.own import IMAGES, PIXELS, Code, OwnExtractor

#: facts that tell a class which is an extractor from a transformer of any kind
_FACTS = ("title", "family", "needs_labels", "version", "input_sizes")
#: parameters that take the seed of a run
_SEEDS = ("seed", "random_state")
_HOOKS = ("fit", "transform")


def adapted(found: Any, own: OwnExtractor, code: Code) -> type[Extractor]:
    """Make an extractor of a class, an instance, or a function that returns an instance.

    A class that is given images keeps all that it has, and gets the facts that it does not declare. Anything
    else is wrapped; its parameters are those of the class or function, or what ``get_params`` tells of the
    instance. Raises ConfigError for what cannot fit and transform.
    """
    example = _example(found, code)
    for hook in _HOOKS:
        if not callable(getattr(example, hook, None)):
            raise ConfigError(
                f"{own.where}: {code} has no {hook}; an extractor learns from train images (fit) and then "
                "turns any image into features (transform)"
            )
    takes = code.takes or (PIXELS if _is_estimator(example) else IMAGES)
    facts = _facts(example, own, code, estimator=takes == PIXELS)
    if inspect.isclass(found) and takes == IMAGES:
        return type(found.__name__, (found,), {**facts, "__module__": found.__module__})
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in _settings(found)]
    more = {
        "make": staticmethod(_maker(found)),
        "takes": takes,
        "__signature__": inspect.Signature([*parameters, _SEED]),
        "__module__": __name__,
    }
    return type(code.attribute, (_Adapted,), {**facts, **more})


class _Adapted:
    """A transformer of the user's, made anew for each run. ``make(seed, settings)`` makes it."""

    make: ClassVar[Callable[[int, Mapping[str, Any]], Any]]
    takes: ClassVar[str]

    def __init__(self, *, seed: int = 0, **settings: Any) -> None:
        self.seed = seed
        self.settings = settings

    def fit(self, images: Images, labels: Labels | None = None) -> _Adapted:
        self.transformer_ = type(self).make(self.seed, self.settings)
        self.transformer_.fit(self._given(images), labels)
        return self

    def transform(self, images: Images) -> Features:
        found = self.transformer_.transform(self._given(images))
        return np.asarray(found.toarray() if hasattr(found, "toarray") else found, dtype=np.float32)

    def _given(self, images: Images) -> Any:
        """Images as they are, or rows (n, height·width·channels) float32 of pixels in [0, 1]."""
        if self.takes == IMAGES:
            return images
        return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


_SEED = inspect.Parameter("seed", inspect.Parameter.KEYWORD_ONLY, default=0)


def _example(found: Any, code: Code) -> Any:
    """The class or instance itself, or what a function gives."""
    if not inspect.isroutine(found):
        return found
    try:
        return found()
    except Exception as error:
        raise ConfigError(
            f"{code} must return an extractor when it is called without arguments: {error}"
        ) from error


def _is_estimator(example: Any) -> bool:
    """Whether it is scikit-learn's kind of transformer, and declares nothing of an extractor."""
    return hasattr(example, "get_params") and not any(hasattr(example, fact) for fact in _FACTS)


def _facts(example: Any, own: OwnExtractor, code: Code, *, estimator: bool) -> dict[str, Any]:
    """What an extractor declares: what the configuration says, else the object, else what is usual."""
    labels = own.labels
    if labels is None:
        labels = bool(getattr(example, "needs_labels", estimator and _wants_labels(example)))
    usual = "supervised" if labels else "unsupervised" if estimator else "learned"
    return {
        "name": own.name,
        "title": own.title or getattr(example, "title", code.attribute),
        "family": own.family or getattr(example, "family", usual),
        "needs_labels": labels,
        "version": getattr(example, "version", 1),
        "input_sizes": tuple(getattr(example, "input_sizes", ())),
    }


def _wants_labels(example: Any) -> bool:
    """Whether a transformer, or a step of a pipeline, cannot be fitted without labels, by its tags."""
    from sklearn.utils import get_tags

    steps = [step for _, step in getattr(example, "steps", ())]
    for one in steps or [example]:
        try:
            if get_tags(one() if inspect.isclass(one) else one).target_tags.required:
                return True
        except Exception:  # noqa: BLE001 - of another library, or not to be made without arguments
            continue
    return False


def _settings(found: Any) -> list[str]:
    """Names of the parameters that may be set."""
    if inspect.isclass(found) or inspect.isroutine(found):
        parameters = inspect.signature(found).parameters.values()
        kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        return [one.name for one in parameters if one.kind in kinds and one.name not in _SEEDS]
    if not hasattr(found, "get_params"):
        return []
    given = found.get_params()
    return [name for name in given if name.isidentifier() and name.rpartition("__")[2] not in _SEEDS]


def _maker(found: Any) -> Callable[[int, Mapping[str, Any]], Any]:
    if inspect.isclass(found) or inspect.isroutine(found):
        seeds = [name for name in _SEEDS if name in inspect.signature(found).parameters]
        return lambda seed, settings: found(**dict.fromkeys(seeds, seed), **settings)
    return lambda seed, settings: _copy(found, seed, settings)


def _copy(found: Any, seed: int, settings: Mapping[str, Any]) -> Any:
    """An instance as it was given, with settings, and with the seed wherever it has none of its own."""
    if not hasattr(found, "get_params"):
        return copy.deepcopy(found)
    from sklearn.base import clone

    made = clone(found).set_params(**settings)
    free = [
        name
        for name, value in made.get_params().items()
        if name.rpartition("__")[2] in _SEEDS and value is None
    ]
    return made.set_params(**dict.fromkeys(free, seed))
