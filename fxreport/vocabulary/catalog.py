"""What is known of the built-in image sets and extractors without running anything.

Plug-ins bring the same facts with their experiments' provenance. Imports nothing else of fxreport.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """Facts of an image set; None where it is not known.

    ``shape`` is height × width × channels; sizes are numbers of images.
    """

    name: str
    title: str
    classes: tuple[str, ...] = ()
    shape: tuple[int, int, int] | None = None
    train_size: int | None = None
    test_size: int | None = None
    natural_images: bool | None = None
    license: str = ""
    homepage: str = ""


@dataclass(frozen=True, slots=True)
class ExtractorFacts:
    """Facts of an extractor; None where it is not known.

    ``family``: baseline, supervised, unsupervised, pretrained, or a plug-in's own. ``dimension`` is None also
    where it depends on the images. ``network`` is "small" for one that trains and runs on a CPU in seconds,
    "large" where a GPU is advisable, "none" for no network. ``other_labels``: it was trained with labels of
    other images, as ImageNet's. ``rate_falls``: its learning rate falls to 0 over
    the epochs of training, whatever their number. ``multiply_adds``: of a large one for an
    image of 224 × 224, as published.
    """

    name: str
    title: str
    family: str
    needs_labels: bool | None = None
    dimension: int | None = None
    network: str = "none"
    other_labels: bool | None = None
    rate_falls: bool = False
    multiply_adds: float | None = None


_DIGITS = tuple("0123456789")
_CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
_OBJECTS = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

DATASETS: dict[str, DatasetFacts] = {
    facts.name: facts
    for facts in (
        DatasetFacts(
            "mnist", "MNIST", _DIGITS, (28, 28, 1), 60_000, 10_000, False,
            "CC BY-SA 3.0", "http://yann.lecun.com/exdb/mnist/",
        ),
        DatasetFacts(
            "fashion_mnist", "Fashion-MNIST", _CLOTHES, (28, 28, 1), 60_000, 10_000, False,
            "MIT", "https://github.com/zalandoresearch/fashion-mnist",
        ),
        DatasetFacts(
            "cifar10", "CIFAR-10", _OBJECTS, (32, 32, 3), 50_000, 10_000, True,
            "not stated by its authors", "https://www.cs.toronto.edu/~kriz/cifar.html",
        ),
        DatasetFacts(
            "digits", "Digits 8×8", _DIGITS, (8, 8, 1), 1_197, 600, False,
            "CC BY 4.0", "https://archive.ics.uci.edu/dataset/80",
        ),
    )
}  # fmt: skip


def _network(name: str, title: str, dimension: int, multiply_adds: float) -> ExtractorFacts:
    """A network pretrained on ImageNet."""
    return ExtractorFacts(
        name,
        title,
        "pretrained",
        needs_labels=False,
        dimension=dimension,
        network="large",
        other_labels=True,
        multiply_adds=multiply_adds,
    )


EXTRACTORS: dict[str, ExtractorFacts] = {
    facts.name: facts
    for facts in (
        ExtractorFacts("raw_pixels", "Raw pixels", "baseline", False),
        ExtractorFacts("custom_cnn", "Custom CNN", "supervised", True, 256, "small", rate_falls=True),
        ExtractorFacts("autoencoder", "Autoencoder", "unsupervised", False, 128, "small", rate_falls=True),
        _network("vgg16", "VGG16", 512, 15.5e9),
        _network("resnet50", "ResNet50", 2048, 3.8e9),
        _network("mobilenet_v2", "MobileNetV2", 1280, 0.3e9),
        _network("efficientnet_lite0", "EfficientNet-Lite0", 1280, 0.4e9),
    )
}


def dataset_facts(name: str) -> DatasetFacts:
    return DATASETS.get(name, DatasetFacts(name, name))


def extractor_facts(name: str) -> ExtractorFacts:
    return EXTRACTORS.get(name, ExtractorFacts(name, name, "other"))
