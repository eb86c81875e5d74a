"""The names that a document's tables use: extractors, image sets, metrics of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from fxreport.audit.lexicon import fold, lexicon, longest
from fxreport.audit.markdown import CAPTION, Document, Kind, Line, Table
from fxreport.audit.names import Names, squash
from fxreport.audit.tables import (
    QUALITIES,
    RANKED,
    About,
    Reader,
    Role,
    bare_title,
    captions,
    clean,
    joined,
    roles_of,
    words_of,
)
from fxreport.vocabulary.catalog import DATASETS, EXTRACTORS

_PARENS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_RANKED = re.compile(r"^\d+[.)]\s+")
_QUOTED = re.compile(r"[«“\"]([^»”\"]{2,40})[»”\"]")
_SET = r"(?:набор\w*|набір|датасет\w*|datasets?|image sets?|data sets?|collections?|benchmarks?)"
_LIST_OF_SETS = re.compile(rf"{_SET}\b[^:—–(.]{{0,40}}[:—–(]\s*(.+)", re.IGNORECASE)
_QUOTED_SET = re.compile(rf"{_SET}\b[^«“\".,:;]{{0,30}}[«“\"]([^»”\"]{{2,40}})[»”\"]", re.IGNORECASE)
_NAMED_SET = re.compile(rf"{_SET}\s+([A-ZА-ЯІЇЄҐ][\w-]*(?:\s[A-ZА-ЯІЇЄҐ\d][\w-]*){{0,2}})\s*(?:$|[(:.,—–])")
_SEPARATORS = re.compile(r"\s*[,·;|]\s*|\s+(?:і|й|та|and|&)\s+(?:власн\w+\s+набор\w+\s+)?")
_NUMBER = re.compile(r"[-−~≈<>]?\s?\d")


@cache
def spellings(group: str) -> Mapping[str, Sequence[str]]:
    """What the lexicon calls the known extractors or image sets."""
    found: dict[str, list[str]] = {}
    for phrase in lexicon().phrases:
        if phrase.group == group:
            found.setdefault(phrase.value, []).append(" ".join(phrase.words).replace("*", ""))
    return found


@cache
def known_sets() -> Names:
    titles = {name: [facts.title] for name, facts in DATASETS.items()}
    for name, words in spellings("dataset").items():
        titles.setdefault(name, []).extend(words)
    return Names(titles)


@cache
def _known_extractors() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """(squashed spellings that tell a known extractor, what else it is called) of each."""
    found = []
    for name, facts in EXTRACTORS.items():
        called = (facts.title, *spellings("extractor").get(name, ()))
        found.append((frozenset(squash(w) for w in (*called, name)), called))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Heading:
    """A header of a column of data or the label of a row of data, with the numbers under it."""

    text: str
    about: About
    decimals: tuple[int, ...]
    largest: float

    def like(self, other: Heading) -> bool:
        """Whether the numbers look like those of another: as many decimals, of one order."""
        if not self.decimals or not other.decimals:
            return False
        same = max(self.decimals) == max(other.decimals)
        return same and (self.largest <= 1.0) == (other.largest <= 1.0)


class Collector:
    """Goes through a document's tables and gathers what they name."""

    def __init__(self, document: Document, comma: bool) -> None:
        self.document = document
        self.comma = comma
        self.known = known_sets()
        self.extractors: dict[str, list[str]] = {}
        self.datasets: dict[str, list[str]] = {}
        self.metrics: dict[str, list[str]] = {}
        self._made: tuple[tuple[int, ...], Reader] | None = None
        self._wide: tuple[Reader, Reader] | None = None
        self.implied = _implied(document)
        self.candidates = {squash(name) for line in document.lines for name in sets_told(line)}

    def reader(self) -> Reader:
        """A reader with the names found so far."""
        found = (self.datasets, self.extractors, self.metrics)
        state = tuple(sum(map(len, names.values())) for names in found) + tuple(map(len, found))
        if self._made is None or self._made[0] != state:
            names = (
                Names(self.datasets),
                Names(self._called()),
                Names(self.metrics, short=False, inflect=False),
            )
            self._made = (state, Reader(*names, self.comma, self.implied))
        return self._made[1]

    def _called(self) -> dict[str, list[str]]:
        """The extractors with what known ones are called besides, unless another bears that name here."""
        own = {squash(form): one for one, forms in self.extractors.items() for form in forms}
        called = {}
        for one, forms in self.extractors.items():
            squashed = {squash(form) for form in forms}
            more = next((names for told, names in _known_extractors() if told & squashed), ())
            if any(own.get(squash(w), one) != one for w in more):
                more = ()
            called[one] = list(dict.fromkeys([*forms, *more]))
        return called

    def collect(self) -> Collector:
        for table in self.document.tables:
            self._labels(table)
        for table in self.document.tables:
            self._known_sets_of(table)
        self._captions()
        for table in self.document.tables:
            self._axis(table)
        return self

    # -- labels --------------------------------------------------------------------------------------------

    def _roles(self, table: Table) -> list[Role]:
        # the sets that everybody knows count as sets while names are being collected
        reader = self.reader()
        if self._wide is None or self._wide[0] is not reader:
            titles = {name: list(forms) for name, forms in self.known.spellings().items()}
            for name, own in self.datasets.items():
                titles[name] = [*own, *titles.get(name, [])]
            self._wide = (reader, Reader(Names(titles), reader.extractors, Names({}), self.comma))
        return roles_of(table, self._wide[1])

    def _labels(self, table: Table) -> None:
        roles = self._roles(table)
        # without what known extractors are called besides: another may bear that name here
        earlier = Names(self.extractors)
        for j, role in enumerate(roles):
            for row in table.rows:
                text = _RANKED.sub("", clean(row.cells[j].text)) if j < len(row.cells) else ""
                if not text or _general(text) or not re.search(r"[^\W\d_]", text):
                    continue
                if role is Role.EXTRACTOR and self._known(text) is None:
                    self._extractor(text, earlier)
                elif role is Role.DATASET and Role.CONDITION in roles:
                    j2 = roles.index(Role.CONDITION)
                    under = clean(row.cells[j2].text) if j2 < len(row.cells) else ""
                    self._dataset_under(text, under)
                elif role is Role.DATASET:
                    self._dataset(text)

    def _extractor(self, text: str, earlier: Names | None = None) -> None:
        """Add an extractor, unless a table before names it, in full or in short."""
        earlier = earlier if earlier is not None else Names(self.extractors)
        words = words_of(text)
        mention = earlier.at(words, 0) if words else None
        if earlier.exact(text) or (mention and mention.words == len(words) and len(mention.ids) == 1):
            return
        bare = _PARENS.sub("", text).strip()
        forms = [text, *([bare] if bare and bare != text else [])]
        self.extractors.setdefault(squash(bare or text), forms)

    def _known(self, text: str) -> str | None:
        words = words_of(text)
        found = self.known.at(words, 0) if words else None
        return found.ids[0] if found and len(found.ids) == 1 and found.words == len(words) else None

    def _dataset(self, text: str) -> str:
        """Add a set under its id, a known one's or its squashed name."""
        bare = _PARENS.sub("", text).strip(" «»“”\"'*") or text
        known = self._known(bare)
        if known is None:
            now = self.reader().datasets
            words = words_of(bare)
            short = now.at(words, 0) if words else None
            if found := now.exact(bare):
                return found
            if short and short.words == len(words) and len(short.ids) == 1:
                return short.ids[0]
        key = known or squash(bare)
        forms = self.datasets.setdefault(key, [bare])
        if known:
            forms += [w for w in spellings("dataset").get(known, ()) if w not in forms]
        return key

    def _dataset_under(self, text: str, condition: str) -> None:
        """Add a set under a condition; either word may come first in prose."""
        name = joined(text, condition)
        self.datasets.setdefault(squash(name), [name, joined(condition, text)])

    # -- sets ----------------------------------------------------------------------------------------------

    def _known_sets_of(self, table: Table) -> None:
        texts = [cell.text for cell in table.header.cells]
        texts += [row.cells[0].text for row in table.rows if row.cells]
        for text in texts:
            for name in self._mentions(text):
                self._dataset(self._spelled(name, text))
        for line in captions(table):
            found = set(self._mentions(line.text))
            if found:
                if len(found) == 1:
                    self._dataset(self._spelled(found.pop(), line.text))
                break
            if CAPTION.match(clean(line.text)) and bare_title(line):
                break

    def _mentions(self, text: str) -> list[str]:
        words = words_of(clean(text))
        found, i = [], 0
        while i < len(words):
            mention = self.known.at(words, i)
            if mention and len(mention.ids) == 1:
                found.append(mention.ids[0])
            i += mention.words if mention else 1
        return found

    def _spelled(self, name: str, text: str) -> str:
        """A known set as a text spells it."""
        words = re.findall(r"[^\W_](?:[\w'’ʼ]|[-‑–@](?=\w))*", clean(text))
        folded = [fold(w) for w in words]
        for i in range(len(words)):
            mention = self.known.at(folded, i)
            if mention and mention.ids == (name,):
                return " ".join(words[i : i + mention.words])
        return self.known.title(name)

    def _captions(self) -> None:
        """Sets that only captions or headings name, over tables of one form or where prose names them."""
        forms: dict[tuple[str, ...], list[tuple[Table, Line | None]]] = {}
        for table in self.document.tables:
            roles = self._roles(table)
            reader = self.reader()
            about = [reader.about(c.text) for c in table.header.cells]
            transposed = Role.METRIC in roles and Role.EXTRACTOR not in roles
            if Role.DATASET in roles or not (Role.EXTRACTOR in roles or transposed):
                continue
            if any(a.dataset or a.mean for a in about) or not (transposed or any(a.metric for a in about)):
                continue
            form = tuple(clean(c.text) for c in table.header.cells)
            forms.setdefault(form, []).append((table, next(iter(captions(table)), None)))
        for tables in forms.values():
            for table, line in tables:
                if line is None:
                    continue
                known = self.reader().caption(table).dataset
                told = next(iter(sets_told(line)), "")
                title = told or bare_title(line)
                if not title or len(title.split()) > 4 or _metric_words(title) or self._mentions(title):
                    continue
                numbered = bool(CAPTION.match(clean(line.text)))
                plain = squash(title) in self.candidates or bool(told) or self._spoken_of(title)
                if plain or (len(tables) > 1 and (numbered or not known)):
                    self._dataset(title)

    def _spoken_of(self, title: str) -> bool:
        """Whether prose says «на <title>», "on <title>"."""
        place = re.compile(
            rf"(?:\bна|\bon|\bнабор\w+|\bнабір|\bdataset)\s+[«\"“]?{re.escape(title)}\b", re.IGNORECASE
        )
        return any(place.search(line.text) for line in self.document.lines if not CAPTION.match(line.text))

    # -- headers and labels of data ------------------------------------------------------------------------

    def _axis(self, table: Table) -> None:
        """Decide what a header or label means that is no known set or metric, by what stands beside it."""
        roles = self._roles(table)
        kinds = set(roles)
        found = self._headings(table, roles, rows=False)
        if Role.METRIC in kinds:
            labels = self._headings(table, roles, rows=True)
            if any(_is_statistic(one) for one in found):
                found = []  # columns of a mean, its spread, single runs
            if Role.EXTRACTOR not in kinds and Role.DATASET not in kinds:
                for one in found:
                    if (
                        one.about.dataset is None
                        and one.about.metric is None
                        and not one.about.mean
                        and one.about.rest
                    ):
                        self._extractor(_bare(one.text))
            elif Role.EXTRACTOR in kinds:
                for one in found:
                    if not (one.about.dataset or one.about.metric or one.about.mean) and one.about.rest:
                        self._dataset(_bare(one.text))
            found = labels
        caption = self.reader().caption(table)
        if Role.DATASET in kinds and Role.EXTRACTOR not in kinds and Role.METRIC not in kinds:
            # rows are sets: headers without a metric are extractors if the caption has the metric
            others = [
                h for h in found if not (h.about.metric or h.about.dataset or h.about.mean) and h.about.rest
            ]
            metric = any(h.about.metric for h in found)
            for one in others:
                if caption.metric and not metric:
                    self._extractor(_bare(one.text))
                else:
                    self._metric(one.text)
            return
        if not kinds & {Role.EXTRACTOR, Role.METRIC}:
            return
        if Role.EXTRACTOR in kinds and not kinds & {Role.METRIC, Role.DATASET}:
            self._of_one_metric(table, found, caption.metric)
            reader = self.reader()
            found = [replace(h, about=reader.about(h.text)) for h in found]
        self._of_sets(found, bool(caption.metric))
        reader = self.reader()
        self._of_metrics([replace(h, about=reader.about(h.text)) for h in found])

    def _headings(self, table: Table, roles: list[Role], *, rows: bool) -> list[Heading]:
        reader = self.reader()
        data = [j for j, role in enumerate(roles) if role is Role.DATA]
        made = []
        if rows:
            label = roles.index(Role.METRIC)
            for row in table.rows:
                texts = [row.cells[j].text for j in data if j < len(row.cells)]
                if label < len(row.cells):
                    made.append((row.cells[label].text, texts))
        else:
            for j in data:
                texts = [row.cells[j].text for row in table.rows if j < len(row.cells)]
                made.append((table.header.cells[j].text, texts))
        found = []
        for text, cells in made:
            numbers = [c for c in map(clean, cells) if _NUMBER.match(c)]
            marks = any("⭐" in c or "★" in c for c in cells)
            if len(numbers) * 2 < len(cells) and not marks:
                continue
            digits = [m for c in numbers if (m := re.search(r"(\d[\d  ]*)(?:[.,](\d+))?", c))]
            decimals = tuple(len(m[2] or "") for m in digits)
            largest = max((float(re.sub(r"\s", "", m[1])) for m in digits), default=0.0)
            found.append(Heading(text, reader.about(text), decimals, largest))
        return found

    def _of_sets(self, found: list[Heading], caption_metric: bool) -> None:
        """What stands beside a metric, or in place of one, names a set where its neighbours do."""
        prefixed = {h.about.metric for h in found if h.about.dataset and h.about.metric}
        abbreviated = {h.about.rest for h in found if h.about.dataset and not h.about.metric and h.about.rest}
        bare = [h for h in found if h.about.dataset and not h.about.metric and not h.about.rest]
        told = [h for h in found if not h.about.metric and squash(_bare(h.text)) in self.candidates]
        beside: dict[str, set[str]] = {}
        for one in found:
            if one.about.rest and one.about.metric and not one.about.dataset:
                beside.setdefault(one.about.rest, set()).add(one.about.metric)
        # «Листя: ARI | Листя: NMI | Кристали: ARI»: what stands beside several metrics, or before a colon
        sets = {rest for rest, metrics in beside.items() if len(metrics) > 1} if len(beside) > 1 else set()
        for one in found:
            about = one.about
            if about.dataset or about.mean or about.extractor or not about.rest:
                continue
            if about.metric:
                colon = "_" in one.text or clean(one.text).startswith(
                    (f"{about.rest}:", f"{about.rest} —", f"«{about.rest}»")
                )
                if (
                    about.rest in sets
                    or (colon and len(beside) > 1)
                    or about.metric in prefixed
                    or squash(about.rest) in self.candidates
                ):
                    self._dataset(about.rest)
                continue
            last = about.rest.split()[-1]
            if last in abbreviated and len(about.rest.split()) > 1:
                # «SVHN: S», «Полотно: S»
                self._dataset(about.rest.removesuffix(last).strip(" :"))
                continue
            pattern = bare or told
            if one in told or (caption_metric and pattern and any(one.like(other) for other in pattern)):
                self._dataset(_bare(one.text))

    def _of_one_metric(self, table: Table, found: list[Heading], caption: str | None) -> None:
        """Columns alike without a metric of their own are sets where the text says what all of them hold.

        That they are sets is told by a caption that is a metric, by a column of their means, or by prose.
        """
        metric = caption if caption in QUALITIES else self.implied
        bare = [h for h in found if _is_bare(h)]
        others = [h for h in found if h.about.metric in QUALITIES and not h.about.mean]
        if metric is None or others or len(bare) < 2 or not all(h.like(bare[0]) for h in bare):
            return
        titles = [_bare(h.text) for h in bare]
        if all(_is_statistic(h) for h in bare):
            return
        if any(len(title.split()) > 3 or re.fullmatch(r"[vв]?[\d.]+", fold(title)) for title in titles):
            return
        said = all(squash(t) in self.candidates or self._quoted(t) or self._spoken_of(t) for t in titles)
        heading = next((line for line in captions(table)), None)
        alone = heading is not None and _only_metric(heading)
        averaged = any(h.about.mean and _is_mean_of(table, h.text, [b.text for b in bare]) for h in found)
        if said or alone or averaged:
            for title in titles:
                key = self._dataset(title)
                # «Шум σ=25» is called «шум»
                short = re.sub(r"\s+\S*[=\d]\S*$", "", title)
                if short and short not in self.datasets[key]:
                    self.datasets[key].append(short)

    def _quoted(self, title: str) -> bool:
        """Whether the text sets a name apart: «Назва», *Name*."""
        forms = [f"«{title}»", f"*{title}*", f"“{title}”", f'"{title}"']
        return any(form in line.text for line in self.document.lines for form in forms)

    def _of_metrics(self, found: list[Heading]) -> None:
        """Columns that would give one metric of one set twice are variants of it; unknown ones metrics."""
        seen: dict[tuple[str | None, str | None, bool, tuple[str, str] | None], list[Heading]] = {}
        for one in found:
            about = one.about
            if about.metric == RANKED or about.relative_to:
                continue
            if about.metric is None and (about.rest or about.is_time) and not about.mean:
                self._metric(about.rest if about.dataset else one.text)
            elif about.metric is not None:
                seen.setdefault((about.dataset, about.metric, about.mean, about.quotient), []).append(one)
        for same in seen.values():
            if len(same) > 1:
                for one in same:
                    if one.about.rest or one.about.metric == "extraction_seconds":
                        self._metric(one.text)

    def _metric(self, text: str) -> None:
        title = _bare(text)
        if len(title) > 1 and squash(title) and not squash(title).isdigit():
            self.metrics.setdefault(squash(title), [title])


