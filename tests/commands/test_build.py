"""Documents as written: from a store to files, on the original's numbers and on real digits."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from publications import document
from wholes import plan_of, stored_plan, write_whole

from fxreport.analysis.conclude import Conclusions, conclude
from fxreport.report.build import build, make_study
from fxreport.report.figures.cache import FigureCache
from fxreport.report.model import (
    Card,
    Cards,
    Document,
    Figure,
    Number,
    Section,
    Statement,
    Statements,
    Table,
    to_string,
)
from fxreport.report.writers.check import dangling_addresses, duplicate_ids, stray_digits
from fxreport.report.writers.html import render_html
from fxreport.report.writers.markdown import render_markdown
from fxreport.report.writers.walk import blocks
from fxreport.store import Store
from fxreport.vocabulary.errors import InputError, OutputError
from fxreport.vocabulary.scenario import Scenario
from fxreport.vocabulary.steps import Experiment

ORIGINAL = Path(__file__).resolve().parents[2] / "fxreport" / "reference" / "original.csv"
LANGUAGES = ("uk", "en")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("imported"))
    store.import_csv(ORIGINAL)
    return store


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two extractors on scikit-learn's digits, really clustered, three seeds each, with what a run keeps."""
    from sklearn.cluster import KMeans
    from sklearn.datasets import load_digits
    from sklearn.decomposition import PCA
    from sklearn.metrics import adjusted_rand_score

    from fxreport.vocabulary.catalog import DATASETS

    store = Store(tmp_path_factory.mktemp("measured"))
    digits = load_digits()
    rng = np.random.default_rng(0)
    noisy = digits.data + rng.normal(0, 9, digits.data.shape)
    for extractor, features in (("raw_pixels", digits.data), ("autoencoder", noisy)):
        for seed in range(3):
            chosen = np.random.default_rng(seed).choice(len(features), 500, replace=False)
            labels = digits.target[chosen]
            clusters = KMeans(10, n_init=2, random_state=seed).fit_predict(features[chosen])
            plane = PCA(2, random_state=0).fit_transform(features[chosen]).astype(np.float32)
            experiment = Experiment("digits", "b2:x", 1197, 500, extractor, seed=seed)
            write_whole(
                store,
                experiment,
                {
                    "ari": adjusted_rand_score(labels, clusters),
                    "extraction_seconds": 0.01 if extractor == "raw_pixels" else 0.5,
                    "dimension": 64,
                    "pca_knn_accuracy": 0.6,
                    "tsne_knn_accuracy": 0.9,
                },
                {
                    "labels": labels.astype(np.int16),
                    "assignments": clusters.astype(np.int16),
                    "test_indices": chosen.astype(np.int32),
                    "projection_indices": np.arange(500, dtype=np.int32),
                    "pca_2d": plane,
                    "tsne_2d": plane,
                },
                {
                    "started": f"2026-11-24T0{seed}:00:00+00:00",
                    "wall_seconds": 1.0,
                    "processor": "test",
                    "dataset": {
                        "name": "digits",
                        "classes": DATASETS["digits"].classes,
                        "train_images": 1197,
                        "test_images": 500,
                    },
                    "extractor": {"name": extractor},
                },
                n=500,
            )
    return store


@pytest.fixture(params=["imported", "measured"])
def conclusions(request: pytest.FixtureRequest) -> Conclusions:
    store = request.getfixturevalue(request.param)
    return conclude(make_study(store, stored_plan(store)))


def written(conclusions: Conclusions, lang: str, tmp_path: Path) -> Document:
    return document(conclusions, lang, FigureCache(tmp_path / "figures"))


def statements(made: Document) -> Iterator[Statement]:
    for block in blocks(made):
        if isinstance(block, Statements):
            yield from block.items


def cards(made: Document) -> Iterator[Card]:
    for block in blocks(made):
        if isinstance(block, Cards):
            yield from block.items


def section_ids(sections: tuple[Section, ...]) -> list[str]:
    return [i for s in sections for i in (s.id, *section_ids(s.children))]


def test_every_section_of_the_original_is_there_in_its_order(
    conclusions: Conclusions, tmp_path: Path
) -> None:
    made = written(conclusions, "uk", tmp_path)
    assert [s.id for s in made.sections] == [
        "summary", "results", "detail", "insights", "recommendations", "when-to-use", "technical", "outlook",
        "final", "published", "method", "statistics", "references", "appendix",
    ]  # fmt: skip
    detail = next(s for s in made.sections if s.id == "detail")
    assert [s.id for s in detail.children] == [
        "quality", "speed", "trade-off", "projections", "internals", "attribution", "features",
    ]  # fmt: skip


