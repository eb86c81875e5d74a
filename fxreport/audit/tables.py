"""Tables → grids: what each cell is about (image set, extractor, metric), its number and its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from fxreport.audit.facts import INTERNAL, LABELLED
from fxreport.audit.lexicon import fold, lexicon, longest
from fxreport.audit.markdown import CAPTION, Line, Table
from fxreport.audit.names import Mention, Names
from fxreport.audit.numbers import QUANTITY, Quantity, add_times, read

_ARROWS = {"↑": True, "↓": False, "▲": True, "▼": False, "⬆": True, "⬇": False}
_STARS = re.compile("[⭐★\U0001f31f✭]\ufe0f?")
_WORD = re.compile(r"[^\W_](?:[\w'’ʼ]|[-‑–@](?=\w))*")
_PARENS = re.compile(r"[(\[][^)\]]*[)\]]")
_LABEL = re.compile(
    r"^(?:таблиця|табл\.?|table|tab\.?|рис\.?|рисунок|figure|fig\.?)\s*[\w.]*\d+\w*\s*[.:—–-]?\s*|^[\d.]+\s*[.)]?\s+|^#\d+\s*[:.]?\s*",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"(higher|більш\w*|вищ\w*|lower|менш\w*|нижч\w*)\s*(?:is|=|—|–|-)?\s*(?:better|краще)|(max|макс|min|мін)\b",
    re.I,
)
_HEADER_UNIT = re.compile(
    r"[(\[,]\s*(?P<unit>ms|мс|мілісекунд\w*|s|sec|seconds?|с|сек\w*|хв\w*|min|%|мкс|µs|us)(?!\w)", re.I
)
_PER_SECOND = re.compile(r"(?:на|за) секунду|per second|/\s?(?:s|с|sec)\b", re.I)
_PLAIN = frozenset(
    [
        *(f"noun.{n}" for n in ("caption", "modifier", "relative", "image", "result")),
        *(f"relation.{n}" for n in ("at", "and", "by", "among")),
        "scope.mean",
        "scope.median",
        "approx.about",
    ]
)
_UNIT_WORD = re.compile(
    r"ms|s|sec|seconds?|мс|с|сек|секунд\w*|мб|гб|кб|mb|gb|kb|w|вт|higher|lower|better|більше|менше|краще|per|на|cent|[%×]"
)
_RATE = re.compile(r"\s?/\s?(s|с|sec|second)\b")
_SIZE_UNIT = re.compile(r"[(\[,]\s*([KMGКМГ])(?:i?B|Б|б)(?!\w)")
_TIME_HEADER = re.compile(r"(ms|мс|s|с|sec|сек)\s?(?:/|per\b|на\b|$)")
_SIZE_HEADER = re.compile(r"([kKMGкКМГ])(?:i?B|Б|б)(?:\s?(?:/|per|на).*)?")
#: measures that columns headed by image sets alone may share
QUALITIES = frozenset((*LABELLED, *INTERNAL))
#: a column of ranks is no column of the metric by which they are given
RANKED = "rank"
#: a column that gives no more than a unit of size
SIZE = "size"


class Role(StrEnum):
    EXTRACTOR = "extractor"
    DATASET = "dataset"
    CONDITION = "condition"
    METRIC = "metric"
    VALUE = "value"
    RANK = "rank"
    FAMILY = "family"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class About:
    """What a header, a label or a cell speaks of; None where it does not say."""

    dataset: str | None = None
    extractor: str | None = None
    metric: str | None = None
    higher_is_better: bool | None = None
    mean: bool = False
    relative_to: str | None = None
    quotient: tuple[str, str] | None = None
    scale: float = 1.0
    percent: bool = False
    is_time: bool = False
    is_size: bool = False
    title: str = ""
    rest: str = ""

    def over(self, other: About) -> About:
        """This, completed by what another says."""
        return replace(
            self,
            dataset=self.dataset if self.dataset is not None else other.dataset,
            extractor=self.extractor or other.extractor,
            metric=self.metric or other.metric,
            higher_is_better=self.higher_is_better
            if self.higher_is_better is not None
            else other.higher_is_better,
            mean=self.mean or other.mean,
            relative_to=self.relative_to or other.relative_to,
            quotient=self.quotient or other.quotient,
            scale=self.scale if self.scale != 1.0 else other.scale,
            percent=self.percent or other.percent,
            is_time=self.is_time or other.is_time,
            is_size=self.is_size or other.is_size,
            title=self.title or other.title,
            rest=self.rest,
        )


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell that holds something to read: a number, stars, or words beside them."""

    about: About
    row: int
    column: int
    line: int
    text: str
    bold: bool
    number: Quantity | None
    stars: int | None
    noted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A table as read. ``rank`` are the rows' stated positions, ``whole`` the rows bold throughout."""

    table: Table
    cells: tuple[GridCell, ...]
    rank: tuple[tuple[int, int], ...]
    whole: frozenset[int]
    averages: frozenset[int]
    families: tuple[tuple[str, str], ...]
    caption: About
    called: tuple[str, ...] = ()

    def columns(self) -> dict[int, list[GridCell]]:
        found: dict[int, list[GridCell]] = {}
        for cell in self.cells:
            found.setdefault(cell.column, []).append(cell)
        return found

    def rows(self) -> dict[int, list[GridCell]]:
        found: dict[int, list[GridCell]] = {}
        for cell in self.cells:
            found.setdefault(cell.row, []).append(cell)
        return found


