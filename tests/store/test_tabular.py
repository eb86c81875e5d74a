"""Tables of all shapes, as other people write them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fxreport.store import Store
from fxreport.store.numerals import Numerals
from fxreport.store.tabular import Layout
from fxreport.vocabulary.errors import InputError

TIDY = [
    ("a", "x", "time", 1.5),
    ("a", "y", "time", 1234.25),
    ("b", "x", "time", 0.125),
    ("b", "y", "time", 7.0),
]
ROLES = Layout.told(["model=extractor", "task=dataset"])


def imported(folder: Path, text: str, layout: Layout | None = None) -> pd.DataFrame:
    file = folder / "table.csv"
    file.write_text(text, "utf-8")
    store = Store(folder / "store")
    store.import_csv(file, layout)
    return store.read()


def cells(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return sorted(map(tuple, frame[["dataset", "extractor", "metric", "value"]].values.tolist()))


@pytest.mark.parametrize(
    "text",
    [
        "task,model,metric,value\na,x,time,1.5\na,y,time,1234.25\nb,x,time,0.125\nb,y,time,7\n",
        "task;model;metric;value\na;x;time;1,5\na;y;time;1234,25\nb;x;time;0,125\nb;y;time;7\n",
        "sep=;\r\ntask;model;metric;value\r\na;x;time;1,5\r\na;y;time;1 234,25\r\n"
        "b;x;time;0,125\r\nb;y;time;7\r\n",
        "task\tmodel\tmetric\tvalue\na\tx\ttime\t1.5\na\ty\ttime\t1,234.25\nb\tx\ttime\t0.125\nb\ty\ttime\t7\n",
        'task,model,Metric,Value\na,x,time,"1,5"\na,y,time,"1.234,25"\nb,x,time,"0,125"\nb,y,time,7\n',
        "model|task|time\nx|a|1.5\ny|a|1234.25\nx|b|.125\ny|b|7\n",
        "task;model;time\na;x;1,5\na;y;1\u00a0234,25\nb;x;0,125\nb;y;7\n",
    ],
)  # fmt: skip
def test_one_table_in_many_hands(tmp_path: Path, text: str) -> None:
    assert cells(imported(tmp_path, text, ROLES)) == TIDY


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("model,a,b\nx,1.5,0.125\ny,1234.25,7\n", ["model=extractor"]),
        ("task,x,y\na,1.5,1234.25\nb,0.125,7\n", ["task=dataset"]),
    ],
)
def test_a_matrix_of_one_metric(tmp_path: Path, text: str, pairs: list[str]) -> None:
    """Things by tasks or tasks by things."""
    assert cells(imported(tmp_path, text, Layout.told(pairs, metric="time"))) == TIDY


def test_gaps_of_a_wide_table_are_not_measured(tmp_path: Path) -> None:
    text = "model,task,acc,time\nx,a,0.5,NA\ny,a,,2\nz,a,-,n/a\n"
    assert cells(imported(tmp_path, text, ROLES)) == [("a", "x", "acc", 0.5), ("a", "y", "time", 2.0)]


def test_words_beside_numbers_are_factors_unless_metrics_are_named(tmp_path: Path) -> None:
    text = "model,task,mode,acc,year\nx,a,fast,0.5,2020\n"
    assert set(imported(tmp_path, text, ROLES)["levels"]) == {'{"mode":"fast"}'}
    named = Layout.told(["model=extractor", "task=dataset", "acc=metric"])
    frame = imported(tmp_path, text, named)
    assert (cells(frame), set(frame["levels"])) == ([("a", "x", "acc", 0.5)], {""})


def test_a_column_told_to_be_something_takes_the_place_of_one_of_that_name(tmp_path: Path) -> None:
    text = "model,task,fold,seed,acc\nx,a,0,3e9,0.5\nx,a,1,4e9,0.75\n"
    frame = imported(
        tmp_path, text, Layout.told([*(f"{k}={v}" for k, v in ROLES.columns.items()), "fold=seed"])
    )
    assert frame["seed"].tolist() == [0, 1]


def test_all_of_one_task(tmp_path: Path) -> None:
    frame = imported(tmp_path, "model,acc\nx,0.5\n", Layout.told(["model=extractor"], dataset="SQuAD"))
    assert cells(frame) == [("SQuAD", "x", "acc", 0.5)]


def test_percent_signs_are_a_unit(tmp_path: Path) -> None:
    """Of an own metric; a built-in share becomes one."""
    frame = imported(tmp_path, "model,task,acc,knn_accuracy\nx,a,91.5%,50 %\n", ROLES)
    found = {row["metric"]: (row["value"], row["unit"]) for row in frame.to_dict("records")}
    assert found == {"acc": (91.5, "%"), "knn_accuracy": (0.5, "")}


def test_dots_group_thousands_where_commas_are_decimal(tmp_path: Path) -> None:
    frame = imported(tmp_path, "model;task;acc\nx;a;1.234\ny;a;0,5\n", ROLES)
    assert sorted(frame["value"]) == [0.5, 1234.0]
    (tmp_path / "points").mkdir()
    assert imported(tmp_path / "points", "model;task;acc\nx;a;1.234\n", ROLES)["value"].tolist() == [1.234]


def test_repeats_are_seeds_in_their_order(tmp_path: Path) -> None:
    text = "model,task,acc\nx,a,0.5\nx,a,0.75\ny,a,0.5\ny,a,0.5\n"
    frame = imported(tmp_path, text, ROLES).sort_values(["extractor", "seed"])
    assert frame[["extractor", "seed", "value"]].values.tolist() == [
        ["x", 0, 0.5], ["x", 1, 0.75], ["y", 0, 0.5], ["y", 1, 0.5],
    ]  # fmt: skip


def test_rows_that_only_repeat_themselves_are_no_seeds(tmp_path: Path) -> None:
    assert len(imported(tmp_path, "model,task,acc\n" + "x,a,0.5\n" * 3, ROLES)) == 1


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"model,task,acc\nx,a,0.5\n")))
    store = Store(tmp_path / "store")
    assert store.import_csv(None, ROLES).info.file == "standard input"
    assert store.imports().keys() == {"stdin"}


@pytest.mark.parametrize(
    ("text", "layout", "message"),
    [
        ("model,task,acc\nx,a,1\n", Layout(), "missing columns dataset, extractor; found model, task, acc"),
        ("model,task,acc\nx,a,1\n", Layout.told(["modle=extractor"]), "did you mean model?"),
        ("model,acc\nx,1\n", Layout.told(["model=extractor"]), "--dataset NAME"),
        ("model,acc\nx,1\n", Layout.told(["model=extractor"]), "--metric NAME"),
        ("model,task,acc\nx,a,one\n", ROLES, "no column of numbers; found extractor, dataset, acc"),
        ("model,task,acc\nx,a,1\ny,a,2\nz,a,3 (1)\n", ROLES, "line 4: acc is '3 (1)', where most"),
        ("model,task,metric\nx,a,acc\n", ROLES, "missing column value"),
        ('model,task,acc\nx,a,"1,234"\n', ROLES, "line 2: 1,234 may have a decimal comma or"),
        ("model,task,acc\nx,a\n", ROLES, "line 2: 2 fields where the header has 3"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_measurements(tmp_path: Path, text: str, layout: Layout, message: str) -> None:
    with pytest.raises(InputError) as refused:
        imported(tmp_path, text, layout)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("pair", ["model", "=extractor", ""])
def test_a_mapping_that_is_none(pair: str) -> None:
    with pytest.raises(InputError, match="--map"):
        Layout.told([pair])


@given(st.floats(-1e9, 1e9).map(lambda x: round(x, 4)), st.sampled_from([",.", ".,"]))
def test_a_number_survives_each_way_of_writing_it(number: float, marks: str) -> None:
    text = f"{number:,.4f}".translate(str.maketrans(",.", marks))
    numerals = Numerals.of([text], commas_separate=marks == ",.")
    plain, unit = numerals.plain(text)
    assert (float(plain), unit) == (pytest.approx(number, abs=1e-9), "")
    assert numerals.plain(f"{text} %")[1] == "%"
    assert numerals.plain("x1") == ("x1", "")
