"""CSV."""

from __future__ import annotations

IMPORTS

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


def test_import_of_all_columns_with_a_bom_cyrillic_and_quotes(store: Store, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path,
        "\ufeffvalue,dataset,extractor,metric,seed,unit,input_size,clusterer,n,note\r\n"
        '0.25,"Київ, Ґ й ё",мій_екстрактор,ari,2,,32.0,gmm,100,hi\r\n\r\n',
        "вимірювання 1.csv",
    )
    summary = store.import_csv(file)
    assert summary.ignored_columns == ("note",)
    assert summary.new_names == {"dataset": ("Київ, Ґ й ё",), "extractor": ("мій_екстрактор",)}
    [row] = store.read().drop(columns=["key", "origin", "unit"]).to_dict("records")
    assert list(row.values()) == ["Київ, Ґ й ё", "мій_екстрактор", 32, "gmm", 2, "ari", 0.25, 100]


def test_variant_name_is_taken_apart(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, "dataset,extractor,metric,value\nmnist,vgg16@32,ari,0.1\n"))
    assert store.read()[["extractor", "input_size"]].values.tolist() == [["vgg16", 32]]


HEADER = "dataset,extractor,metric,value,seed,input_size\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; expected comma-separated UTF-8 text"),
        ("\ufeff \r\n", "is empty"),
        (HEADER, "holds no measurements, only a header"),
        ("dataset,metric\nmnist,ari\n", "line 1: missing columns extractor, value; found dataset, metric"),
        ("mnist,custom_cnn,ari,0.4\n", "line 1: missing columns dataset, extractor, metric, value"),
        ("dataset,dataset,extractor,metric,value\na,a,b,c,1\n", "column dataset is there twice"),
        (
            "dataset;extractor;metric;value\nmnist;cnn;ari;0,4\n",
            "fields are separated by semicolons; expected",
        ),
        ("dataset\textractor\tmetric\tvalue\nmnist\tcnn\tari\t1\n", "separated by tabs"),
        (
            HEADER + "mnist,cnn,ari,0.4,0,\nmnist,cnn,nmi,abc,0,\n",
            "line 3: value must be a number, got 'abc'",
        ),
        (HEADER + "mnist,cnn,ari,,0,\n", "line 2: value must be a number, got ''"),
        (HEADER + 'mnist,cnn,ari,"0,439",0,\n', "line 2: value 0,439 has a decimal comma; write 0.439"),
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
        (HEADER.encode() + b"mnist,\xea\xee,ari,1,0,\n", "line 2: not UTF-8; expected"),
        ("dataset,extractor".encode("utf-16"), "not UTF-8"),
        (HEADER + 'mnist,"cnn,ari,0.4,0,\n', "line 2: unexpected end of data"),
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
    store.write(result(ari=1 / 3))
    store.write(result(experiment(train=100), ari=0.1 + 0.2))  # the same cell under another protocol
    store.write(result(experiment(extractor="vgg16", input_size=32, seed=4)))
    store.import_csv(write_csv(tmp_path, HEADER + '"a, ""b""\nc",cnn,ari,1e-300,0,\n'))
    file = tmp_path / "out" / "all.csv"
    assert store.export_csv(file) == 7
    other = Store(tmp_path / "other")
    assert other.import_csv(file).ignored_columns == ()
    left, right = (s.read().drop(columns="origin") for s in (store, other))
    pd.testing.assert_frame_equal(left, right)
    assert set(other.read()["origin"]) == {"imported"}


def test_export_to_where_it_cannot_be(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"):
        store.export_csv(tmp_path)


def test_damaged_import_is_set_aside(store: Store, tmp_path: Path) -> None:
    store.import_csv(write_csv(tmp_path, HEADER + "mnist,cnn,ari,0.4,0,\n"))
    file = Path(store.location) / "imports" / "numbers.parquet"
    file.write_bytes(b"PAR1")
    assert [p.remedy for p in store.verify()] == ["import its CSV file again"]
    assert store.read().empty
    assert file.with_name("numbers.parquet.damaged").exists()


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
