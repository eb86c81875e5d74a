"""A small store of made-up measurements, with what a run tells of itself, and a table to import into it."""

from __future__ import annotations

from fxreport.store import Store
from fxreport.vocabulary.experiment import Experiment, Measurement, Protocol, Result

VARIANTS = (("custom_cnn", None), ("raw_pixels", None), ("vgg16", 32), ("vgg16", 96))


def experiment(dataset: str, extractor: str, size: int | None, seed: int) -> Experiment:
    return Experiment(dataset, "b2:x", 60, 50, extractor, input_size=size, seed=seed, protocol=Protocol())


def fill(store: Store) -> None:
    """Two sets, four variants, two seeds; the second seed ran with another version of numpy."""
    for d, dataset in enumerate(("mnist", "cifar10")):
        for e, (extractor, size) in enumerate(VARIANTS):
            for seed in range(2):
                ari = 0.1 + 0.17 * e + 0.05 * d + 0.003 * seed * (e + 1)
                values = {
                    "ari": ari,
                    "nmi": ari + 0.1,
                    "silhouette": 0.3 - 0.05 * e,
                    "extraction_seconds": 0.01 * 3**e + 0.001 * seed,
                    "images_per_second": 5000.0 / 3**e,
                    "dimension": float(64 * (e + 1) + d),
                    "model_bytes": 1e6 * 10**e,
                }
                weights = "sha256:" + "5a" * 32 if size else ""
                provenance = {
                    "started": f"2026-11-24T0{seed}:30:00+00:00",
                    "wall_seconds": 1.5,
                    "processor": "test",
                    "versions": {"numpy": f"2.{seed}.0"},
                    "dataset": {
                        "name": dataset,
                        "train_images": 60,
                        "test_images": 50,
                        "source": "a folder",
                    },
                    "extractor": {"name": extractor, "weights_hash": weights},
                }
                measured = tuple(Measurement(name, value, 50) for name, value in values.items())
                store.write(Result(experiment(dataset, extractor, size, seed), measured, {}, provenance))


OTHERS = """dataset,extractor,metric,value,seed,input_size
mnist,vgg16,ari,0.5,0,32
mnist,vgg16,nmi,0.6,0,32
mnist,theirs,ari,0.25,0,
mnist,theirs,extraction_seconds,0.4,0,
svhn,theirs,ari,0.125,0,
"""
