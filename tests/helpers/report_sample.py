"""A report of the real one's size and shape, in both languages, with figures drawn by matplotlib.

The numbers are a fixed pattern: what is tested with it is how a document looks, not what it says.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import PurePosixPath

from fxreport.report.model import (
    Bullets,
    Card,
    Cards,
    Column,
    Document,
    Entries,
    Entry,
    Figure,
    Link,
    Note,
    Number,
    Paragraph,
    Plain,
    Row,
    Section,
    Stars,
    Statement,
    Statements,
    Strong,
    Table,
    TableCell,
    Text,
    plain,
)

LABELS = {
    "en": {
        "all_figures": "All figures",
        "appendix": "Appendix",
        "back_to_top": "Back to top",
        "best_value": "Bold: the best value of its column.",
        "contents": "Contents",
        "drawn_from": "Drawn from",
        "figure": "Figure",
        "higher_is_better": "higher is better",
        "interactive_failed": "a file of the view is missing",
        "lower_is_better": "lower is better",
        "note": "Note",
        "open_interactive": "Open interactively",
        "skip_to_content": "Skip to the content",
        "surprising": "unexpected",
        "table": "Table",
        "to_document": "To the document",
    },
    "uk": {
        "all_figures": "Усі рисунки",
        "appendix": "Додаток",
        "back_to_top": "Догори",
        "best_value": "Жирним: найкраще значення стовпця.",
        "contents": "Зміст",
        "drawn_from": "Дані рисунка",
        "figure": "Рисунок",
        "higher_is_better": "більше — краще",
        "interactive_failed": "бракує файлу перегляду",
        "lower_is_better": "менше — краще",
        "note": "Примітка",
        "open_interactive": "Відкрити інтерактивно",
        "skip_to_content": "До змісту сторінки",
        "surprising": "несподівано",
        "table": "Таблиця",
        "to_document": "До документа",
    },
}

DATASETS = ("MNIST", "Fashion-MNIST", "CIFAR-10")
EXTRACTORS = (
    "Custom CNN",
    "Autoencoder",
    "Raw pixels",
    "VGG16, 32 px",
    "VGG16, 64 px",
    "ResNet50, 32 px",
    "ResNet50, 96 px",
    "MobileNetV2, 32 px",
    "MobileNetV2, 96 px",
    "EfficientNet-Lite0, 32 px",
    "EfficientNet-Lite0, 96 px",
    "my_extractor <b>|*x*|</b>",
)
METRICS = {
    "en": (
        ("Dimension", ""),
        ("Time, s", "down"),
        ("ARI", "up"),
        ("AMI", "up"),
        ("NMI", "up"),
        ("Accuracy of clusters", "up"),
        ("Silhouette", "up"),
        ("Davies–Bouldin", "down"),
        ("k-NN accuracy", "up"),
    ),
    "uk": (
        ("Розмірність", ""),
        ("Час, с", "down"),
        ("ARI", "up"),
        ("AMI", "up"),
        ("NMI", "up"),
        ("Точність кластерів", "up"),
        ("Силует", "up"),
        ("Девіс–Болдін", "down"),
        ("Точність k-NN", "up"),
    ),
}
SUPPORTS = {
    "en": {
        "certain": "certain",
        "likely": "likely",
        "tie": "tie",
        "undetermined": "undetermined",
        "single_run": "single run",
    },
    "uk": {
        "certain": "напевно",
        "likely": "імовірно",
        "tie": "нічия",
        "undetermined": "не визначено",
        "single_run": "один запуск",
    },
}


def sample(lang: str) -> Document:
    """The document in ``lang`` ("uk" or "en"): 13 sections, of which the last is the appendix."""
    t = (lambda en, uk: uk) if lang == "uk" else (lambda en, uk: en)
    sections = (
        Section("summary", t("Summary", "Резюме дослідження"), _summary(lang)),
        Section("datasets", t("Image sets", "Набори зображень"), (_sets(lang),)),
        Section("extractors", t("Extractors", "Екстрактори"), (_extractors(lang),)),
        Section(
            "results",
            t("Quantitative results", "Кількісні результати"),
            (Paragraph(plain(t(*_RESULTS))),),
            tuple(
                Section(f"results-{i}", name, (_results(lang, i), _claims(lang, i)))
                for i, name in enumerate(DATASETS)
            ),
        ),
        Section("speed", t("Speed of extraction", "Швидкість екстракції"), (_claims(lang, 1), _speed(lang))),
        Section(
            "tradeoff",
            t("Quality against speed", "Компроміс якості та швидкості"),
            (_figure(lang, "tradeoff"), _claims(lang, 2)),
        ),
        Section(
            "projections",
            t("Projections", "Проєкції ознак"),
            (_figure(lang, "projection"), Paragraph(_numbers_text(lang))),
        ),
        Section(
            "internals",
            t("Inside the network", "Внутрішні представлення CNN"),
            (Note(plain(t("No filters were stored.", "Фільтри не збережено: тренованої мережі немає."))),),
        ),
        Section("insights", t("Key insights", "Ключові інсайти"), (_claims(lang, 0),)),
        Section("recommendations", t("Recommendations", "Практичні рекомендації"), (_cards(lang),)),
        Section("when", t("When to use what", "Коли що використовувати"), (_when(lang),)),
        Section(
            "method",
            t("How it was measured", "Як це виміряно"),
            (
                Bullets(
                    (
                        plain(t("Two cores, no graphics card.", "Два ядра, без графічного процесора.")),
                        (
                            Plain(t("The sources: ", "Джерела: ")),
                            Link("Zalando", "https://example.org/a?b&c"),
                        ),
                        plain("markup: <b>bold</b> *stars* _under_ [link](x) `code` | # & &amp; ~x~ 1. $y$"),
                    )
                ),
            ),
        ),
        Section(
            "appendix",
            t("Appendix: every measurement", "Додаток: усі вимірювання"),
            (Paragraph(plain(t(*_APPENDIX))), _evidence(lang)),
            tuple(_appendix(lang, i, name) for i, name in enumerate(DATASETS)),
            appendix=True,
        ),
    )
    return Document(
        lang=lang,
        title=t("Conclusions: a benchmark of feature extractors", "Висновки: бенчмаркінг екстракторів ознак"),
        subtitle=t(
            "Twelve extractors on three sets of real images, derived from the measurements",
            "Дванадцять екстракторів на трьох наборах справжніх зображень: виведено з вимірювань",
        ),
        sections=sections,
        labels=LABELS[lang],
        generator="fxreport 0.1.0",
        date=t("24 November 2025", "24 листопада 2025 р."),
        created="2025-11-24",
    )


_RESULTS = (
    "The features of the test images are grouped by k-means into as many clusters as there are classes. The "
    "values are means over the seeds; a number leads to its row of the appendix.",
    "Ознаки тестових зображень згруповано методом k-середніх у стільки кластерів, скільки є класів. Значення "
    "— середні за повторами з різними початковими числами; кожне число веде до свого рядка в додатку.",
)
_APPENDIX = (
    "All that the results store holds, one row a cell of the plan.",
    "Усе, що містить сховище результатів: один рядок на клітинку плану.",
)


def _say(lang: str, value: float, decimals: int = 3) -> str:
    said = f"{value:.{decimals}f}"
    return said.replace(".", ",") if lang == "uk" else said


def _value(dataset: int, extractor: int, metric: int) -> float:
    return ((dataset * 31 + extractor * 17 + metric * 7) % 97) / 97


def _address(dataset: int, extractor: int, metric: int) -> str:
    return f"m-{dataset}-{extractor}-{metric}"


def _number(lang: str, dataset: int, extractor: int, metric: int) -> Number:
    return Number(
        _say(lang, _value(dataset, extractor, metric)),
        _address(dataset, extractor, metric),
        f"{DATASETS[dataset]} · {EXTRACTORS[extractor]} · {METRICS[lang][metric][0]}",
    )


def _numbers_text(lang: str) -> Text:
    first, second = _number(lang, 1, 2, 2), _number(lang, 1, 3, 2)
    if lang == "uk":
        return (
            Plain("Дві головні компоненти пояснюють "),
            first,
            Plain(" дисперсії, тоді як для "),
            Strong("VGG16"),
            Plain(" — лише "),
            second,
            Plain(". Найчастіше зливаються класи «сорочка» та «футболка», які схожі й для людського ока."),
        )
    return (
        Plain("Two principal components explain "),
        first,
        Plain(" of the variance, while for "),
        Strong("VGG16"),
        Plain(" they explain only "),
        second,
        Plain(". The classes that merge most often are “shirt” and “T-shirt”, alike to a human eye too."),
    )


def _statement(lang: str, dataset: int, which: int) -> Statement:
    support = tuple(SUPPORTS[lang])[which]
    best, other = _number(lang, dataset, which, 2), _number(lang, dataset, which + 1, 2)
    if lang == "uk":
        words = (
            f"На наборі {DATASETS[dataset]} найвищу узгодженість із класами має ",
            " (ARI ",
            "), наступним є ",
            " з ",
            "; різниця тримається на всіх повторах і перевищує межу практичної рівності.",
        )
    else:
        words = (
            f"On {DATASETS[dataset]} the clusters agree with the classes best for ",
            " (ARI ",
            "), followed by ",
            " with ",
            "; the difference holds for all seeds and is wider than the margin of practical equivalence.",
        )
    return Statement(
        f"winner/{DATASETS[dataset].lower()}/{which}",
        (
            Plain(words[0]),
            Strong(EXTRACTORS[which]),
            Plain(words[1]),
            best,
            Plain(words[2]),
            Strong(EXTRACTORS[which + 1]),
            Plain(words[3]),
            other,
            Plain(words[4]),
        ),
        support,
        SUPPORTS[lang][support],
        surprising=which == 1,
        evidence=f"c-winner-{dataset}-{which}",
    )


def _evidence(lang: str) -> Entries:
    """An entry a statement: the two values that it compares, and a link to another entry."""
    return Entries(
        tuple(
            Entry(
                f"c-winner-{dataset}-{which}",
                f"winner/{name.lower()}/{which}",
                (
                    Plain("winners.winner. "),
                    *(
                        part
                        for i in (which, which + 1)
                        for part in (_number(lang, dataset, i, 2), Plain(", "))
                    ),
                    Link("winner/0", "#c-winner-0-0"),
                ),
            )
            for dataset, name in enumerate(DATASETS)
            for which in range(5)
        )
    )


def _claims(lang: str, dataset: int) -> Statements:
    return Statements(tuple(_statement(lang, dataset, which) for which in range(5)))


def _summary(lang: str) -> tuple[Paragraph | Statements | Note, ...]:
    intro = (
        "П’ять родин екстракторів порівняно на трьох наборах справжніх зображень: від сирих пікселів "
        "до мереж, навчених на ImageNet. Кожне твердження нижче виведено з вимірювань; поруч сказано, "
        "наскільки воно певне."
        if lang == "uk"
        else "Five families of extractors are compared on three sets of real images, from raw pixels to "
        "networks trained on ImageNet. Each statement below is derived from them, with how sure it is."
    )
    note = (
        "Не виміряно: VGG16 і ResNet50, бо ваги ImageNet недоступні на цій машині."
        if lang == "uk"
        else "Not measured: VGG16 and ResNet50, as their ImageNet weights cannot be had on this machine."
    )
    return Paragraph(plain(intro)), _claims(lang, 0), Note(plain(note))


def _sets(lang: str) -> Table:
    heads = ("Набір", "Класи", "Тест", "Розмір", "Джерело") if lang == "uk" else _SET_HEADS
    source = "кеш, перевірено за відбитком" if lang == "uk" else "the cache, verified by its fingerprint"
    rows = tuple(
        Row((TableCell(plain(name)), _cell("10"), _cell("10 000"), _cell("28×28"), TableCell(plain(source))))
        for name in DATASETS
    )
    caption = "Набори зображень" if lang == "uk" else "The image sets"
    numeric = (False, True, True, True, False)
    columns = tuple(
        Column(plain(head), numeric=is_numeric) for head, is_numeric in zip(heads, numeric, strict=True)
    )
    return Table("t-sets", plain(caption), columns, rows)


_SET_HEADS = ("Set", "Classes", "Test", "Size", "Source")


def _cell(text: str, *, best: bool = False) -> TableCell:
    return TableCell((Number(text),), best=best)


def _extractors(lang: str) -> Bullets:
    say = "ознак на зображення" if lang == "uk" else "features an image"
    return Bullets(
        tuple(
            (Strong(name), Plain(" — "), Number(str(64 * (i + 1))), Plain(f" {say}"))
            for i, name in enumerate(EXTRACTORS)
        )
    )


def _results(lang: str, dataset: int) -> Table:
    columns = (
        Column(plain("Екстрактор" if lang == "uk" else "Extractor")),
        *(Column(plain(title), numeric=True, direction=direction) for title, direction in METRICS[lang]),
    )
    rows = []
    for e, name in enumerate(EXTRACTORS):
        muted = e in (3, 5)
        cells = [TableCell(plain(name))]
        for m in range(len(METRICS[lang])):
            if muted:
                cells.append(TableCell(plain("—")))
            else:
                cells.append(TableCell((_number(lang, dataset, e, m),), best=e == (m * 5 + dataset) % 12))
        rows.append(Row(tuple(cells), muted=muted))
    caption = (
        f"{DATASETS[dataset]}: якість кластеризації та швидкість, середні за трьома повторами"
        if lang == "uk"
        else f"{DATASETS[dataset]}: quality of the clustering and speed, means over three seeds"
    )
    note = (
        "Прочерк: не виміряно, бо немає ваг." if lang == "uk" else "A dash: not measured for want of weights."
    )
    return Table(f"t-results-{dataset}", plain(caption), columns, tuple(rows), plain(note))


def _speed(lang: str) -> Table:
    heads = ("Місце", "Екстрактор", "Середній час, с", "Відносно") if lang == "uk" else _SPEED_HEADS
    rows = tuple(
        Row((_cell(str(e + 1)), TableCell(plain(name)), _cell(_say(lang, 0.5 + e * e)), _cell(f"{e + 1},5×")))
        for e, name in enumerate(EXTRACTORS[:6])
    )
    columns = tuple(Column(plain(head), numeric=i != 1) for i, head in enumerate(heads))
    return Table("t-speed", plain("Рейтинг швидкості" if lang == "uk" else "Ranking by speed"), columns, rows)


_SPEED_HEADS = ("Rank", "Extractor", "Mean time, s", "Relative")


def _cards(lang: str) -> Cards:
    names = (
        (
            "Найвища якість",
            "Без міток",
            "Обмежені ресурси",
            "Готова модель",
            "Природні зображення",
            "Виробництво",
        )
        if lang == "uk"
        else ("Best quality", "No labels", "Limited compute", "Pretrained", "Natural images", "Production")
    )
    firm, conditional = ("тверда", "умовна") if lang == "uk" else ("firm", "conditional")
    lead = "середній ARI " if lang == "uk" else "the mean ARI is "
    why = (
        "тримається без будь-якого одного набору" if lang == "uk" else "it holds without any one of the sets"
    )
    return Cards(
        tuple(
            Card(
                f"card-{i}",
                name,
                EXTRACTORS[i],
                firm if i % 2 == 0 else conditional,
                (Plain(lead), _number(lang, 0, i, 2), Plain(".")),
                (plain(why),),
                firm=i % 2 == 0,
            )
            for i, name in enumerate(names)
        )
    )


def _when(lang: str) -> Table:
    heads = ("Екстрактор", "Якість", "Швидкість", "Без міток") if lang == "uk" else _WHEN_HEADS
    say = "{} з {}" if lang == "uk" else "{} of {}"
    rows = tuple(
        Row(
            (
                TableCell(plain(name)),
                *(TableCell((Stars(n, 5, say.format(n, 5)),)) for n in (e % 6, (e * 2) % 6, (5 - e) % 6)),
            )
        )
        for e, name in enumerate(EXTRACTORS[:7])
    )
    caption = "Коли що використовувати" if lang == "uk" else "When to use what"
    return Table("t-when", plain(caption), tuple(Column(plain(head)) for head in heads), rows)


_WHEN_HEADS = ("Extractor", "Quality", "Speed", "No labels")


def _appendix(lang: str, dataset: int, name: str) -> Section:
    """Five tables of an image set, one a family, each a row for each extractor and metric."""
    heads = (
        ("Екстрактор", "Метрика", "Середнє", "Найменше", "Найбільше", "Повтори", "Версія")
        if lang == "uk"
        else ("Extractor", "Metric", "Mean", "Least", "Most", "Seeds", "Version")
    )
    columns = tuple(Column(plain(head), numeric=1 < i < 6) for i, head in enumerate(heads))
    tables = []
    for part in range(5):
        rows = []
        for e in range(part, len(EXTRACTORS), 5):
            for m, (metric, _) in enumerate(METRICS[lang]):
                value = _value(dataset, e, m)
                rows.append(
                    Row(
                        (
                            TableCell(plain(EXTRACTORS[e])),
                            TableCell(plain(metric)),
                            TableCell((Number(_say(lang, value, 4)),), id=_address(dataset, e, m)),
                            _cell(_say(lang, value * 0.9, 4)),
                            _cell(_say(lang, value * 1.1, 4)),
                            _cell("3"),
                            TableCell(plain("1.0.0+keras-3.15")),
                        )
                    )
                )
        caption = f"{name}: {part + 1}"
        tables.append(Table(f"t-appendix-{dataset}-{part}", plain(caption), columns, tuple(rows)))
    return Section(f"appendix-{dataset}", name, tuple(tables))


def _figure(lang: str, kind: str) -> Figure:
    alt, caption = {
        ("tradeoff", "en"): (
            "Scatter of time against ARI: quality does not rise with time.",
            "Quality against time of extraction. Up and to the left is better.",
        ),
        ("tradeoff", "uk"): (
            "Діаграма часу та ARI: якість не зростає з часом.",
            "Якість проти часу екстракції. Краще — угорі й ліворуч.",
        ),
        ("projection", "en"): (
            "Projections of 4 extractors: the custom CNN parts the classes best.",
            "The test images in two dimensions, coloured by class.",
        ),
        ("projection", "uk"): (
            "Проєкції 4 екстракторів: власна CNN найкраще розділяє класи.",
            "Тестові зображення у двох вимірах, колір — клас.",
        ),
    }[kind, lang]
    return Figure(f"f-{kind}", PurePosixPath(f"figures/{kind}.svg"), _svg(kind), alt, plain(caption))


@cache
def _svg(kind: str) -> str:
    """A plot as matplotlib writes it, with its own ids, clip paths and glyphs."""
    import matplotlib as mpl
    import numpy as np
    from matplotlib.figure import Figure as Canvas

    generator = np.random.default_rng(7)
    with mpl.rc_context({"svg.hashsalt": "sample", "font.size": 9}):
        if kind == "tradeoff":
            canvas = Canvas(figsize=(6.8, 3.6), layout="constrained")
            axes = canvas.subplots()
            for e, name in enumerate(EXTRACTORS[:11]):
                axes.scatter(0.5 + e, _value(0, e, 2), s=40)
                axes.annotate(
                    name, (0.5 + e, _value(0, e, 2)), xytext=(4, 4), textcoords="offset points", size=7
                )
            axes.set_xlabel("t, s")
            axes.set_ylabel("ARI")
            axes.spines[["top", "right"]].set_visible(False)
        else:
            canvas = Canvas(figsize=(6.8, 6.4), layout="constrained")
            for axes in canvas.subplots(2, 2).flat:
                for _ in range(10):
                    points = generator.normal(generator.uniform(-4, 4, 2), 0.7, (40, 2))
                    axes.scatter(*points.T, s=4, rasterized=True)
                axes.set_xticks([])
                axes.set_yticks([])
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