def test_a_section_without_data_says_so(imported: Store, tmp_path: Path) -> None:
    made = written(conclude(make_study(imported, {})), "en", tmp_path)
    detail = next(s for s in made.sections if s.id == "detail")
    for name in ("projections", "internals"):
        section = next(s for s in detail.children if s.id == name)
        assert len(section.blocks) == 1
        assert not section.children


def test_an_empty_store_gives_no_document(tmp_path: Path) -> None:
    planned = plan_of(Experiment("mnist", "b2:x", 10, 10, "raw_pixels"))
    with pytest.raises(InputError, match=r"there are no results in .*empty: measure some"):
        build(
            Store(tmp_path / "empty"),
            planned,
            languages=LANGUAGES,
            formats={"technical": ("md", "html")},
            output=tmp_path / "out",
        )
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_digit_stands_outside_the_model_and_every_address_leads_somewhere(
    conclusions: Conclusions, lang: str, tmp_path: Path
) -> None:
    made = written(conclusions, lang, tmp_path)
    page = render_html(made)
    assert stray_digits(page, made) == []
    assert stray_digits(render_markdown(made), made) == []
    assert dangling_addresses(made) == []
    assert duplicate_ids(made) == []


def test_both_languages_say_the_same_claims_with_the_same_evidence(
    conclusions: Conclusions, tmp_path: Path
) -> None:
    uk, en = (written(conclusions, lang, tmp_path) for lang in LANGUAGES)
    assert section_ids(uk.sections) == section_ids(en.sections)
    assert [(s.claim_id, s.support) for s in statements(uk)] == [
        (s.claim_id, s.support) for s in statements(en)
    ]
    for first, second in zip(statements(uk), statements(en), strict=True):
        addresses = [sorted(f.address for f in s.text if isinstance(f, Number)) for s in (first, second)]
        assert addresses[0] == addresses[1], first.claim_id
    for kind in (Table, Figure, Cards):
        assert [
            b.id if not isinstance(b, Cards) else len(b.items) for b in blocks(uk) if isinstance(b, kind)
        ] == [b.id if not isinstance(b, Cards) else len(b.items) for b in blocks(en) if isinstance(b, kind)]
    assert [(c.id, c.firm) for c in cards(uk)] == [(c.id, c.firm) for c in cards(en)]


def test_figures_state_their_finding_in_words(conclusions: Conclusions, tmp_path: Path) -> None:
    made = written(conclusions, "en", tmp_path)
    figures = {b.id: b for b in blocks(made) if isinstance(b, Figure)}
    assert "fig-quality" in figures
    winner = conclusions.of("winner")[0]
    said = next(to_string(s.text) for s in statements(made) if s.claim_id == winner.id)
    # the statement names the figure and works besides
    said = re.sub(r"\s\[\d+\]|; Fig\.\s\d+(?=\))|\s\(Fig\.\s\d+\)", "", said)
    assert said in figures["fig-quality"].alt
    for figure in figures.values():
        assert figure.alt
        assert not figure.finding or to_string(figure.caption) not in figure.alt


@pytest.mark.slow
def test_other_numbers_give_another_document(imported: Store, tmp_path: Path) -> None:
    """ResNet50 and the custom CNN exchange their ARI on MNIST: winner, ranks, stars and advice follow."""
    swap = {"custom_cnn": "resnet50", "resnet50": "custom_cnn"}
    lines = ORIGINAL.read_text("utf-8").splitlines()
    table = [line.split(",") for line in lines[1:]]
    value = {(r[0], r[1], r[2]): r[3] for r in table}
    for r in table:
        if r[0] == "mnist" and r[2] in ("ari", "nmi"):
            r[3] = value[r[0], swap.get(r[1], r[1]), r[2]]
    other = tmp_path / "other.csv"
    other.write_text("\n".join([lines[0], *map(",".join, table)]) + "\n", encoding="utf-8")
    store = Store(tmp_path / "store")
    store.import_csv(other)
    texts = {}
    for name, source in (("before", imported), ("after", store)):
        build(source, {}, languages=LANGUAGES, formats={"technical": ("md",)}, output=tmp_path / name)
        texts[name] = {
            lang: (tmp_path / name / lang / "technical.md").read_text("utf-8") for lang in LANGUAGES
        }
    before, after = (
        json.loads((tmp_path / n / "conclusions.json").read_text("utf-8")) for n in ("before", "after")
    )

    def claim(data: dict, name: str) -> dict:  # type: ignore[type-arg]
        return next(c for c in data["claims"] if c["id"] == name)

    assert claim(before, "winner/mnist")["subjects"] == ["custom_cnn"]
    assert claim(after, "winner/mnist")["subjects"] == ["resnet50@32"]
    assert claim(after, "winner/mnist")["value"] == 0.439
    uk, en = (texts["after"][lang].replace("\u00a0", " ") for lang in LANGUAGES)
    assert "На MNIST найвищий ARI в одиничному запуску має екстрактор ResNet50 32 пкс: 0,439." in uk
    assert "On MNIST the highest ARI of a single run is that of ResNet50 32 px: 0.439." in en
    choice = {r["scenario"]: r["extractor"] for r in after["recommendations"]}
    assert choice["pretrained"] == "resnet50@32"
    assert {r["scenario"]: r["extractor"] for r in before["recommendations"]}["pretrained"] == "vgg16@32"