def _counts_images(header: str) -> bool:
    """Whether a column says how many images its rows rest on: such a number is no value of a metric."""
    words = words_of(clean(header))
    return bool(words) and all("noun.image" in lexicon().at(words, i) for i in range(len(words)))


def clean(text: str) -> str:
    """A cell without pictures: letters, digits and punctuation."""
    return re.sub(
        r"\s+", " ", "".join(c for c in text if ord(c) < 0x2600 or 0x3000 <= ord(c) < 0xFE00)
    ).strip()


def words_of(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads tables with the names known so far."""

    datasets: Names
    extractors: Names
    own_metrics: Names
    decimal_comma: bool
    implied: str | None = None  # the only measure of quality that the text speaks of

    # -- headers and labels --------------------------------------------------------------------------------

    def about(self, text: str, *, names: bool = True) -> About:
        """What a header or label says."""
        plain = _RATE.sub(r" per \1", clean(text).replace("_", " "))
        words = words_of(plain)
        lex = lexicon()
        datasets: list[str] = []
        extractors: list[str] = []
        metrics: list[str] = []
        mean = relative = False
        spelled = _WORD.findall(plain)
        rest: list[str] = []
        brackets = [(m.start(), m.end()) for m in _PARENS.finditer(plain)]
        starts = [m.start() for m in _WORD.finditer(plain)]
        i = 0
        while i < len(words):
            step = 1
            if names and (found := self.datasets.at(words, i)) and len(found.ids) == 1:
                datasets.append(found.ids[0])
                step = found.words
            elif names and (found := self.extractors.at(words, i)) and len(found.ids) == 1:
                extractors.append(found.ids[0])
                step = found.words
            else:
                tags = lex.at(words, i)
                own = self.own_metrics.at(words, i)
                if own and len(own.ids) == 1:
                    metrics.append(own.ids[0])
                    step = own.words
                elif metric := longest(tags, "metric"):
                    metrics.append(metric[0])
                    step = metric[1]
                elif "@" in words[i] and (metric := lex.best([words[i].partition("@")[0]], 0, "metric")):
                    metrics.append(metric[0])
                elif (
                    not (_PLAIN & set(tags)) and not _UNIT_WORD.fullmatch(words[i]) and not words[i].isdigit()
                ) and not any(a <= starts[i] < b for a, b in brackets):
                    rest.append(spelled[i])
                mean |= "scope.mean" in tags
                relative |= "noun.relative" in tags
            i += step
        higher = next((way for mark, way in _ARROWS.items() if mark in text), None)
        if told := _BETTER.search(plain):
            word = fold(told[1] or told[2])
            higher = word.startswith(("high", "більш", "вищ", "max", "макс"))
        scale, percent = 1.0, False
        if unit := _HEADER_UNIT.search(plain):
            name = fold(unit["unit"])
            percent = name == "%"
            scale = (
                1e-3
                if name in ("ms", "мс") or name.startswith("мілі")
                else 60.0
                if name.startswith(("хв", "min"))
                else 1.0
            )
            scale = 1e-6 if name in ("мкс", "µs", "us") else scale
        size = _SIZE_UNIT.search(plain) or _SIZE_HEADER.fullmatch(plain)
        if size:
            scale = {"k": 1e3, "к": 1e3, "m": 1e6, "м": 1e6, "g": 1e9, "г": 1e9}[fold(size[1])[0]]
        if not metrics and (rate := _TIME_HEADER.match(fold(plain))):
            metrics.append("extraction_seconds")
            scale = 1e-3 if rate[1] in ("ms", "мс") else 1.0
        if not metrics and size and _SIZE_HEADER.fullmatch(plain):
            metrics.append(SIZE)
        timed = unit is not None and not percent
        percent = (
            percent or "%" in plain or bool(re.search(r"\b(?:in )?per ?cent\b|у відсотках", plain, re.I))
        )
        if not metrics and percent and words and words[0] in ("knn", "k-nn"):
            metrics.append("knn_accuracy")
        formula = None
        ranked = any(
            "noun.rank_column" in lex.at(words, k) or words[k].startswith("ранг") for k in range(len(words))
        )
        if metrics and set(metrics) != {"images_per_second"} and not ranked and _PER_SECOND.search(plain):
            formula = (metrics[0], "extraction_seconds")
        if len(metrics) >= 2 and metrics[-2] != metrics[-1] and re.search(r"[/÷]", plain):
            formula = (metrics[-2], metrics[-1])
        return About(
            dataset=datasets[0] if len(set(datasets)) == 1 else None,
            extractor=extractors[0] if len(set(extractors)) == 1 and not relative else None,
            metric=RANKED if ranked else metrics[0] if metrics else None,
            higher_is_better=higher,
            mean=mean,
            relative_to=extractors[0]
            if relative and len(set(extractors)) == 1
            else ("?" if relative else None),
            quotient=formula,
            scale=scale,
            percent=percent,
            is_time=timed,
            is_size=bool(size),
            title=plain,
            rest=" ".join(rest),
        )

    def caption(self, table: Table) -> About:
        """What the text over a table says of all of it: the nearest line with one set, the nearest metric."""
        dataset: str | None = None
        metric: str | None = None
        for line in captions(table):
            if line.text.rstrip().endswith("?"):
                continue
            found = {m.ids[0] for m in self._mentions(line) if len(m.ids) == 1}
            if len(found) == 1:
                (dataset,) = found
            if found or _over_sets(line):
                break
        for line in captions(table):
            tags = self.about(line.text)
            if tags.metric and tags.metric != RANKED:
                metric = tags.metric
                break
        return About(dataset=dataset, metric=metric)

    def _says_metric(self, table: Table, metric: str | None) -> bool:
        """Whether a quality, or a metric of any kind in a numbered caption, is what the table holds."""
        return metric in QUALITIES or any(
            CAPTION.match(clean(line.text)) and self.about(line.text).metric == metric is not None
            for line in table.above
        )

    def _mentions(self, line: Line) -> Iterator[Mention]:
        words = words_of(clean(line.text))
        i = 0
        while i < len(words):
            found = self.datasets.at(words, i)
            if found:
                yield found
            i += found.words if found else 1

    # -- whole tables --------------------------------------------------------------------------------------

    def grid(self, table: Table) -> Grid:
        """Read a table with the names that are known."""
        roles = roles_of(table, self)
        caption = self.caption(table)
        headers = [
            About() if roles[j] is not Role.DATA else self.about(cell.text)
            for j, cell in enumerate(table.header.cells)
        ]
        labelled = [
            self.about(row.cells[j].text).metric
            for row in table.rows
            for j in range(min(len(roles), len(row.cells)))
            if roles[j] is Role.METRIC
        ]
        own = {h.metric for h in headers} | set(labelled)
        if own - {None, *((RANKED,))} and not self._shared(headers):
            caption = replace(caption, metric=None)
        elif self._shared(headers) and self.implied and not self._says_metric(table, caption.metric):
            caption = replace(caption, metric=self.implied)
        counted = {j for j, cell in enumerate(table.header.cells) if _counts_images(cell.text)}
        cells: list[GridCell] = []
        rank: list[tuple[int, int]] = []
        families: list[tuple[str, str]] = []
        whole, averages = set(), set()
        above = About()
        for i, row in enumerate(table.rows):
            label = About()
            position = None
            under = next(
                (clean(c.text) for c, r in zip(row.cells, roles, strict=False) if r is Role.CONDITION), ""
            )
            for j, cell in enumerate(row.cells[: len(roles)]):
                text = clean(cell.text)
                if roles[j] is Role.RANK:
                    number = re.search(r"(?<!\d)\d{1,9}(?!\d)", text)
                    position = int(number[0]) if number else None
                elif roles[j] is Role.EXTRACTOR:
                    if _is_mean(text):
                        averages.add(i)
                    label = label.over(
                        About(extractor=self.extractors.exact(text) or self.about(text).extractor)
                    )
                elif roles[j] is Role.DATASET:
                    if _is_mean(text):
                        label = label.over(About(mean=True))
                    full = joined(text, under) if under else text
                    named = self.datasets.exact(full) or self.about(full).dataset
                    label = label.over(About(dataset=named or (above.dataset if not text else None)))
                elif roles[j] is Role.METRIC:
                    label = (
                        self.about(cell.text).over(label) if text else label.over(About(metric=above.metric))
                    )
            if position is not None and label.extractor:
                rank.append((i, position))
            data = [
                (j, cell)
                for j, cell in enumerate(row.cells[: len(roles)])
                if roles[j] in (Role.DATA, Role.VALUE) and j not in counted
            ]
            numeric = [cell for _, cell in data if re.search(r"\d", cell.text)]
            if numeric and all(cell.bold for cell in numeric):
                whole.add(i)
            for j, cell in enumerate(row.cells[: len(roles)]):
                if roles[j] is Role.METRIC and _in("family_column", words_of(cell.text), 0):
                    families.extend(
                        (headers[k].extractor or "", clean(c.text))
                        for k, c in enumerate(row.cells[: len(roles)])
                        if headers[k].extractor
                    )
                if roles[j] is Role.FAMILY and label.extractor:
                    families.append((label.extractor, clean(cell.text)))
            for j, cell in data:
                about = headers[j].over(label)
                if label.metric:
                    about = replace(about, title=label.title)
                # a caption's metric is that of columns headed by sets, or of a table without metrics
                bare = (
                    headers[j].dataset is not None
                    or headers[j].extractor is not None
                    or headers[j].mean
                    or not headers[j].rest
                )
                about = about.over(caption if bare else replace(caption, metric=None))
                if about.metric == "accuracy" and (caption.metric or "").endswith("_accuracy"):
                    about = replace(about, metric=caption.metric)
                if label.mean or headers[j].mean:
                    own_set = headers[j].dataset or label.dataset
                    about = replace(about, dataset=own_set)
                cells.append(self._cell(about, i, j, row.number, cell.text, cell.bold))
            above = label.over(above) if label != About() else above
        called = [
            words_of(c.text)
            for c, role in zip(table.header.cells, roles, strict=True)
            if role is Role.EXTRACTOR
        ]
        return Grid(
            table,
            tuple(cells),
            tuple(rank),
            frozenset(whole),
            frozenset(averages),
            tuple(families),
            caption,
            tuple(w for words in called for w in words),
        )

    def _with_rest(self, number: Quantity, text: str, end: int) -> Quantity:
        following = (
            QUANTITY.match(text, end + 1)
            if number.unit == "s" and number.step >= 60 and end < len(text)
            else None
        )
        if following is None:
            return number
        second = read(following, decimal_comma=self.decimal_comma)
        return add_times(number, second) if second.unit == "s" and second.step < number.step else number

    @staticmethod
    def _shared(headers: Sequence[About]) -> bool:
        """Whether columns are headed by image sets alone: then the caption names their metric."""
        return any(h.dataset and not h.metric and not h.rest for h in headers)

    def _cell(self, about: About, i: int, j: int, line: int, text: str, bold: bool) -> GridCell:
        plain = clean(text)
        stars = len(_STARS.findall(text))
        number = None
        found = QUANTITY.search(plain)
        if found and not re.match(r"[^\W\d_]", plain[: found.start()].strip()[-1:] or " "):
            number = read(found, decimal_comma=self.decimal_comma)
            number = self._with_rest(number, plain, found.end())
            if about.percent or number.unit == "%":
                number = number.fraction()
            elif number.unit == "" and about.scale != 1.0:
                number = replace(
                    number,
                    low=number.low * about.scale,
                    high=number.high * about.scale,
                    step=number.step * about.scale,
                )
        noted = re.search(r"\d\s?[*†‡§¶¹²³]", plain) is not None
        return GridCell(about, i, j, line, plain, bold, number, stars or None, noted)


def captions(table: Table) -> list[Line]:
    """The lines that may caption a table, the likeliest first: numbered, headings, what stands before."""
    numbered, near, far = [], [], []
    for line in table.above:
        text = clean(line.text)
        if CAPTION.match(text):
            numbered.append(line)
        elif line.level > 0 or text.endswith(":"):
            near.append(line)
        else:
            far.append(line)
    return numbered + near + far


def _over_sets(line: Line) -> bool:
    """Whether a caption speaks of several sets: «за трьома наборами», "over the four sets"."""
    words = words_of(clean(line.text))
    lex = lexicon()
    for i in range(len(words)):
        tags = lex.at(words, i)
        if "noun.dataset" in tags or "noun.dataset_column" in tags:
            near = {tag for k in range(max(0, i - 4), i) for tag in lex.at(words, k)}
            if (
                any(tag.startswith("numeral.") for tag in near)
                or {"scope.all", "scope.every", "scope.overall"} & near
            ):
                return True
    return False


def bare_title(line: Line) -> str:
    """What a caption names, without its number, remarks in parentheses and general words."""
    text = _LABEL.sub("", _PARENS.sub(" ", clean(line.text)).strip(" :—–-.*"))
    kept = [w for w in _WORD.findall(text) if not _in("caption", [fold(w)], 0)]
    return " ".join(kept)


def roles_of(table: Table, reader: Reader) -> list[Role]:
    """The role of each column, by its header and else by what it holds."""
    roles: list[Role | None] = []
    for j, cell in enumerate(table.header.cells):
        text = clean(_PARENS.sub(" ", cell.text))
        roles.append(_header_role(text, j))
    about = [reader.about(cell.text) for cell in table.header.cells]
    if (
        Role.VALUE in roles
        and Role.METRIC not in roles
        and not any(one.metric or one.dataset for one in about)
    ):
        # «Назва | Значення»: settings, facts of a machine
        roles = [None if role is Role.EXTRACTOR else role for role in roles]
    numbers = [
        c
        for row in table.rows
        for c in row.cells[1:]
        if re.match(r"[-−~≈<>]?\s?\d", clean(c.text)) or "⭐" in c.text
    ]
    cells = sum(max(0, len(row.cells) - 1) for row in table.rows)
    if len(numbers) * 3 < cells:
        # a table of words: its labels are no names unless its header says so
        return [role or Role.DATA for role in roles]
    if not {Role.EXTRACTOR, Role.DATASET, Role.METRIC} & set(roles) and roles:
        # a first column without a telling header: by its content
        first = next((j for j, role in enumerate(roles) if role is None), None)
        if (first is not None and about[first].metric is None) or first == 0:
            labels = [clean(row.cells[first].text) for row in table.rows if first < len(row.cells)]
            role = _content_role(labels, reader)
            others = [one for k, one in enumerate(about) if k != first]
            if role is Role.EXTRACTOR and not any(one.metric or one.dataset for one in others):
                role = None if not _known_labels(labels, reader) else role
                extractors = [one for one in others if one.extractor]
                measured = [
                    a for a in map(reader.about, labels) if a.metric or a.is_time or a.is_size or a.percent
                ]
                if role is None and len(extractors) == len(others) > 1 and len(measured) * 2 > len(labels):
                    role = Role.METRIC
            roles[first] = role
    return _with_conditions(table, [role or Role.DATA for role in roles])


def _with_conditions(table: Table, roles: list[Role]) -> list[Role]:
    """The column of words that tells rows of one extractor (on one set) apart: a condition, or the set."""
    keys = [j for j, role in enumerate(roles) if role in (Role.EXTRACTOR, Role.DATASET)]
    if Role.EXTRACTOR not in roles or Role.METRIC in roles:
        return roles
    rows = [[clean(cell.text) for cell in row.cells] for row in table.rows]
    rows = [row for row in rows if len(row) >= len(roles)]
    seen = [tuple(row[j] for j in keys) for row in rows]
    if len(set(seen)) * 2 > len(seen):
        return roles
    for j, role in enumerate(roles):
        texts = [row[j] for row in rows]
        words = all(text and not text[0].isdigit() and text[0] not in "-−~≈<>±" for text in texts)
        told = len({(*key, text) for key, text in zip(seen, texts, strict=True)}) == len(seen)
        if role is Role.DATA and words and told and 1 < len(set(texts)) <= len(rows) // 2:
            made = list(roles)
            made[j] = Role.CONDITION if Role.DATASET in roles else Role.DATASET
            return made
    return roles


def joined(dataset: str, condition: str) -> str:
    """The name of an image set under a condition."""
    return f"{dataset} {condition}"


def _header_role(text: str, j: int) -> Role | None:
    words = words_of(text)
    if not words:
        return Role.RANK if text in ("#", "№") else None
    for name, role in (
        ("extractor_column", Role.EXTRACTOR),
        ("dataset_column", Role.DATASET),
        ("metric_column", Role.METRIC),
        ("rank_column", Role.RANK),
        ("value_column", Role.VALUE),
        ("family_column", Role.FAMILY),
    ):
        if len(words) <= 3 and _in(name, words, 0) == len(words):
            return role if not (role is Role.VALUE and j == 0) else None
    return None


def _known_labels(labels: Sequence[str], reader: Reader) -> bool:
    return any(reader.extractors.exact(label) for label in labels)


def _content_role(labels: Sequence[str], reader: Reader) -> Role | None:
    def share(test: object) -> float:
        return sum(bool(test(label)) for label in labels if label) / max(1, len(labels))  # type: ignore[operator]

    if share(lambda label: reader.extractors.exact(label) or reader.about(label).extractor) >= 0.5:
        return Role.EXTRACTOR
    if (
        share(
            lambda label: (
                reader.datasets.exact(label)
                or (reader.about(label).dataset and not reader.about(label).metric)
            )
        )
        >= 0.5
    ):
        return Role.DATASET
    if share(lambda label: reader.about(label).metric) >= 0.5:
        return Role.METRIC
    if share(lambda label: re.fullmatch(r"[-−]?[\d.,\s%]+", label)) > 0:
        return None
    return Role.EXTRACTOR


def _is_mean(text: str) -> bool:
    words = words_of(text)
    return bool(words) and "scope.mean" in lexicon().at(words, 0)


def _in(value: str, words: Sequence[str], i: int) -> int:
    """How many words from ``i`` on a phrase of ``noun.<value>`` covers; 0 for none."""
    return lexicon().at(words, i).get(f"noun.{value}", 0)
