"""How well the classes can be told apart in the features by the two usual probes."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from fxreport.evaluation.sampling import stratified_subset
from fxreport.experiment import Measurement

#: inverse strengths of the L2 penalty that the probe chooses from, strongest penalty first
PROBE_PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)
# The gradient norm at which L-BFGS stops. A tighter one costs several times more and on raw pixels,
# where it matters most, changes accuracy by less than choosing the penalty does.
_PROBE_TOLERANCE = 1e-2
_PROBE_ITERATIONS = 100

Features = NDArray[np.float32]
Labels = NDArray[np.integer]


def separability(
    train: Features, train_labels: Labels, test: Features, test_labels: Labels, *, neighbors: int, seed: int
) -> tuple[Measurement, ...]:
    """Accuracy on the test features (n, d) of probes fitted on the train features (m, d).

    Nothing where the train labels hold only one class.
    """
    if len(np.unique(train_labels)) < 2:
        return ()
    n = len(test_labels)
    return (
        Measurement("knn_accuracy", knn_accuracy(train, train_labels, test, test_labels, neighbors), n),
        Measurement("probe_accuracy", probe_accuracy(train, train_labels, test, test_labels, seed), n),
    )


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
    """Linear probe (Alain & Bengio 2016): multinomial logistic regression on standardised features.

    The penalty is chosen on a stratified fifth of the train features, from the strongest to the weakest,
    each fit starting from the one before, until accuracy no longer rises; the probe is then fitted on all.
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
            for penalty in PROBE_PENALTIES:
                model.set_params(C=penalty).fit(train[fitted], train_labels[fitted])
                accuracy = model.score(train[~fitted], train_labels[~fitted])
                if accuracy <= best_accuracy:
                    break
                best_accuracy, best_penalty = accuracy, penalty
                start = (model.coef_.copy(), model.intercept_.copy())
        if start:
            model.coef_, model.intercept_ = start
        model.set_params(C=best_penalty).fit(train, train_labels)
    return float(model.score(test, test_labels))