def test_conclusions_json_keeps_its_contract(conclusions: Conclusions, tmp_path: Path) -> None:
    from fxreport.report.export import conclusions_json

    text = conclusions_json(conclusions)
    data = json.loads(text)
    assert set(data) == {
        "schema", "claims", "rankings", "recommendations", "findings", "verdicts", "missing",
    }  # fmt: skip
    assert data["schema"] == 1
    assert json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n" == text
    ids = [c["id"] for c in data["claims"]]
    assert len(set(ids)) == len(ids)
    for claim in data["claims"]:
        assert {"id", "kind", "dataset", "metric", "subjects", "value", "support", "evidence", "text"} <= set(
            claim
        )
        assert claim["support"] in {"certain", "likely", "tie", "undetermined", "single_run"}
        assert set(claim["text"]) >= {"uk", "en"}
        assert not re.search(r"[{}]", "".join(claim["text"].values()))
    for finding in data["findings"]:
        assert set(finding) == {
            "id", "kind", "datasets", "subjects", "support", "importance", "claims", "evidence", "heading",
            "short", "text",
        }  # fmt: skip
        assert set(finding["claims"]) <= set(ids)
        assert all(set(finding[part]) >= {"uk", "en"} for part in ("heading", "short", "text"))
    assert [r["scenario"] for r in data["recommendations"]] == [
        "max_quality", "no_labels", "limited_compute", "pretrained", "natural_images", "production",
    ]  # fmt: skip


