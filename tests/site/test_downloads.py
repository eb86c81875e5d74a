"""What the site gives away: complete, readable by other tools, the same bytes each time, harmless."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from site_examples import LANGUAGES, committed, drafted, hostile, site_of

from fxreport.report.model import Bullets, Figure, Link, Paragraph, Table, to_string
from fxreport.report.words import Words
from fxreport.report.writers.walk import blocks
from fxreport.site import downloads
from fxreport.site.downloads import (
    CONCLUSIONS,
    MEANS,
    MEASUREMENTS,
    PARQUET,
    Download,
    checksums,
    data_files,
    figure_files,
    file_names,
    parquet_of,
    table_files,
)
from fxreport.site.downloads_page import download_sections, size
from fxreport.site.metadata import to_cite
from fxreport.store import Store

DOCUMENTS = [(lang, name) for lang in LANGUAGES for name in ("conclusions", "technical")]


@pytest.fixture(scope="module")
def rows(checkout: Path) -> bytes:
    return Store(checkout / "results").csv()[0]


@pytest.fixture(scope="module")
def data(rows: bytes) -> dict[str, bytes]:
    return {one.path.name: one.data for one in data_files(committed(), rows)}


def test_measurements_are_the_export(rows: bytes, checkout: Path, tmp_path: Path) -> None:
    number = Store(checkout / "results").export_csv(tmp_path / "export.csv")
    assert (tmp_path / "export.csv").read_bytes() == rows
    assert len(pd.read_csv(io.BytesIO(rows))) == number
    store = Store(tmp_path / "store")
    store.import_csv(tmp_path / "export.csv")
    assert len(store.read()) == number


def test_parquet_holds_the_same_rows(data: dict[str, bytes]) -> None:
    texts = {"key", "step", "clusterer", "levels", "unit", "origin", "projection", "attribution"}
    expected = pd.read_csv(
        io.BytesIO(data[MEASUREMENTS.name]), keep_default_na=False, na_values={"value": [""], "n": [""],
        "input_size": [""], "seed": [""]}, dtype=dict.fromkeys(texts, str),
    )  # fmt: skip
    table = pq.read_table(io.BytesIO(data[PARQUET.name]))
    assert table.column_names == list(expected.columns)
    assert str(table.schema.field("value").type) == "double"
    assert {str(table.schema.field(name).type) for name in ("seed", "n", "input_size")} == {"int64"}
    for name in table.column_names:
        told = table.column(name).to_pylist()
        meant = [None if pd.isna(value) else value for value in expected[name]]
        assert told == meant, name


def test_parquet_keeps_names_that_look_like_numbers_and_lines() -> None:
    rows = b'dataset,extractor,seed,metric,value,depth\n007,"a\nb",0,ari,0.5,01\ntrue,"x",1,ari,0.25,\n'
    table = pq.read_table(io.BytesIO(parquet_of(rows))).to_pylist()
    assert [(r["dataset"], r["extractor"], r["depth"]) for r in table] == [
        ("007", "a\nb", "01"),
        ("true", "x", ""),
    ]


def test_means_are_those_of_the_study(data: dict[str, bytes]) -> None:
    study = committed().study
    found = list(csv.DictReader(io.StringIO(data[MEANS.name].decode())))
    assert len(found) == len(study.samples)
    for row in found:
        sample = study.samples[row["dataset"], row["extractor"], row["metric"]]
        assert float(row["mean"]) == sample.mean
        assert int(row["seeds"]) == len(sample.seeds)
        assert (float(row["sd"]) if row["sd"] else None) == sample.sd


def test_conclusions_are_there_as_data(data: dict[str, bytes]) -> None:
    assert len(json.loads(data[CONCLUSIONS.name])["claims"]) == len(committed().claims)


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "name"), DOCUMENTS)
def test_every_table_is_there_twice(lang: str, name: str) -> None:
    document, _ = drafted(committed(), lang, name)
    tables = [block for block in blocks(document) if isinstance(block, Table)]
    files = list(table_files(document))
    assert len({one.path for one in files}) == len(files) == 2 * len(tables)
    sheets = [one for one in files if one.path.suffix == ".csv"]
    for table, sheet in zip(tables, sheets, strict=True):
        read = list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"))))
        topics = any(row.topic for row in table.rows)
        assert read[0] == [*[""] * topics, *(to_string(column.title) for column in table.columns)]
        shown = [[*[row.topic] * topics, *(to_string(cell.text) for cell in row.cells)] for row in table.rows]
        assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == shown


def test_rows_keep_the_heading_that_they_stand_under() -> None:
    files = {one.path.name: one for one in table_files(drafted(committed(), "en", "conclusions")[0])}
    rows = list(csv.reader(io.StringIO(files["situations.csv"].data.decode("utf-8-sig"))))[1:]
    assert any(row[0].startswith("With labels") for row in rows)
    assert all(row[0] for row in rows)


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        (["certainty-fashion_mnist", "trade-off"], ["certainty-fashion-mnist", "trade-off"]),
        (["finding-a.2fvgg16.4032"], ["finding-a-vgg16-32"]),
        (["a.2db", "A_b", "a-b"], ["a-b", "A-b-2", "a-b-3"]),
        (["a-b-2", "a-b", "a.b"], ["a-b-2", "a-b", "a-b-2-2"]),
        (["карта-сірі_пікселі", "...", ""], ["карта-сірі-пікселі", "table", "table-2"]),
    ],
)
def test_names_of_files_are_read_and_told_apart(ids: list[str], names: list[str]) -> None:
    assert list(file_names(ids)) == names
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize(("lang", "name"), DOCUMENTS)
def test_every_figure_has_what_it_is_drawn_from(lang: str, name: str) -> None:
    document, draft = drafted(committed(), lang, name)
    figures = [block for block in blocks(document) if isinstance(block, Figure)]
    files = {one.path.relative_to(lang): one.data for one in figure_files(document, draft.data)}
    for figure, stem in zip(figures, file_names(f.path.stem for f in figures), strict=True):
        read = list(csv.DictReader(io.StringIO(files[figure.path.with_name(f"{stem}.csv")].decode())))
        assert [row["dataset"] for row in read] == [one.dataset for one in figure.drawn]
        values = [float(row["value"]) if row["value"] else None for row in read]
        assert values == [one.value for one in figure.drawn]
        assert json.loads(files[figure.path.with_name(f"{stem}.json")])


def test_figures_data_are_what_was_drawn() -> None:
    document, draft = drafted(committed(), "en", "technical")
    files = {
        one.path.name: json.loads(one.data)
        for one in figure_files(document, draft.data)
        if one.path.suffix == ".json"
    }
    shown = [cell["mean"] for panel in files["quality.json"]["panels"] for cell in panel["cells"]]
    study = committed().study
    means = [study.mean(d, v.id, "ari") for d in study.measured_datasets for v in study.variants]
    assert [value for value in shown if value is not None] == pytest.approx(
        [m for m in means if m is not None], rel=1e-6
    )


def test_names_that_mean_harm_leave_their_folder_and_cells_alone() -> None:
    for lang, name in DOCUMENTS:
        document, draft = drafted(hostile(), lang, name)
        files = [*table_files(document), *figure_files(document, draft.data)]
        assert len({str(one.path).lower() for one in files}) == len(files)
        for one in files:
            assert ".." not in one.path.parts
            assert not one.path.is_absolute()
            assert one.path.parts[0] == lang
            assert max(len(part.encode()) for part in one.path.parts) < 200
            assert re.fullmatch(r"[^\W_]([^\W_]|-)*\.(csv|tex|json)", one.path.name)
            if one.path.suffix == ".csv":
                cells = [
                    cell for row in csv.reader(io.StringIO(one.data.decode("utf-8-sig"))) for cell in row
                ]
                assert not [cell for cell in cells if re.match("[=@\t\r]", cell)]
    means = next(one for one in data_files(hostile(), b"dataset,value\n") if one.path == MEANS)
    assert b"\n=" not in means.data
    assert b",=" not in means.data


def test_checksums_are_those_of_sha256sum(data: dict[str, bytes], rows: bytes) -> None:
    files = data_files(committed(), rows)
    lines = checksums(files).decode().splitlines()
    assert lines == [
        f"{hashlib.sha256(data[one.path.name]).hexdigest()}  {one.path}"
        for one in sorted(files, key=lambda x: x.path)
    ]


def test_the_same_store_gives_the_same_bytes(rows: bytes) -> None:
    first, second = (data_files(committed(), rows) for _ in range(2))
    assert [one.data for one in first] == [one.data for one in second]


@pytest.mark.parametrize(
    ("lang", "number", "shown"),
    [
        ("uk", 999, "999 Б"),
        ("uk", 12_340, "12,3 кБ"),
        ("uk", 2_500_000, "2,50 МБ"),
        ("en", 2_500_000, "2.50 MB"),
        ("en", 0, "0 B"),
    ],
)
def test_sizes_in_the_language(lang: str, number: int, shown: str) -> None:
    assert size(Words(lang, committed().study), number).replace("\u00a0", " ") == shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_lists_what_concerns_its_language(lang: str, rows: bytes) -> None:
    files = [*data_files(committed(), rows), *to_cite(site_of(committed()))]
    for each in LANGUAGES:
        files += table_files(drafted(committed(), each, "conclusions")[0])
        path = downloads.PurePosixPath(each, "conclusions.pdf")
        files.append(Download(path, b"%PDF", downloads.DOCUMENTS, "PDF"))
    words = Words(lang, committed().study)
    contents, *sections = download_sections(words, files)
    groups = [f"downloads-{group}" for group in ("documents", "data", "cited", "tables")]
    assert [section.id for section in sections] == groups
    bullets, check = contents.blocks
    assert isinstance(bullets, Bullets)
    assert bullets.items == tuple((Link(section.title, f"#{section.id}"),) for section in sections)
    assert isinstance(check, Paragraph)
    assert Link("SHA256SUMS", "../data/SHA256SUMS") in check.text
    expected = {one.path: one for one in files if one.path.parts[0] not in set(LANGUAGES) - {lang}}
    listed = []
    for section in sections:
        [table] = [block for block in section.blocks if isinstance(block, Table)]
        for row in table.rows:
            text = row.cells[1].text
            for link in (part for part in text if isinstance(part, Link)):
                listed.append(downloads.PurePosixPath(link.href.removeprefix("../")))
                length = size(words, len(expected[listed[-1]].data)).replace(" ", "\u00a0")
                assert to_string(text[text.index(link) + 1 : text.index(link) + 2]) == f"\u00a0({length})"
    assert sorted(listed) == sorted(expected)
    of_tables = sections[-1].blocks[1]
    assert isinstance(of_tables, Table)
    assert {to_string(r.cells[1].text).count("(") for r in of_tables.rows} == {2}, "a table is a row"


def test_a_row_names_the_formats_of_tables_and_the_files_of_data(rows: bytes) -> None:
    files = [*data_files(committed(), rows), *table_files(drafted(committed(), "en", "conclusions")[0])]
    _, data, tables = download_sections(Words("en", committed().study), files)
    shown = [
        [part.text for part in row.cells[1].text if isinstance(part, Link)]
        for section in (data, tables)
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
    ]
    assert shown[:4] == [["measurements.csv"], ["measurements.parquet"], ["means.csv"], ["conclusions.json"]]
    assert set(map(tuple, shown[4:])) == {("CSV", "LaTeX")}
