"""Measure classifiers on tables that scikit-learn ships: numbers.csv, a row a value.

Each classifier is trained on two thirds of a table and judged on the rest, which the seed draws.
"""

import csv
import time
from pathlib import Path

from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

TABLES = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast cancer": datasets.load_breast_cancer,
    "handwritten digits": datasets.load_digits,
}
CLASSIFIERS = {
    "nearest neighbours": lambda seed: make_pipeline(StandardScaler(), KNeighborsClassifier()),
    "logistic regression": lambda seed: make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
    "support vectors": lambda seed: make_pipeline(StandardScaler(), SVC()),
    "decision tree": lambda seed: DecisionTreeClassifier(random_state=seed),
    "random forest": lambda seed: RandomForestClassifier(random_state=seed),
}
SEEDS = range(5)


def rows():
    """Yield table, classifier, seed, metric and value."""
    for table, load in TABLES.items():
        features, labels = load(return_X_y=True)
        for seed in SEEDS:
            train, test, train_labels, test_labels = train_test_split(
                features, labels, test_size=1 / 3, random_state=seed, stratify=labels
            )
            for name, make in CLASSIFIERS.items():
                classifier = make(seed)
                begun = time.perf_counter()
                classifier.fit(train, train_labels)
                seconds = time.perf_counter() - begun
                yield table, name, seed, "accuracy", round(classifier.score(test, test_labels), 4)
                yield table, name, seed, "fit_time", round(seconds, 5)


if __name__ == "__main__":
    with (Path(__file__).parent / "numbers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["dataset", "extractor", "seed", "metric", "value"])
        writer.writerows(rows())
