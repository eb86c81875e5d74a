"""How well the classes can be told apart in the features by the two usual probes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.base import Features, Inputs, Labels, Measure, Measured, measurements
from fxreport.measures.sampling import stratified_subset
from fxreport.vocabulary.measures import FEATURES, TRAIN_FEATURES
from fxreport.vocabulary.steps import Scalar

#: inverse strengths of the L2 penalty that the probe chooses from, strongest penalty first
PROBE_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)
# The gradient norm at which L-BFGS stops. A tighter one costs several times more and on raw pixels,
# where it matters most, changes accuracy by less than choosing the penalty does.
_PROBE_TOLERANCE = 1e-2
_PROBE_ITERATIONS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A fitted linear probe: ``scores = features @ weights + bias``, the largest names the class.

    ``weights`` (d, k) and ``bias`` (k,) float32 take features as they are; ``scale`` (d,) is what they were
    divided by for fitting; ``classes`` (k,) are the labels.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    scale: NDArray[np.float32]
    classes: Labels

    def classify(self, features: Features) -> Labels:
        named: Labels = self.classes[(features @ self.weights + self.bias).argmax(axis=1)]
        return named

    def standard_norms(self) -> NDArray[np.float32]:
        """Norm over classes (d,) of the weights on standardised features, less their mean over classes.

        Adding one number to all classes' weights changes no answer, so it must not change the norm.
        """
        standard = self.weights * self.scale[:, None]
        norms: NDArray[np.float32] = np.linalg.norm(
            standard - standard.mean(axis=1, keepdims=True), axis=1
        ).astype(np.float32)
        return norms


def separability(inputs: Inputs, *, level: str, seed: int, settings: Mapping[str, Scalar]) -> Measured:
    """Accuracy on the test features of probes fitted on the train features, where those hold two classes."""
    probe = linear_probe(inputs, seed)
    if probe is None:
        return Measured()
    train, test = (inputs.train_features, inputs.train_labels), (inputs.features, inputs.labels)
    values = {
        "knn_accuracy": knn_accuracy(*train, *test, int(settings["knn_neighbors"])),
        "probe_accuracy": probe[1],
    }
    return Measured(measurements(values, len(inputs.labels)))


def linear_probe(inputs: Inputs, seed: int) -> tuple[Probe, float] | None:
    """The experiment's probe and its accuracy, fitted once; None where the train labels hold one class."""
    if len(np.unique(inputs.train_labels)) < 2:
        return None
    train, test = (inputs.train_features, inputs.train_labels), (inputs.features, inputs.labels)
    return inputs.once(f"probe {seed}", lambda: fitted_probe(*train, *test, seed))


def knn_accuracy(
    train: Features, train_labels: Labels, test: Features, test_labels: Labels, neighbors: int
) -> float:
    """Majority vote of the ``neighbors`` train images of highest cosine similarity."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.preprocessing import normalize

    # On unit vectors the Euclidean order is the cosine order, and scikit-learn's is much faster.
    model = KNeighborsClassifier(min(neighbors, len(train)), algorithm="brute")
    model.fit(normalize(train), train_labels)
    return float(model.score(normalize(test), test_labels))


def probe_accuracy(
    train: Features, train_labels: Labels, test: Features, test_labels: Labels, seed: int
) -> float:
    """Share of the test images that ``fitted_probe`` names right."""
    return fitted_probe(train, train_labels, test, test_labels, seed)[1]


def fitted_probe(
    train: Features, train_labels: Labels, test: Features, test_labels: Labels, seed: int
) -> tuple[Probe, float]:
    """Linear probe (Alain & Bengio 2016): multinomial logistic regression on standardised features.

    The penalty is chosen on a stratified fifth of the train features, from the strongest to the weakest,
    each fit starting from the one before, until accuracy no longer rises (and is above the share of the
    largest class); the probe is then fitted on all.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train)
    train, test = scaler.transform(train), scaler.transform(test)
    fitted = np.zeros(len(train), dtype=bool)
    fitted[stratified_subset(train_labels, len(train) * 4 // 5, np.random.default_rng(seed))] = True

    model = LogisticRegression(tol=_PROBE_TOLERANCE, max_iter=_PROBE_ITERATIONS, warm_start=True)
    best_accuracy, best_penalty, start = -1.0, PROBE_PENALTIES[1], None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        # With a class too small to be in both parts there is nothing to choose the penalty on.
        if len(np.unique(train_labels[fitted])) == len(np.unique(train_labels)):
            # of few images the strongest penalties put all into the largest class: that is no choice yet
            nothing = float(np.unique(train_labels[~fitted], return_counts=True)[1].max() / (~fitted).sum())
            for penalty in PROBE_PENALTIES:
                model.set_params(C=penalty).fit(train[fitted], train_labels[fitted])
                accuracy = model.score(train[~fitted], train_labels[~fitted])
                if accuracy > best_accuracy:
                    best_accuracy, best_penalty = accuracy, penalty
                    start = (model.coef_.copy(), model.intercept_.copy())
                elif best_accuracy > nothing:
                    break
        if start:
            model.coef_, model.intercept_ = start
        model.set_params(C=best_penalty).fit(train, train_labels)
    return _probe(model, scaler), float(model.score(test, test_labels))


def _probe(model: Any, scaler: Any) -> Probe:
    weights, bias = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:  # of two classes scikit-learn keeps the second's only
        weights, bias = np.hstack([-weights, weights]) / 2, np.hstack([-bias, bias]) / 2
    weights = weights / scaler.scale_[:, None]
    return Probe(
        weights.astype(np.float32),
        (bias - scaler.mean_ @ weights).astype(np.float32),
        scaler.scale_.astype(np.float32),
        model.classes_,
    )


MEASURE = Measure(
    name="probes",
    run=separability,
    needs=frozenset({FEATURES, TRAIN_FEATURES}),
    asked_by="",
    settings={"knn_neighbors": 20},
    metrics=("knn_accuracy", "probe_accuracy"),
)