def _implied(document: Document) -> str | None:
    """The measure of quality that the text names, if it names one only."""
    found = {
        metric[0]
        for line in document.lines
        if line.kind is not Kind.CELL
        for words in [words_of(clean(line.text))]
        for i in range(len(words))
        if (metric := longest(lexicon().at(words, i), "metric")) and metric[0] in QUALITIES
    }
    return found.pop() if len(found) == 1 else None


def _is_bare(heading: Heading) -> bool:
    about = heading.about
    told = about.metric or about.dataset or about.extractor or about.relative_to or about.mean
    return not told and bool(about.rest) and not (about.is_time or about.is_size)


def _only_metric(line: Line) -> bool:
    """Whether a heading or caption says a metric and nothing else: "## mAP", "Table 1. Accuracy (%)."."""
    words = [w for w in words_of(bare_title(line)) if w]
    metric = longest(lexicon().at(words, 0), "metric") if words else None
    return metric is not None and metric[0] in QUALITIES and metric[1] == len(words)


def _is_mean_of(table: Table, mean: str, parts: Sequence[str]) -> bool:
    """Whether a column holds the means of others, row by row, to the digits printed."""
    headers = [cell.text for cell in table.header.cells]
    at, others = headers.index(mean), [headers.index(part) for part in parts]
    checked = 0
    for row in table.rows:
        if len(row.cells) < len(headers):
            continue
        numbers = [re.search(r"\d+(?:[.,]\d+)?", clean(row.cells[j].text)) for j in (at, *others)]
        texts = [m[0].replace(",", ".") for m in numbers if m]
        if len(texts) != len(numbers):
            continue
        first, *rest = map(float, texts)
        step = 10.0 ** -len(texts[0].partition(".")[2])
        if abs(first - sum(rest) / len(rest)) > 1.5 * step:
            return False
        checked += 1
    return checked >= 2


