"""What a site gives away: measurements, conclusions, each table, and what each figure is drawn from."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fxreport.analysis.conclude import Conclusions
from fxreport.report.export import conclusions_json
from fxreport.report.model import Figure, Table, to_string
from fxreport.report.writers.walk import Whole, blocks
from fxreport.site.latex import latex_table
from fxreport.store.rows import COLUMNS, row_schema
from fxreport.vocabulary.messages import N_

#: groups of the page
DOCUMENTS, DATA, CITED, TABLES, FIGURES = "documents", "data", "cited", "tables", "figures"

FOLDER = PurePosixPath("data")
MEASUREMENTS, MEANS = FOLDER / "measurements.csv", FOLDER / "means.csv"
PARQUET, CONCLUSIONS = FOLDER / "measurements.parquet", FOLDER / "conclusions.json"
CHECKSUMS = FOLDER / "SHA256SUMS"

#: what a file of every language holds
_WHAT = {
    MEASUREMENTS: N_("All measurements, a row a value of a run; “store import” takes them in"),
    PARQUET: N_("The same as Parquet"),
    MEANS: N_("Means and standard deviations over the runs"),
    CONCLUSIONS: N_("Claims, findings, rankings and recommendations for programs"),
}
_MEANS = ("dataset", "extractor", "metric", "unit", "mean", "sd", "seeds", "n", "imported")
_DRAWN = ("dataset", "extractor", "metric", "value", "seeds", "artifact", "experiment")
#: what a spreadsheet would take for a formula
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[\d.,\s]*\d%?")
#: digits of what was computed in single precision
_DIGITS = 7
#: what an id has for a sign of ASCII that is no letter, digit or _; and what no file's name has
_SIGN = re.compile(r"\.(?:2[0-9a-f]|3[a-f]|40|5[b-f]|60|7[b-e])|[\W_]")
#: bytes of a name; a longer one is cut, and told apart by a digest
_LONGEST, _KEPT = 120, 40


@dataclass(frozen=True, slots=True)
class Download:
    """A file, by its path from the site's root; ``what`` it holds: a message, or text of its language."""

    path: PurePosixPath
    data: bytes = field(repr=False)
    group: str
    what: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class Named(Whole, Protocol):
    """A document by the name of its publication."""

    @property
    def lang(self) -> str: ...

    @property
    def name(self) -> str: ...


def data_files(conclusions: Conclusions, rows: bytes, text: str = "") -> tuple[Download, ...]:
    """What is the same in every language; ``rows`` are all of the store as CSV (``Store.csv``).

    ``text`` are the conclusions as JSON, where it is there already.
    """
    files = {
        MEASUREMENTS: rows,
        PARQUET: parquet_of(rows),
        MEANS: _csv(_MEANS, _means(conclusions)),
        CONCLUSIONS: (text or conclusions_json(conclusions)).encode(),
    }
    return tuple(Download(path, data, DATA, _WHAT[path]) for path, data in files.items())


def table_files(document: Named) -> Iterator[Download]:
    """Each table of a document as LaTeX and as CSV, with the numbers as the language writes them."""
    folder = PurePosixPath(document.lang, "tables", document.name)
    tables = [block for block in blocks(document) if isinstance(block, Table)]
    for block, name in zip(
        tables, file_names(table.id.removeprefix("table-") for table in tables), strict=True
    ):
        caption = to_string(block.caption)
        # the mark tells spreadsheets that it is UTF-8
        yield Download(
            folder / f"{name}.csv", b"\xef\xbb\xbf" + _csv(_head(block), _cells(block)), TABLES, caption
        )
        tex = latex_table(block, document.lang).encode()
        yield Download(folder / f"{name}.tex", tex, TABLES, caption)


def figure_files(document: Named, data: Mapping[str, object]) -> Iterator[Download]:
    """What each figure of a document is drawn from: the means as CSV, all that is drawn as JSON.

    ``data`` are what the draft drew (``Draft.data``).
    """
    figures = [block for block in blocks(document) if isinstance(block, Figure)]
    for block, name in zip(figures, file_names(figure.path.stem for figure in figures), strict=True):
        folder, caption = document.lang / block.path.parent, to_string(block.caption)
        rows = [[_shown(getattr(one, column)) for column in _DRAWN] for one in block.drawn]
        yield Download(folder / f"{name}.csv", _csv(_DRAWN, rows), FIGURES, caption)
        if (drawn := data.get(block.id.removeprefix("fig-"))) is not None:
            text = json.dumps(_plain(drawn), ensure_ascii=False, sort_keys=True, allow_nan=False)
            yield Download(folder / f"{name}.json", f"{text}\n".encode(), FIGURES, caption)


