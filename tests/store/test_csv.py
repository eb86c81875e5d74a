"""The CSV exchange."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_stores import fill
from step_results import clustering, experiment, file_of, projection, result

from fxreport.analysis.arrange import study
from fxreport.store import Store
from fxreport.store.tabular import Layout
from fxreport.vocabulary.errors import FxReportError, InputError, OutputError
from fxreport.vocabulary.metrics import Metric
from fxreport.vocabulary.steps import Measurement


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def write_csv(folder: Path, text: str | bytes, name: str = "numbers.csv") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_import_of_the_least_columns(store: Store, tmp_path: Path) -> None:
    file = write_csv(tmp_path, "dataset,extractor,metric,value\nmnist,custom_cnn,extraction_seconds,1.5\n")
    summary = store.import_csv(file)
    assert (summary.info.rows, summary.replaced, summary.new_names) == (1, None, {})
    [row] = Store(store.location).read().to_dict("records")
    assert row["key"] == "import:numbers"
    assert (row["seed"], row["clusterer"], row["unit"], row["origin"]) == (0, "", "second", "imported")
    assert pd.isna(row["input_size"])
    assert pd.isna(row["n"])
    assert store.keys() == set(), "imported numbers are no experiment"


def test_times_of_which_nobody_knows_the_number_of_images_are_counted(store: Store, tmp_path: Path) -> None:
    """A measured run knows how many images it tested; where none was measured, the table must say."""
    fill(store)
    text = "dataset,extractor,input_size,seed,metric,value,n\n"
    rows = ("mnist,vgg16,32,0", "mnist,vgg16,64,0", "mnist,theirs,,0", "svhn,theirs,,0")
    times = "".join(f"{row},extraction_seconds,1.5,{50 if 'svhn' in row else ''}\n" for row in rows)
    assert store.import_csv(write_csv(tmp_path, text + times)).untimed == 2
    rate = "mnist,theirs,,0,images_per_second,40,\n"
    assert store.import_csv(write_csv(tmp_path, text + times + rate)).untimed == 1, "a rate says as much"


def test_import_of_all_columns_with_a_bom_cyrillic_and_quotes(store: Store, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path,
        "\ufeffvalue,dataset,extractor,metric,seed,unit,input_size,clusterer,n,note\r\n"
        '0.25,"Київ, Ґ й ё",мій_екстрактор,ari,2,,32.0,gmm,100,hi\r\n\r\n',
        "вимірювання 1.csv",
    )
    summary = store.import_csv(file)
    assert summary.factors == ("note",)
    assert summary.new_names == {"dataset": ("Київ, Ґ й ё",), "extractor": ("мій_екстрактор",)}
    [row] = store.read().drop(columns=["key", "step", "origin", "unit"]).to_dict("records")
    assert list(row.values()) == [
        "Київ, Ґ й ё", "мій_екстрактор", 32, "gmm", '{"note":"hi"}', 2, "ari", 0.25, 100,
    ]  # fmt: skip


def test_variant_name_is_taken_apart(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, "dataset,extractor,metric,value\nmnist,vgg16@32,ari,0.1\n"))
    assert store.read()[["extractor", "input_size"]].values.tolist() == [["vgg16", 32]]


HEADER = "dataset,extractor,metric,value,seed,input_size\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; expected UTF-8 text with a header line"),
        ("\ufeff \r\n", "is empty"),
        (HEADER, "holds no measurements, only a header"),
        ("dataset,metric\nmnist,ari\n", "line 1: missing columns extractor, value; found dataset, metric"),
        ("mnist,custom_cnn,ari,0.4\n", "line 1: missing columns dataset, extractor; found mnist"),
        ("dataset,dataset,extractor,metric,value\na,a,b,c,1\n", "column dataset is there twice"),
        (
            HEADER + "mnist,cnn,ari,0.4,0,\nmnist,cnn,nmi,abc,0,\n",
            "line 3: value must be a number, got 'abc'",
        ),
        (HEADER + "mnist,cnn,ari,,0,\n", "line 2: value must be a number, got ''"),
        (HEADER + 'mnist,cnn,own,"1,439",0,\n', "line 2: 1,439 may have a decimal comma or grouped"),
        (HEADER + "mnist,cnn,ari,0,439,0,\n", "line 2: 7 fields where the header has 6"),
        (HEADER + "mnist,cnn,ari,nan,0,\n", "line 2: value must be a finite number, got nan"),
        (HEADER + "mnist,cnn,ari,-inf,0,\n", "line 2: value must be a finite number, got -inf"),
        (HEADER + "mnist,cnn,ari,1e999,0,\n", "line 2: value must be a finite number"),
        (HEADER + "mnist,,ari,0.4,0,\n", "line 2: extractor is empty"),
        (HEADER + "mnist,cnn,ari,0.4,first,\n", "line 2: seed must be a whole number, got 'first'"),
        (HEADER + "mnist,cnn,ari,0.4,-1,\n", "line 2: seed must be a whole number from 0 on, got -1"),
        (HEADER + "mnist,cnn,ari,0.4,99999999999999999999,\n", "line 2: seed must be a whole number from 0"),
        (HEADER + "mnist,cnn,ari,0.4,0,0\n", "line 2: input_size must be a whole number from 1 on, got 0"),
        (HEADER + "mnist,cnn,ari,0.4,0,32.5\n", "line 2: input_size must be a whole number, got 32.5"),
        (HEADER + "mnist,cnn,ari,0.4,0,inf\n", "line 2: input_size must be a whole number, got 'inf'"),
        (
            HEADER + "mnist,cnn,ari,0.4,0,\nmnist,cnn,nmi,0.4,0,\nmnist,cnn,ari,0.5,0,\n",
            "lines 2 and 4: two different values for the same cell (mnist, cnn, 0, ari); keep one",
        ),
        ("levels," + HEADER + "x,mnist,cnn,ari,0.4,0,\n", "line 1: a column cannot be called levels"),
        (
            "dataset,extractor,metric,value,better\nmnist,cnn,own,1,yes\n",
            "line 2: better must be higher, lower or empty, got 'yes'",
        ),
        (
            "dataset,extractor,metric,value,title,unit\na,b,own,1,X,g\na,b,ari,1,,\na,c,own,2,Y,g\n",
            "lines 2 and 4: two different descriptions of the metric own",
        ),
        (
            "dataset,extractor,metric,value,unit\na,b,own,1,g\na,c,own,2,kg\n",
            "lines 2 and 3: two different descriptions of the metric own",
        ),
        (
            "dataset,extractor,metric,value,unit\na,b,extraction_seconds,1,kg\n",
            "line 2: extraction_seconds cannot be given in 'kg'; its unit is second",
        ),
        (
            "dataset,extractor,metric,value,unit\na,b,davies_bouldin,1,%\n",
            "line 2: davies_bouldin cannot be given in '%'; its unit is none",
        ),
        (
            "dataset,extractor,metric,value,unit\na,b,ari,120,%\n",
            "line 2: ari must lie between -1 and 1, got 1.2",
        ),
        (HEADER.encode() + b"mnist,\xea\xee,ari,1,0,\n", "line 2: not UTF-8; expected"),
        ("dataset,extractor".encode("utf-16"), "not UTF-8"),
        (HEADER + 'mnist,"cnn,ari,0.4,0,\n', "line 2: unexpected end of data"),
        (HEADER + "mnist,x@99999999999999999999,ari,1,0,\n", "the input size of x must be a whole number"),
        (
            HEADER + "mnist,x,ari,1e-300,0,\n",
            "line 2: ari is 1e-300, too near to 0 to be compared",
        ),
        (HEADER + "mnist,c\x1b[31mnn,ari,1,0,\n", "line 2: extractor has U+001B"),
        (HEADER + "mnist,a\u202egpj.exe,ari,1,0,\n", "line 2: extractor has U+202E"),
    ],
)
def test_import_refuses(store: Store, tmp_path: Path, text: str | bytes, message: str) -> None:
    file = write_csv(tmp_path, text)
    with pytest.raises(InputError) as refused:
        store.import_csv(file)
    assert message in str(refused.value)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert store.imports() == {}


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_import_of_what_cannot_be_read(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot read"):
        store.import_csv(tmp_path / name)


def test_same_row_twice_counts_once(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\n" * 2))
    assert len(store.read()) == 1


def test_importing_the_same_file_again_replaces(store: Store, tmp_path: Path) -> None:
    first = store.import_csv(write_csv(tmp_path, HEADER + "mnsit,cnn,ari,0.4,0,\n"))
    second = store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\n"))
    assert second.replaced == first.info
    assert store.read()["dataset"].tolist() == ["mnist"]


def test_newer_import_wins_cell_by_cell(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\nmnist,cnn,ari,0.5,1,\n", "z.csv"))
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.9,0,\nmnist,cnn,ari,0.1,0,32\n", "a.csv"))
    assert sorted(store.read()["value"]) == [0.1, 0.5, 0.9]
    assert list(store.imports()) == ["z", "a"]
    store.discard("import:a")
    assert sorted(store.read()["value"]) == [0.4, 0.5]


def test_names_that_clean_to_the_same_do_not_meet(store: Store, tmp_path: Path) -> None:
    for name in ("a b.csv", "a+b.csv", "a_b.csv"):
        store.import_csv(write_csv(tmp_path, HEADER + f"mnist,{name},ari,0.4,0,\n", name))
    assert len(store.imports()) == 3
    assert len(store.read()) == 3


def test_export_and_import_keep_all_rows(store: Store, tmp_path: Path) -> None:
    store.write(clustering(ari=1 / 3))
    store.write(clustering(experiment(train=100), ari=0.1 + 0.2))  # the same cell of another extraction
    for level in ("pca", "umap"):
        store.write(projection(level=level, purity=1 / 7))
    store.write(replace(projection(level="pca", version=2), measurements=(Measurement("knn_accuracy", 0.5),)))
    store.write(replace(clustering(level="gmm_full"), measurements=(Measurement("knn_accuracy", 0.25),)))
    store.write(result(experiment(extractor="vgg16", input_size=32, seed=4)))
    store.import_csv(write_csv(tmp_path, HEADER + '"a, ""b""\nc",cnn,ari,1e-100,0,\n'))
    file = tmp_path / "out" / "all.csv"
    assert store.export_csv(file) == 9
    assert file.read_text().split("\n")[0] == (
        "key,step,dataset,extractor,input_size,clusterer,projection,seed,metric,value,unit,n,origin"
    )
    other = Store(tmp_path / "other")
    assert other.import_csv(file).factors == ("projection",)
    left, right = (s.read().drop(columns="origin") for s in (store, other))
    pd.testing.assert_frame_equal(left, right)
    assert set(other.read()["origin"]) == {"imported"}


def test_export_to_where_it_cannot_be(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        store.export_csv(tmp_path)


def test_damaged_import_is_set_aside(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\n"))
    file = file_of(store, "numbers", "imports")
    file.write_bytes(b"PAR1")
    assert [p.remedy for p in store.verify()] == ["import its CSV file again"]
    assert store.read().empty
    assert file.with_name(f"{file.name}.damaged").exists()


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda s: (HEADER + s).encode()))
def test_no_file_breaks_the_import(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    file = write_csv(folder, data)
    message = ""
    try:
        Store(folder / "results").import_csv(file)
    except FxReportError as error:
        message = str(error)
    assert "\n" not in message


# -- factors, metrics, units ---------------------------------------------------------------------------------


def test_what_tells_no_levels_is_no_factor(store: Store, tmp_path: Path) -> None:
    """A link of each task, and a time that hardly repeats; what a setting is stays one."""
    rows = [
        f"{d},{e},{s},d{depth},task/{d},{e} at {i}:{s}{depth},0.{i}{s},{'' if i == 1 else i}"
        for i, d in enumerate(("car", "kc1", "iris"))
        for e in ("tree", "forest")
        for s in range(3)
        for depth in (2, 4)
    ]
    text = "\n".join(["dataset,extractor,seed,depth,link,utc,acc,loss", *rows])
    summary = store.import_csv(write_csv(tmp_path, text))
    assert (summary.factors, summary.left) == (("depth",), ("link", "utc"))
    assert summary.empty == {"loss": 12}
    assert len(store.read()) == 2 * len(rows) - 12
    kept = store.import_csv(write_csv(tmp_path, text), Layout.told(["utc=utc"]))
    assert (kept.factors, kept.left) == (("depth", "utc"), ("link",))


def test_columns_that_are_not_known_are_factors(store: Store, tmp_path: Path) -> None:
    text = (
        "dataset,extractor,metric,value,epochs,tied,note,dropout,projection\n"
        "mnist,cnn,purity,0.5,3,true,deep,0.5,umap\nmnist,cnn,ari,0.4,3,,,,\n"
    )
    assert store.import_csv(write_csv(tmp_path, text)).factors == (
        "epochs", "tied", "note", "dropout", "projection",
    )  # fmt: skip
    assert store.read()[["metric", "levels"]].values.tolist() == [
        ["ari", '{"epochs":3}'],
        ["purity", '{"dropout":0.5,"epochs":3,"note":"deep","projection":"umap","tied":true}'],
    ]


def test_metrics_named_the_old_way_are_the_plain_ones_at_their_level(store: Store, tmp_path: Path) -> None:
    names = ("umap_purity", "pca_explained_variance", "grad_cam_gain", "umap_own", "features_purity")
    text = HEADER + "".join(f"mnist,cnn,{name},0.5,0,\n" for name in names)
    summary = store.import_csv(write_csv(tmp_path, text))
    assert summary.new_names["metric"] == ("umap_own",)
    assert dict(store.read()[["metric", "levels"]].values.tolist()) == {
        "purity": '{"projection":"umap"}', "explained_variance": '{"projection":"pca"}',
        "gain": '{"attribution":"grad_cam"}', "umap_own": "", "features_purity": "",
    }  # fmt: skip


def test_one_cell_named_both_ways_is_one_cell(store: Store, tmp_path: Path) -> None:
    text = (
        "dataset,extractor,metric,value,projection,seed\n"
        "mnist,cnn,umap_purity,0.5,,0\nmnist,cnn,purity,0.6,umap,0\n"
    )
    with pytest.raises(InputError, match="lines 2 and 3: two different values for the same cell"):
        store.import_csv(write_csv(tmp_path, text))


@pytest.mark.parametrize(
    ("metric", "value", "unit", "own"),
    [
        ("extraction_seconds", 1500, "ms", 1.5), ("extraction_seconds", 2, "хв", 120),
        ("umap_seconds", 3, "s", 3), ("model_bytes", 2, "KiB", 2048), ("model_bytes", 2, "MB", 2e6),
        ("ari", 25, "%", 0.25), ("knn_accuracy", 50, "percent", 0.5), ("images_per_second", 7, "images/s", 7),
        ("own", 7, "ms", 7),
    ],
)  # fmt: skip
def test_values_are_brought_to_the_metrics_unit(
    store: Store, tmp_path: Path, metric: str, value: float, unit: str, own: float
) -> None:
    text = f"dataset,extractor,metric,value,unit\nmnist,cnn,{metric},{value},{unit}\n"
    store.import_csv(write_csv(tmp_path, text))
    assert store.read()["value"].tolist() == [pytest.approx(own, rel=1e-12)]


OWN = (
    "dataset,extractor,metric,value,unit,title,title_uk,title_en,better,topic\n"
    "mnist,cnn,crispness,3,dpi,Crispness,чіткість,crispness,higher,Sharpness\n"
    "mnist,vgg16,crispness,4,dpi,Crispness,чіткість,crispness,higher,Sharpness\n"
    "mnist,vgg16,ari,0.5,,,,,,\n"
)
CRISPNESS = Metric(
    "crispness", "Crispness", "Sharpness", "dpi", higher_is_better=True,
    titles=(("en", "crispness"), ("uk", "чіткість")),
)  # fmt: skip


def test_a_table_brings_rows_of_metrics(store: Store, tmp_path: Path) -> None:
    assert store.import_csv(write_csv(tmp_path, OWN)).factors == ()
    assert [Metric.from_dict(m) for m in store.provenance()["import:numbers"]["metrics"]] == [CRISPNESS]
    assert store.read()["levels"].unique().tolist() == [""]


def test_metrics_of_their_own_are_exported(store: Store, tmp_path: Path) -> None:
    """Those of a table and those of a step."""
    store.import_csv(write_csv(tmp_path, OWN))
    noise = Metric("noise_level", "noise level", unit="dB", higher_is_better=False)
    store.write(
        replace(
            clustering(),
            measurements=(Measurement("noise_level", 2.0), Measurement("ari", 0.5)),
            metrics=(noise,),
        )
    )
    store.export_csv(tmp_path / "all.csv")
    other = Store(tmp_path / "other")
    assert other.import_csv(tmp_path / "all.csv").factors == ()
    [facts] = other.provenance().values()
    assert {Metric.from_dict(m) for m in facts["metrics"]} == {CRISPNESS, noise}
    left, right = (s.read().drop(columns="origin") for s in (store, other))
    pd.testing.assert_frame_equal(left, right)


def test_settings_that_tell_runs_apart_outlast_the_exchange(store: Store, tmp_path: Path) -> None:
    for epochs in (1, 2):
        one = experiment(extractor="custom_cnn", settings=(("epochs", epochs), ("width", 8)))
        store.write(result(one, dimension=epochs))
        for level in ("kmeans", "gmm_full"):
            store.write(clustering(one, epochs / 4, level))
        store.write(projection(one, purity=epochs / 4))
    store.compact()
    store.export_csv(tmp_path / "all.csv")
    other = Store(tmp_path / "other")
    assert other.import_csv(tmp_path / "all.csv").factors == ("projection", "epochs")
    ours = study(store.read(), experiments=store.experiments())
    theirs = study(other.read())
    assert {v.id for v in (*ours.variants, *ours.others)} == {
        f"custom_cnn[epochs={epochs}]{clusterer}" for epochs in (1, 2) for clusterer in ("", "+gmm_full")
    }
    assert {where: s.values for where, s in ours.samples.items()} == {
        where: s.values for where, s in theirs.samples.items()
    }
    other.export_csv(tmp_path / "again.csv")
    first, second = ((tmp_path / f"{name}.csv").read_text() for name in ("all", "again"))
    assert first.replace("measured", "imported") == second


def test_imports_of_schema_1_are_read(store: Store, tmp_path: Path) -> None:
    """Levels were in the metrics' names, and the file's name told no digest."""
    import pyarrow as pa

    from fxreport.store import rows

    columns = [name for name in rows.ROW_COLUMNS if name not in ("step", "levels")]
    values = ("import:old", "mnist", "cnn", None, "", 0, "umap_purity", 0.5, "", None)
    schema = pa.schema([field for field in rows.row_schema() if field.name in columns])
    table = pa.table([[value] for value in values], schema=schema)
    info = rows.ImportInfo("old", "old.csv", "00", "2026-11-24T00:00:00+00:00", 1)
    file = Path(store.location) / "imports" / "old.parquet"
    file.parent.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rows, "SCHEMA_VERSION", 1)
        file.write_bytes(rows.encode_import(table, info))
    assert store.imports() == {"old": info}
    [row] = store.read().to_dict("records")
    assert (row["metric"], row["levels"], row["value"]) == ("purity", '{"projection":"umap"}', 0.5)
    assert store.import_csv(write_csv(tmp_path, HEADER + "a,b,ari,0.1,0,\n", "old.csv")).replaced == info
    assert len(store.read()) == 1
    store.discard("import:old")
    assert store.read().empty


def test_no_exported_name_is_computed_by_a_spreadsheet(store: Store, tmp_path: Path) -> None:
    names = ['=HYPERLINK("x")', "+1", "-x", "@a", "'=b", "''=c", "'d", "e=f"]
    lines = "".join(f"mnist,{chr(34)}{n.replace(chr(34), chr(34) * 2)}{chr(34)},ari,0.1\n" for n in names)
    store.import_csv(write_csv(tmp_path, "dataset,extractor,metric,value\n" + lines.replace("'", "''")))
    before = set(store.read()["extractor"])
    store.export_csv(tmp_path / "out.csv")
    written = pd.read_csv(tmp_path / "out.csv")["extractor"]
    assert not [name for name in written if name.startswith(("=", "+", "-", "@"))]
    again = Store(tmp_path / "again")
    again.import_csv(tmp_path / "out.csv")
    assert set(again.read()["extractor"]) == before


def test_an_export_that_fails_leaves_the_earlier_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.import_csv(write_csv(tmp_path, "dataset,extractor,metric,value\nmnist,a,ari,0.1\n"))
    target = tmp_path / "out.csv"
    target.write_text("good")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        store.export_csv(target)
    assert target.read_text() == "good"
    assert [file.name for file in tmp_path.iterdir() if "unfinished" in file.name] == []