def _is_statistic(heading: Heading) -> bool:
    words = words_of(heading.text)
    return heading.about.mean or any(
        w.startswith(("seed", "std", "зерн", "відхил", "deviation", "fold", "фолд", "запуск", "прогін"))
        or w in ("sd", "run", "runs")
        for w in words
    )


def _bare(text: str) -> str:
    """A header without arrows, units and brackets."""
    plain = _PARENS.sub("", re.sub("[↑↓▲▼⬆⬇]", "", clean(text)))
    return re.sub(r",\s*(?:%|ms|s|sec|min|мс|с|сек|хв|[kKMGкКМГ]i?[BБ])\.?\s*$", "", plain).strip(" ,:*")


def sets_told(line: Line) -> Iterator[str]:
    """Names that a line gives as those of image sets: «набір «Листя»», "datasets: A, B and C"."""
    text = clean(line.text)
    listed = _LIST_OF_SETS.search(text)
    if listed:
        part = re.split(r"[.;](?:\s|$)", _PARENS.sub("", listed[1]))[0]
        for piece in _SEPARATORS.split(part):
            name = piece.strip(" «»“”\"'*().")
            quoted = _QUOTED.search(piece)
            if quoted:
                yield quoted[1]
            elif 1 < len(name) <= 30 and len(name.split()) <= 3 and name[:1].isupper():
                yield name
    for match in _QUOTED_SET.finditer(text):
        yield match[1]
    if single := _NAMED_SET.search(text):
        yield single[1]


def _metric_words(title: str) -> bool:
    words = words_of(title)
    return any(longest(lexicon().at(words, i), "metric") for i in range(len(words)))


def _general(text: str) -> bool:
    """Labels of rows that are no names: means, best, totals."""
    words = words_of(text)
    tags = lexicon().at(words, 0) if words else {}
    plain = ("scope.mean", "scope.median", "scope.all", "scope.overall")
    return len(words) <= 3 and any(tag in plain or tag.startswith("superlative.") for tag in tags)