def test_names_with_markup_come_out_as_text(tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text(
        "dataset,extractor,metric,value\n"
        "набір <i>1</i>,<script>alert(1)</script>,ari,0.5\n"
        "набір <i>1</i>,мій | екстрактор*,ari,0.4\n",
        encoding="utf-8",
    )
    store = Store(tmp_path / "store")
    store.import_csv(table)
    build(store, {}, languages=("uk",), formats={"technical": ("md", "html")}, output=tmp_path / "out")
    page = (tmp_path / "out/uk/technical.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<i>1</i>" not in page
    assert r"мій \| екстрактор\*" in (tmp_path / "out/uk/technical.md").read_text("utf-8")


def test_two_hundred_extractors_ties_and_one_image_set(tmp_path: Path) -> None:
    table = tmp_path / "many.csv"
    rows = [f"mine,e{i:03},ari,{round(i % 7 / 10, 1)}" for i in range(200)]
    table.write_text("dataset,extractor,metric,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    store = Store(tmp_path / "store")
    store.import_csv(table)
    paths = build(store, {}, languages=("en",), formats={"technical": ("md",)}, output=tmp_path / "out")
    winner = next(
        c for c in json.loads(paths["json"][0].read_text("utf-8"))["claims"] if c["kind"] == "winner"
    )
    assert len(winner["subjects"]) == 28
    assert winner["support"] == "tie"


def test_narrowing_shows_only_what_was_asked_for(imported: Store, tmp_path: Path) -> None:
    paths = build(
        imported, {}, languages=("en",), formats={"technical": ("md",)}, output=tmp_path,
        datasets=["mnist"], extractors=["vgg16", "custom_cnn"],
    )  # fmt: skip
    data = json.loads(paths["json"][0].read_text("utf-8"))
    assert {c["dataset"] for c in data["claims"]} <= {"mnist", None}
    assert {o["extractor"] for r in data["rankings"] for o in r["order"]} == {"vgg16@32", "custom_cnn"}


def test_stale_figures_go_with_their_document(imported: Store, tmp_path: Path) -> None:
    stale = tmp_path / "en" / "figures" / "old.svg"
    stale.parent.mkdir(parents=True)
    stale.write_text("<svg/>", encoding="utf-8")
    build(imported, {}, languages=("en",), formats={"technical": ("md",)}, output=tmp_path)
    assert not stale.exists()
    assert (tmp_path / "en" / "figures" / "quality.svg").exists()


@pytest.mark.slow
def test_the_same_store_gives_the_same_bytes_and_rendering_loads_no_tensorflow(
    measured: Store, tmp_path: Path
) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from fxreport.store import Store\n"
        "from fxreport.report.build import build\n"
        "store = Store(sys.argv[1])\n"
        "planned = {step.experiment: [step] for step in store.steps().values()}\n"
        "build(store, planned, languages=('uk',), formats=dict(technical=('md', 'html')),"
        " output=Path(sys.argv[2]))\n"
        "assert not {'tensorflow', 'keras', 'sklearn'} & set(sys.modules), sorted(sys.modules)\n"
    )
    found = []
    for number in (1, 2):
        out = tmp_path / f"out{number}"
        subprocess.run(
            [sys.executable, "-c", code, measured.location, str(out)],
            check=True,
            env={
                **os.environ,
                "PYTHONHASHSEED": str(number),
                "FXREPORT_CACHE": str(tmp_path / f"cache{number}"),
            },
        )
        found.append({p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    assert found[0] == found[1]


@pytest.mark.slow
def test_pdfs_of_two_languages_are_written_side_by_side_and_are_the_same(
    imported: Store, tmp_path: Path
) -> None:
    build(
        imported,
        {},
        languages=LANGUAGES,
        formats={"technical": ("pdf",)},
        output=tmp_path / "both",
        datasets=["mnist"],
    )
    build(
        imported,
        {},
        languages=("uk",),
        formats={"technical": ("pdf",)},
        output=tmp_path / "one",
        datasets=["mnist"],
    )
    both = {lang: (tmp_path / "both" / lang / "technical.pdf").read_bytes() for lang in LANGUAGES}
    assert all(data.startswith(b"%PDF") for data in both.values())
    assert both["uk"] == (tmp_path / "one/uk/technical.pdf").read_bytes()


@pytest.mark.slow
def test_a_pdf_that_cannot_be_written_is_one_line_from_its_process_too(
    imported: Store, tmp_path: Path
) -> None:
    (tmp_path / "en" / "technical.pdf" / "in the way").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"cannot write .*technical\.pdf") as caught:
        build(
            imported,
            {},
            languages=LANGUAGES,
            formats={"technical": ("pdf",)},
            output=tmp_path,
            datasets=["mnist"],
        )
    assert "\n" not in str(caught.value)


def test_users_scenarios_bring_no_stray_digit_and_no_dangling_address(
    imported: Store, tmp_path: Path
) -> None:
    scenarios = (
        Scenario(
            "edge", {"": "До 5 <b>с</b> на 1 000 | *зображень*"}, seconds_per_1000_images=5, labels=False
        ),
        Scenario("least", objective="dimension", quality=0.2, quality_share=0.5, relative_time=1.5),
        Scenario("nobody", objective="efficiency", quality=0.99, pretrained=True, gpu=False),
        Scenario("unknown", memory_bytes=1e9, model_bytes=2.5e7),
    )
    conclusions = conclude(make_study(imported, {}), scenarios)
    for lang in LANGUAGES:
        made = document(conclusions, lang, FigureCache(tmp_path))
        assert duplicate_ids(made) == []
        assert dangling_addresses(made) == []
        for rendered in (render_markdown(made), render_html(made)):
            assert stray_digits(rendered, made) == []
            assert "<b>с</b>" not in rendered


def test_the_trade_off_tables_follow_the_front(imported: Store, tmp_path: Path) -> None:
    """The original's own numbers: on MNIST the autoencoder is the fastest and the custom CNN the best."""
    made = document(conclude(make_study(imported, {})), "en", FigureCache(tmp_path))
    [table] = [b for b in blocks(made) if isinstance(b, Table) and b.id == "table-trade-off-mnist"]
    said = {to_string(row.cells[0].text): to_string(row.cells[-1].text) for row in table.rows}
    assert said["Autoencoder"] == said["Custom CNN"] == "optimal"
    assert said["VGG16 32\u00a0px"] == "beaten by Autoencoder and Custom CNN"
    assert [b.id for b in blocks(made) if isinstance(b, Table)].count("table-trade-off") == 1