def checksums(files: Iterable[Download]) -> bytes:
    """All files with their SHA-256, as ``sha256sum -c`` reads them at the site's root."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in sorted(files, key=lambda one: one.path)).encode()


def parquet_of(rows: bytes) -> bytes:
    """The table of a CSV file as Parquet; the columns of a store in their types."""
    import pyarrow as pa
    from pyarrow import csv as reader
    from pyarrow import parquet

    known = {name: row_schema().field(name).type for name in COLUMNS if name in row_schema().names}
    header = next(csv.reader(io.StringIO(rows.decode())))
    options = reader.ConvertOptions(
        column_types={name: known.get(name, pa.string()) for name in header}, strings_can_be_null=False
    )
    table = reader.read_csv(
        pa.BufferReader(rows),
        # one block: blocks are read side by side, and a row may be longer than the usual one
        read_options=reader.ReadOptions(use_threads=False, block_size=len(rows) + 1),
        parse_options=reader.ParseOptions(newlines_in_values=True),
        convert_options=options,
    )
    sink = io.BytesIO()
    parquet.write_table(table, sink, compression="zstd", version="2.6")
    return sink.getvalue()


def _means(conclusions: Conclusions) -> Iterator[list[str]]:
    study = conclusions.study
    for (dataset, variant, name), sample in sorted(study.samples.items()):
        values = sample.mean, sample.sd, len(sample.values), sample.n
        shown = ["" if value is None else repr(value) for value in values]
        imported = str(sample.imported).lower()
        yield [_shown(x) for x in (dataset, variant, name, study.metric(name).unit)] + [*shown, imported]


def _head(table: Table) -> list[str]:
    """The titles of the columns; before them one without a title where rows have topics."""
    topic = [""] if _has_topics(table) else []
    return [*topic, *(to_string(column.title) for column in table.columns)]


def _cells(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        topic = [_shown(row.topic)] if _has_topics(table) else []
        yield [*topic, *(_shown(to_string(cell.text)) for cell in row.cells)]


def _has_topics(table: Table) -> bool:
    return any(row.topic for row in table.rows)


def _csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(map(_shown, columns))
    writer.writerows(rows)
    return sink.getvalue().encode()


def _shown(value: object) -> str:
    """A value for people, whose spreadsheets must not take text for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _plain(drawn: object) -> Any:
    match drawn:
        case float():
            return float(f"{drawn:.{_DIGITS}g}") if math.isfinite(drawn) else None
        case None | str() | int():
            return drawn
        case list() | tuple():
            return [_plain(one) for one in drawn]
        case np.ndarray():
            return _array(drawn)
        case np.generic():
            return _plain(drawn.item())
        case set() | frozenset():
            return sorted(_plain(one) for one in drawn)
        case Mapping():
            return {str(name): _plain(one) for name, one in drawn.items()}
        case _ if dataclasses.is_dataclass(drawn):
            return {f.name: _plain(getattr(drawn, f.name)) for f in dataclasses.fields(drawn)}
        case _:
            return str(drawn)


def _array(drawn: NDArray[Any]) -> Any:
    """Numbers of an array to the digits of its largest, at once: pictures have many."""
    if drawn.dtype.kind in "iub":
        return drawn.tolist()
    if drawn.dtype.kind != "f" or not drawn.size or not np.isfinite(drawn).all():
        return _plain(drawn.tolist())
    largest = float(np.abs(drawn).max())
    return np.round(drawn.astype(float), _DIGITS - 1 - math.floor(math.log10(largest or 1.0))).tolist()


def file_names(ids: Iterable[str]) -> Iterator[str]:
    """Ids as names of files: letters, digits and hyphens, no two alike wherever case is not told apart."""
    taken = Counter[str]()
    for one in ids:
        name = re.sub("-+", "-", _SIGN.sub("-", one)).strip("-") or "table"
        if len(name.encode()) > _LONGEST:
            name = f"{name[:_KEPT]}-{hashlib.sha256(one.encode()).hexdigest()[:12]}"
        while taken[name.casefold()]:
            taken[name.casefold()] += 1
            name = f"{name}-{taken[name.casefold()]}"
        taken[name.casefold()] += 1
        yield name
