"""Random documents with tables and sentences about them, true or false by construction, in both languages."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

EXTRACTORS = (
    "Custom CNN",
    "Autoencoder",
    "VGG16",
    "ResNet-50",
    "MobileNetV2",
    "DINOv2 ViT-S/14",
    "HOG",
    "SIFT-BoW",
    "Власна CNN",
    "Сіамська мережа",
    "Автокодувальник",
    "EfficientNet-B0",
    "CLIP ViT-B/32",
    "PCA-64",
    "Swin-T",
    "Гістограма кольорів",
    "наш кодувальник v2",
    "BEiT-B",
    "ConvNeXt-T",
    "ORB",
)
SETS = (
    "MNIST",
    "Fashion-MNIST",
    "CIFAR-10",
    "STL-10",
    "SVHN",
    "Листя",
    "Кристали",
    "Fungi-20",
    "Bolts-14",
    "EuroSAT",
    "Flowers-17",
    "Полотно",
    "DTD",
    "KMNIST",
    "Herbarium-12k",
)


@dataclass(frozen=True)
class Measure:
    """A column: its header and name in each language, its direction, decimals and range."""

    key: str
    header: dict[str, str]
    name: dict[str, str]
    higher: bool
    decimals: int
    low: float
    high: float


MEASURES = (
    Measure("ari", {"uk": "ARI", "en": "ARI"}, {"uk": "ARI", "en": "ARI"}, True, 3, 0.02, 0.95),
    Measure("nmi", {"uk": "NMI", "en": "NMI"}, {"uk": "NMI", "en": "NMI"}, True, 3, 0.02, 0.95),
    Measure(
        "silhouette",
        {"uk": "Силует ↑", "en": "Silhouette ↑"},
        {"uk": "силует", "en": "silhouette"},
        True,
        3,
        0.02,
        0.6,
    ),
    Measure(
        "db",
        {"uk": "Девіса–Болдіна ↓", "en": "Davies–Bouldin ↓"},
        {"uk": "індекс Девіса–Болдіна", "en": "Davies–Bouldin index"},
        False,
        2,
        0.7,
        4.0,
    ),
    Measure("time", {"uk": "Час, с", "en": "Time (s)"}, {"uk": "час", "en": "time"}, False, 2, 0.2, 60.0),
)


@dataclass(frozen=True)
class Sentence:
    """``true`` says whether it holds; a false one that is ``decidable`` has to be called contradicted."""

    text: str
    true: bool
    decidable: bool = True


@dataclass
class World:
    """What the tables of a document print."""

    lang: str
    extractors: list[str]
    sets: list[str]
    measures: list[Measure]
    values: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def number(self, value: float, decimals: int) -> str:
        text = f"{value:.{decimals}f}"
        return text.replace(".", ",") if self.lang == "uk" else text

    def printed(self, dataset: str, extractor: str, measure: Measure) -> str:
        return self.number(self.values[dataset, extractor, measure.key], measure.decimals)

    def order(self, dataset: str, measure: Measure) -> list[str]:
        return sorted(
            self.extractors, key=lambda e: self.values[dataset, e, measure.key], reverse=measure.higher
        )


def world(rng: random.Random) -> World:
    """Draw names and distinct values for each column."""
    lang = rng.choice(("uk", "en"))
    measures = [MEASURES[0], *rng.sample(MEASURES[1:4], rng.randint(0, 3)), MEASURES[4]]
    made = World(
        lang, rng.sample(EXTRACTORS, rng.randint(3, 7)), rng.sample(SETS, rng.randint(1, 4)), measures
    )
    for dataset in made.sets:
        for measure in measures:
            step = 10**measure.decimals
            pool = range(int(measure.low * step), int(measure.high * step))
            for extractor, value in zip(made.extractors, rng.sample(pool, len(made.extractors)), strict=True):
                made.values[dataset, extractor, measure.key] = value / step
    return made


def tables(made: World, rng: random.Random) -> Iterator[str]:
    """The values in one of the ways in which documents lay them out."""
    uk = made.lang == "uk"
    name = "Екстрактор" if uk else "Extractor"
    layout = rng.choice(
        ("sections", "captions", "wide", "long")
        if len(made.sets) > 1
        else ("sections", "captions", "transposed")
    )
    if layout in ("sections", "captions"):
        for n, dataset in enumerate(made.sets, 1):
            label = f"{'Таблиця' if uk else 'Table'} {n}"
            yield f"### {dataset}" if layout == "sections" else f"**{label}.** {dataset}"
            yield ""
            yield from _pipe(
                [name, *(m.header[made.lang] for m in made.measures)],
                [[e, *(made.printed(dataset, e, m) for m in made.measures)] for e in made.extractors],
            )
    elif layout == "transposed":
        yield f"### {made.sets[0]}"
        yield ""
        yield from _pipe(
            ["Метрика" if uk else "Metric", *made.extractors],
            [
                [m.header[made.lang], *(made.printed(made.sets[0], e, m) for e in made.extractors)]
                for m in made.measures
            ],
        )
    elif layout == "wide":
        yield from _pipe(
            [name, *(f"{d}: {m.header[made.lang]}" for d in made.sets for m in made.measures)],
            [
                [e, *(made.printed(d, e, m) for d in made.sets for m in made.measures)]
                for e in made.extractors
            ],
        )
    else:
        yield from _pipe(
            ["Набір" if uk else "Dataset", name, *(m.header[made.lang] for m in made.measures)],
            [
                [d, e, *(made.printed(d, e, m) for m in made.measures)]
                for d in made.sets
                for e in made.extractors
            ],
        )


def _pipe(header: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def sentences(made: World, rng: random.Random) -> Iterator[Sentence]:
    """Sentences about one set each, half of them falsified."""
    for make in rng.sample(TEMPLATES, len(TEMPLATES)):
        yield make(made, rng, rng.random() < 0.5)


def _value(made: World, rng: random.Random, true: bool) -> Sentence:
    d, e, m = rng.choice(made.sets), rng.choice(made.extractors), rng.choice(made.measures)
    value = made.values[d, e, m.key]
    if not true:
        value = value + rng.choice((0.35, 0.21)) * (m.high - m.low)
    shown = made.number(value, m.decimals)
    everything = {made.printed(d2, e, m) for d2 in made.sets}
    if m.key == "time":
        text = rng.choice(
            (f"На наборі {d} {e} потребує {shown} с.", f"{e} обробляє {d} за {shown} с.")
            if made.lang == "uk"
            else (f"On {d}, {e} takes {shown} s.", f"{e} needs {shown} s on {d}.")
        )
    else:
        n = m.name[made.lang]
        text = rng.choice(
            (
                f"На наборі {d} {n} екстрактора {e} становить {shown}.",
                f"{e}: {n} = {shown} ({d}).",
                f"{e} має {n} {shown} на {d}.",
            )
            if made.lang == "uk"
            else (
                f"On {d}, {e} reaches {'an' if n[0] in 'A' else 'a'} {n} of {shown}.",
                f"{e}: {n} = {shown} ({d}).",
                f"The {n} of {e} on {d} is {shown}.",
            )
        )
    return Sentence(text, true, shown not in everything)


def _best(made: World, rng: random.Random, true: bool) -> Sentence:
    d, m = rng.choice(made.sets), rng.choice(made.measures)
    worst = rng.random() < 0.4
    order = made.order(d, m)
    if worst:
        order.reverse()
    e = order[0] if true else rng.choice(order[1:])
    if m.key == "time":
        words = ("найповільніший", "slowest") if worst else ("найшвидший", "fastest")
        text = (
            rng.choice((f"На наборі {d} {words[0]} — {e}.", f"{e} — {words[0]} на наборі {d}."))
            if made.lang == "uk"
            else rng.choice((f"On {d} the {words[1]} is {e}.", f"{e} is the {words[1]} on {d}."))
        )
    else:
        words = ("найгірший", "worst") if worst else ("найкращий", "best")
        n = m.name[made.lang]
        text = (
            rng.choice(
                (f"За метрикою {n} {words[0]} на наборі {d} — {e}.", f"{e} має {words[0]} {n} на наборі {d}.")
            )
            if made.lang == "uk"
            else rng.choice((f"{e} has the {words[1]} {n} on {d}.", f"By {n} the {words[1]} on {d} is {e}."))
        )
    return Sentence(text, true)


def _rank(made: World, rng: random.Random, true: bool) -> Sentence:
    d, m = rng.choice(made.sets), rng.choice(made.measures[:-1])
    k = rng.choice((2, 3))
    order = made.order(d, m)
    e = order[k - 1] if true else rng.choice([x for i, x in enumerate(order) if i != k - 1])
    n = m.name[made.lang]
    if made.lang == "uk":
        text = f"На наборі {d} за метрикою {n} {['друге', 'третє'][k - 2]} місце посідає {e}."
    else:
        text = f"{e} takes {['second', 'third'][k - 2]} place by {n} on {d}."
    return Sentence(text, true)


def _compare(made: World, rng: random.Random, true: bool) -> Sentence:
    d, m = rng.choice(made.sets), rng.choice(made.measures)
    a, b = rng.sample(made.extractors, 2)
    better = (made.values[d, a, m.key] > made.values[d, b, m.key]) == m.higher
    says_better = better == true
    if m.key == "time":
        text = (
            f"На наборі {d} {a} {'швидший' if says_better else 'повільніший'} за {b}."
            if made.lang == "uk"
            else f"On {d}, {a} is {'faster' if says_better else 'slower'} than {b}."
        )
    else:
        n = m.name[made.lang]
        text = (
            f"За метрикою {n} {a} {'кращий' if says_better else 'гірший'}, ніж {b}, на наборі {d}."
            if made.lang == "uk"
            else f"By {n}, {a} is {'better' if says_better else 'worse'} than {b} on {d}."
        )
    return Sentence(text, true)


def _ratio(made: World, rng: random.Random, true: bool) -> Sentence:
    d = rng.choice(made.sets)
    m = made.measures[-1]
    a, b = sorted(rng.sample(made.extractors, 2), key=lambda e: made.values[d, e, m.key])
    ratio = made.values[d, b, m.key] / made.values[d, a, m.key]
    shown = ratio if true else ratio * rng.choice((1.6, 2.2))
    number = made.number(shown, 1)
    text = (
        rng.choice(
            (
                f"На наборі {d} {b} у {number} раза повільніший за {a}.",
                f"На {d} {a} в {number}× швидший за {b}.",
            )
        )
        if made.lang == "uk"
        else rng.choice(
            (f"On {d}, {b} is {number} times slower than {a}.", f"On {d}, {a} is {number}× faster than {b}.")
        )
    )
    return Sentence(text, true, ratio > 1.2)


def _difference(made: World, rng: random.Random, true: bool) -> Sentence:
    d, m = rng.choice(made.sets), made.measures[0]
    a, b = sorted(rng.sample(made.extractors, 2), key=lambda e: -made.values[d, e, m.key])
    gap = made.values[d, a, m.key] - made.values[d, b, m.key]
    shown = made.number(gap if true else gap + 0.1, 3)
    n = m.name[made.lang]
    text = (
        f"На наборі {d} {n} екстрактора {a} на {shown} вищий, ніж у {b}."
        if made.lang == "uk"
        else f"On {d}, the {n} of {a} is {shown} higher than that of {b}."
    )
    return Sentence(text, true, False)


def _count(made: World, rng: random.Random, true: bool) -> Sentence:
    n = len(made.extractors) + (0 if true else rng.choice((1, 2)))
    text = (
        f"Загалом протестовано екстракторів: {n}."
        if made.lang == "uk"
        else f"In total {n} extractors were compared."
    )
    return Sentence(text, true)


def _negated(made: World, rng: random.Random, true: bool) -> Sentence:
    d, m = rng.choice(made.sets), made.measures[-1]
    e = rng.choice(made.order(d, m)[1:])
    text = f"{e} не найшвидший на наборі {d}." if made.lang == "uk" else f"{e} is not the fastest on {d}."
    return Sentence(text, True)


def _foreign(made: World, rng: random.Random, true: bool) -> Sentence:
    d, e = rng.choice(made.sets), rng.choice(made.extractors)
    number = made.number(rng.uniform(0.96, 0.99), 3)
    text = rng.choice(
        (
            f"У літературі для {e} на {d} повідомлено ARI {number}.",
            f"Якщо донавчити {e}, він може стати найкращим на {d}.",
            f"Очікуємо, що {e} матиме ARI {number} на {d}.",
            f"DenseNet-201: ARI = {number} ({d}).",
        )
        if made.lang == "uk"
        else (
            f"In the literature {e} reaches an ARI of {number} on {d}.",
            f"If fine-tuned, {e} could be the best on {d}.",
            f"We expect {e} to reach an ARI of {number} on {d}.",
            f"DenseNet-201: ARI = {number} ({d}).",
        )
    )
    return Sentence(text, True)


def _mean(made: World, rng: random.Random, true: bool) -> Sentence:
    m, e = made.measures[0], rng.choice(made.extractors)
    values = [made.values[d, e, m.key] for d in made.sets]
    mean = sum(values) / len(values)
    shown = made.number(mean if true else mean + 0.11, 2)
    n = m.name[made.lang]
    text = (
        f"У середньому за всіма наборами {e} має {n} {shown}."
        if made.lang == "uk"
        else f"Averaged over all sets, {e} has a mean {n} of {shown}."
    )
    close = any(abs(v - (mean + 0.11)) < 0.02 for v in values)
    return Sentence(text, true, len(values) > 1 and not close)


Template = Callable[[World, random.Random, bool], Sentence]
TEMPLATES: tuple[Template, ...] = (
    _value,
    _value,
    _best,
    _best,
    _rank,
    _compare,
    _ratio,
    _difference,
    _count,
    _negated,
    _foreign,
    _mean,
)


def document(seed: int) -> tuple[str, dict[int, Sentence]]:
    """A document, and its sentences by line (from 1). Each is a paragraph or an item of its own."""
    rng = random.Random(seed)
    made = world(rng)
    lines = ["# Порівняння екстракторів" if made.lang == "uk" else "# A comparison of extractors", ""]
    lines += ["## Результати" if made.lang == "uk" else "## Results", "", *tables(made, rng)]
    lines += ["## Висновки" if made.lang == "uk" else "## Conclusions", ""]
    placed: dict[int, Sentence] = {}
    as_list = rng.random() < 0.5
    for sentence in sentences(made, rng):
        placed[len(lines) + 1] = sentence
        lines += [f"- {sentence.text}"] if as_list else [sentence.text, ""]
    return "\n".join(lines) + "\n", placed
