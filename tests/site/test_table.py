"""The comparison table in a real browser: what it shows is what Python says of the same choice."""

from __future__ import annotations

import json
import random as chances
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from browser import Page, browser, chromium
from publications import reference
from table_page import href, write_page
from table_studies import compared, made

from fxreport.analysis.context import Context
from fxreport.analysis.quantities.costs import mean_seconds_per_1000_images
from fxreport.analysis.study import Sample, Study
from fxreport.analysis.subjects import Variant
from fxreport.report.anchors import Address
from fxreport.report.words import Words
from fxreport.site.table import PAGE, table_part
from fxreport.site.table_data import Comparison, comparison, comparison_of
from fxreport.vocabulary.catalog import dataset_facts, extractor_facts

pytestmark = pytest.mark.slow

needs_browser = pytest.mark.skipif(
    chromium() is None, reason="no Chromium on the PATH, nor named in FXREPORT_CHROMIUM: install one"
)

#: what is on the page: rows by column, and what is said around them
SHOWN = """(() => {
  const root = document.querySelector('.comparison'), text = one => one.textContent.trim().replace(/[ \\n]+/g, ' ');
  return {
    heads: [...root.querySelectorAll('thead th')].map(text),
    rows: [...root.querySelectorAll('tbody tr')].map(row => [...row.children].map(text)),
    links: [...root.querySelectorAll('tbody a')].map(a => a.getAttribute('href')),
    opens: [...root.querySelectorAll('tbody tr')].map(row => row.className === 'opens'),
    sentence: text(root.querySelector('caption')),
    note: text(root.querySelector('.legend')),
    lacking: [...root.querySelectorAll('.lacking li')].map(text),
    more: root.querySelector('.more').hidden ? '' : text(root.querySelector('.more span')),
  };
})()"""
#: what the controls say
CHOSEN = """(() => {
  const form = document.querySelector('.choices');
  const of = key => [...form.querySelectorAll(`input[name="${key}"]`)].filter(b => b.checked && !b.disabled).map(b => b.value);
  return { metric: form.metric.value, set: of('set'), family: of('family'), size: of('size'), clusterer: of('clusterer'),
           labels: form.labels?.value ?? '', seconds: form.seconds ? form.seconds.value : '', name: form.elements.name.value,
           repeated: Boolean(form.repeated?.checked) };
})()"""


def put(page: Page, name: str, value: str) -> None:
    """Set a field as a reader does."""
    page.run(
        f"""(() => {{ const field = document.querySelector('.choices').elements.namedItem({json.dumps(name)});
            field.value = {json.dumps(value)}; field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"""
    )


def tick(page: Page, name: str, value: str) -> None:
    """Click a box of a list."""
    page.run(
        f"[...document.querySelectorAll('.choices input[name={name}]')].find(b => b.value === {json.dumps(value)}).click()"
    )


@pytest.fixture(scope="module")
def results(checkout: Path) -> Comparison:
    return comparison(reference(checkout))


@pytest.fixture(scope="module")
def folder(results: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("table")
    for lang in ("uk", "en"):
        write_page(results, Words(lang, results.study), where)
    return where


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    command = chromium()
    assert command is not None
    with browser(command, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """At the end nobody may have complained, asked a host, or set a style by hand."""
    window.resize(1280, 900)
    window.errors.clear()
    window.requests.clear()
    yield window
    assert window.run("document.querySelectorAll('[style], [onclick]').length") == 0
    assert window.errors == []
    assert {urlsplit(url).scheme for url in window.requests} <= {"file", "about", "data"}


def go(page: Page, address: str) -> None:
    page.open("about:blank?")  # another fragment alone would not load the page again
    page.open(address)


def expected(of: Comparison, words: Words, chosen: Mapping[str, Any]) -> list[list[str]]:
    """Place, name, value, interval, tier of each row, by the controls' state."""
    study = of.study
    [metric] = [m for m in of.metrics if m == chosen["metric"]]  # with its level
    sets = [d for d in of.metrics[metric] if d in chosen["set"] or len(of.datasets) == 1]
    rows = [v for v in of.rows if _admitted(of, words, chosen, sets, v)]
    standing = of.standing(metric, sets, [v.id for v in rows])
    percent = study.metric(metric).shown == "percent"
    return [
        [
            words.number(p.place, 0),
            words.variant(p.variant),
            words.number(100 * p.value, 1) if percent else words.measured(metric, p.value),
            "—"
            if p.interval is None
            else "–".join(str(x) for x in dict.fromkeys((p.interval.low, p.interval.high))),
            "—" if p.group is None else str(p.group),
        ]
        for p in standing.places
    ]


def _admitted(
    of: Comparison, words: Words, chosen: Mapping[str, Any], sets: Sequence[str], v: Variant
) -> bool:
    study = of.study
    several = {
        "family": (len({r.family for r in of.rows}), v.family),
        "size": (len({r.input_size for r in of.rows}), "" if v.input_size is None else str(v.input_size)),
        "clusterer": (len({r.clusterer for r in of.rows}), v.clusterer or study.clusterer),
    }
    if any(count > 1 and own not in chosen[key] for key, (count, own) in several.items()):
        return False
    if chosen["labels"] and v.extractor.needs_labels is not (chosen["labels"] == "yes"):
        return False
    if chosen["name"].lower() not in words.variant(v.id).lower():
        return False
    if chosen["repeated"] and any(
        s is not None and len(s.seeds) < 2 for s in (study.sample(d, v.id, chosen["metric"]) for d in sets)
    ):
        return False
    if not chosen["seconds"]:
        return True
    per = mean_seconds_per_1000_images(study, sets, v.id) if sets else None
    return per is not None and per <= float(chosen["seconds"])


@needs_browser
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_without_a_script_the_table_says_what_the_script_says_first(
    page: Page, folder: Path, tmp_path: Path, lang: str
) -> None:
    go(page, (folder / f"{lang}.html").as_uri())
    assert not page.run("document.querySelector('.choices').hidden")
    with_script = page.run(SHOWN)
    command = chromium()
    assert command is not None
    with browser(command, tmp_path / "off", scripts=False) as silent:
        silent.open((folder / f"{lang}.html").as_uri())
        assert silent.run(SHOWN) == with_script
        assert silent.run("getComputedStyle(document.querySelector('.choices')).display") == "none"
    assert len(with_script["rows"]) == 6
    assert len(with_script["lacking"]) == 4
    assert with_script["links"]


@needs_browser
def test_made_up_studies_are_first_shown_as_python_renders_them(page: Page, tmp_path: Path) -> None:
    for seed in range(12):
        of = compared(made(np.random.RandomState(seed)))
        words = Words("uk", of.study)
        address = write_page(of, words, tmp_path / str(seed)).as_uri()
        bare = address.replace("uk.html", "bare.html")
        (tmp_path / str(seed) / "bare.html").write_text(
            f'<!doctype html><meta charset="utf-8">{table_part(of, words, href)}', "utf-8"
        )
        go(page, bare)
        rendered = page.run(SHOWN)
        go(page, address)
        assert page.run(SHOWN) == rendered, seed


@needs_browser
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_whatever_is_chosen_the_table_shows_what_python_says(
    page: Page, folder: Path, results: Comparison, lang: str
) -> None:
    words, chance = Words(lang, results.study), chances.Random(5)
    go(page, (folder / f"{lang}.html").as_uri())
    ranked = 0
    for step in range(40):
        act = chance.choice(["metric", "set", "set", "family", "size", "labels", "seconds", "name", "reset"])
        if act == "metric":
            put(page, act, chance.choice(list(results.metrics)))
        elif act == "labels":
            put(page, act, chance.choice(["", "no", "yes"]))
        elif act == "seconds":
            put(page, act, chance.choice(["", "", "0.05", "0.5", "2"]))
        elif act == "name":
            put(page, act, chance.choice(["", "", "net", "e"]))
        elif act == "reset" and step % 3 == 0:
            page.run("document.querySelector('.acts button').click()")
        elif act != "reset":
            tick(
                page,
                act,
                chance.choice(
                    page.run(f"[...document.querySelectorAll('input[name={act}]:enabled')].map(b => b.value)")
                ),
            )
        chosen, shown = page.run(CHOSEN), page.run(SHOWN)
        assert [row[:5] for row in shown["rows"]] == expected(results, words, chosen), chosen
        ranked += bool(shown["rows"])
        # the address holds the state
        go(page, page.run("location.href"))
        assert page.run(SHOWN) == shown, chosen
        assert page.run("document.querySelector('.acts a').href").partition("#")[2].replace(
            "table:", ""
        ) == page.run("location.hash.replace('#table:', '')")
    assert ranked > 15


@needs_browser
def test_rows_of_other_clusterers_and_single_runs_can_be_chosen(page: Page, tmp_path: Path) -> None:
    random = np.random.RandomState(3)
    of = next(c for c in (compared(made(random)) for _ in range(200)) if c.study.others and c.first.single)
    words = Words("en", of.study)
    go(page, write_page(of, words, tmp_path).as_uri())
    first = page.run(SHOWN)
    assert "Single runs" in first["note"]
    tick(page, "clusterer", "gmm_full")
    both = page.run(SHOWN)
    assert [row[:5] for row in both["rows"]] == expected(of, words, page.run(CHOSEN))
    assert len(both["rows"]) + len(both["lacking"]) > len(first["rows"]) + len(first["lacking"])
    page.run("document.querySelector('input[name=repeated]').click()")
    repeated = page.run(SHOWN)
    assert [row[:5] for row in repeated["rows"]] == expected(of, words, page.run(CHOSEN))
    assert "Single runs" not in repeated["note"]


@needs_browser
def test_every_value_leads_to_its_measurement(page: Page, folder: Path, results: Comparison) -> None:
    go(page, (folder / "en.html").as_uri() + "#table:set=cifar10&metric=probe_accuracy")
    shown = page.run(SHOWN)
    names = {
        results.study.variant_by_id[v.id].id: Words("en", results.study).variant(v.id) for v in results.rows
    }
    by_name = {name: identity for identity, name in names.items()}
    for row, link in zip(shown["rows"], shown["links"][::2], strict=True):
        variant = by_name[row[1]]
        address = Words("en", results.study).address(
            results.context.evidence("cifar10", variant, "probe_accuracy")
        )
        assert link == href(address)
    assert shown["heads"][2] == "Linear-probe accuracy, %"


@needs_browser
def test_a_value_that_stands_elsewhere_or_nowhere_is_no_link(
    page: Page, results: Comparison, tmp_path: Path
) -> None:
    words, (first, second, *_) = Words("en", results.study), results.first.places
    apart = {
        Address("cifar10", first.variant, "probe_accuracy"): "elsewhere.html",
        Address("cifar10", second.variant, "ari"): "",
    }

    def some(address: Address) -> str:
        own = apart.get(address, "sets.html")
        return own and f"{own}#{address.id}"

    part = table_part(results, words, some)
    assert Address("cifar10", first.variant, "ari").id in part
    assert Address("cifar10", second.variant, "ari").id not in part
    root = write_page(results, words, tmp_path, some).as_uri()
    for metric, missing in (("ari", second.variant), ("probe_accuracy", first.variant)):
        go(page, f"{root}#table:set=cifar10&metric={metric}")
        plain = page.run(
            "[...document.querySelectorAll('tbody tr')].filter(r => !r.cells[2].querySelector('a')).map(r => r.cells[1].textContent)"
        )
        assert plain == [words.variant(missing)]


@needs_browser
def test_sorting_by_a_column_and_back_from_the_keyboard(page: Page, folder: Path) -> None:
    go(page, (folder / "en.html").as_uri())
    state = "[...document.querySelectorAll('thead [aria-sort]')].map(th => [th.textContent, th.ariaSort])"
    assert page.run(state) == [["Place", "ascending"]]
    page.run("document.querySelector('th[data-key=seconds] button').focus()")
    page.press("Enter")
    assert page.run(state) == [["s per 1,000 images", "ascending"]]
    times = [float(row[-1]) for row in page.run(SHOWN)["rows"]]
    assert times == sorted(times)
    assert page.run("document.activeElement.parentElement.dataset.key") == "seconds", "the focus stays"
    assert page.run("document.activeElement.matches(':focus-visible')")
    page.press("Enter")
    assert page.run(state) == [["s per 1,000 images", "descending"]]
    assert [float(row[-1]) for row in page.run(SHOWN)["rows"]] == times[::-1]
    assert not any(page.run(SHOWN)["opens"]), "tiers are parted in the order of places alone"
    for _ in range(30):
        page.press("Tab")
        if page.run("document.activeElement.className") == "frame":
            break
    page.run("document.querySelector('th[data-key=name] button').click()")
    names = [row[1] for row in page.run(SHOWN)["rows"]]
    assert names == sorted(names, key=str.lower)


@needs_browser
def test_lists_open_and_close_from_the_keyboard_and_tell_how_much_is_chosen(page: Page, folder: Path) -> None:
    go(page, (folder / "en.html").as_uri())
    page.run("document.querySelector('.pick[data-key=set] summary').focus()")
    page.press("Enter")
    assert page.run("document.querySelector('.pick[data-key=set]').open")
    page.press("Tab", "Tab", "Tab", " ")
    chosen = "document.querySelector('.pick[data-key=set] .box').textContent"
    assert page.run(chosen) == "2 of 3"
    page.press("Escape")
    assert not page.run("document.querySelector('.pick[data-key=set]').open")
    assert page.run("document.activeElement.tagName") == "SUMMARY"
    assert page.run("document.querySelector('[role=status]').textContent").startswith("Rows: ")
    page.run("document.querySelector('.pick[data-key=set] button[value=none]').click()")
    assert page.run(chosen) == "none"
    assert page.run(SHOWN)["note"] == "No image set is chosen."
    assert page.run(SHOWN)["rows"] == []


@needs_browser
@pytest.mark.parametrize("key", ["set", "family", "size"])
def test_lists_open_and_close_at_a_click_on_their_box(page: Page, folder: Path, key: str) -> None:
    go(page, (folder / "en.html").as_uri())
    pick = f"document.querySelector('.pick[data-key={key}]')"
    left, top, width, height = page.run(
        f"(() => {{ const r = {pick}.querySelector('.box').getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; }})()"
    )
    for expected in (True, False):
        page.mouse(left + width / 2, top + height / 2, click=True)
        assert page.run(f"{pick}.open") is expected


@needs_browser
def test_a_link_to_what_is_not_here_says_so_and_shows_the_rest(page: Page, folder: Path) -> None:
    go(
        page,
        (folder / "en.html").as_uri() + "#table:set=cifar10&set=imagenet&metric=beauty&sort=-size&seconds=x",
    )
    shown = page.run(SHOWN)
    assert "The link names what is not in this study:" in shown["sentence"]
    assert "imagenet" in shown["sentence"]
    assert "metric=beauty" in shown["sentence"]
    assert shown["sentence"].startswith("ARI, image set CIFAR-10;")
    sizes = [int(row[-2]) for row in shown["rows"] if row[-2] != "—"]
    assert sizes == sorted(sizes, reverse=True)
    page.run("location.hash = '#table:set=mnist'")
    page.wait("document.querySelector('caption').textContent.startsWith('ARI, image set MNIST')")
    assert "not in this study" not in page.run(SHOWN)["sentence"]
    page.run(
        "new Promise(done => { addEventListener('hashchange', done, { once: true }); location.hash = '#elsewhere'; }).then(() => 0)"
    )
    assert page.run(SHOWN)["sentence"].startswith("ARI, image set MNIST"), (
        "a place on the page chooses nothing"
    )


@needs_browser
def test_the_choice_is_kept_in_the_other_language(page: Page, folder: Path, results: Comparison) -> None:
    go(page, (folder / "uk.html").as_uri())
    tick(page, "set", "mnist")
    put(page, "labels", "no")
    chosen = page.run(CHOSEN)
    page.run("document.querySelector('a[hreflang=en]').click()")
    page.wait("document.documentElement.lang === 'en' && document.readyState === 'complete'")
    assert page.run(CHOSEN) == chosen
    assert [row[:5] for row in page.run(SHOWN)["rows"]] == expected(
        results, Words("en", results.study), chosen
    )


@needs_browser
@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone_in_both_schemes(page: Page, folder: Path, *, dark: bool) -> None:
    page.resize(390, 844, dark=dark, phone=True)
    go(page, (folder / "uk.html").as_uri())
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert page.run("document.querySelector('.frame').tabIndex") == 0
    for pick in ("set", "family", "size"):
        page.run(f"document.querySelector('.pick[data-key={pick}] summary').click()")
        left, right = page.run(
            f"""(() => {{ const box = document.querySelector('.pick[data-key={pick}] fieldset').getBoundingClientRect();
                return [box.left, box.right]; }})()"""
        )
        assert 0 <= left < right <= 390, pick
    light = page.run(
        "Number(getComputedStyle(document.querySelector('thead th')).backgroundColor.match(/\\d+/)[0]) > 128"
    )
    assert light is not dark


def wide(rows: int) -> Comparison:
    """One set, two seeds, so many extractors a hundredth apart."""
    names = [f"net_{i:04}" for i in range(rows)]
    values = {n: (0.5 + i / 1e4, 0.5 + i / 1e4 + 1e-5) for i, n in enumerate(names)}
    samples = {("mnist", n, "ari"): Sample((0, 1), v, ("", ""), 100, True) for n, v in values.items()}
    variants = tuple(Variant(n, extractor_facts(n)) for n in names)
    return comparison_of(
        Context(Study(datasets=(dataset_facts("mnist"),), variants=variants, samples=samples))
    )


@needs_browser
def test_of_many_rows_the_first_are_shown_until_all_are_asked_for(page: Page, tmp_path: Path) -> None:
    of = wide(PAGE + 30)
    go(page, write_page(of, Words("uk", of.study), tmp_path).as_uri())
    page.wait("!document.querySelector('tbody').textContent.includes('…')")
    assert len(page.run(SHOWN)["rows"]) == PAGE
    assert page.run(SHOWN)["more"] == "100 з 130"
    page.run("document.querySelector('.more button').click()")
    page.wait("document.querySelectorAll('tbody tr').length === 130")
    assert page.run("document.activeElement.className") == "frame"
    put(page, "name", "12")
    page.wait(
        "document.querySelector('tbody tr') && !document.querySelector('tbody').textContent.includes('…')"
    )
    assert [row[1] for row in page.run(SHOWN)["rows"]] == [
        n for n in reversed([v.id for v in of.study.variants]) if "12" in n
    ]


HOSTILE = (
    "</script><script>document.title='broken'</script>",
    "<img src=x onerror=\"document.title='broken'\">",
    "\"' onmouseover='document.title=1' x=\"",
    "\u202egnp.\u2066x\u2028y\u2029",
    "{{ 7 * 7 }}{n}{all}{sets}",
    "__proto__",
    "../../" + "long " * 2000,
)


@needs_browser
def test_hostile_names_are_text(page: Page, tmp_path: Path) -> None:
    values = {name: (0.2 + i / 10, 0.21 + i / 10, 0.2 + i / 10) for i, name in enumerate(HOSTILE)}
    sets = (*HOSTILE[:3], "mnist")
    samples = {
        (d, n, m): Sample((0, 1, 2), v, ("",) * 3, 50, True)
        for d in sets
        for n, v in values.items()
        for m in ("ari", "</script>", "__proto__")
        if not (d == "mnist" and n == HOSTILE[0])
    }
    study = Study(
        datasets=tuple(dataset_facts(d) for d in sets),
        variants=tuple(
            Variant(n, replace(extractor_facts(n), title=n, family=HOSTILE[i % 2]))
            for i, n in enumerate(values)
        ),
        samples=samples,
        brought={"__proto__": replace(Context(Study((), (), {})).study.metric("ari"), name="__proto__")},
    )
    of = comparison_of(Context(study))
    assert "__proto__" in of.metrics
    words = Words("en", study)
    part = table_part(of, words, href)
    assert len(re.findall("<script", part)) == 1
    assert "<img" not in part
    assert "</script" not in of.script
    go(page, write_page(of, words, tmp_path).as_uri())
    names = [row[1] for row in page.run(SHOWN)["rows"]]
    assert names == [re.sub("[ \n]+", " ", words.variant(n)).strip() for n in reversed(HOSTILE[1:])]
    for name in HOSTILE[:2]:
        tick(page, "family", name)
        tick(page, "set", name)
        tick(page, "family", name)
    put(page, "metric", "__proto__")
    shown = page.run(SHOWN)
    assert shown["rows"]
    assert "__proto__" in page.run("location.hash")
    go(page, page.run("location.href"))
    assert page.run(SHOWN) == shown
    assert page.run("document.title") == "table"
    assert page.run("document.querySelectorAll('.comparison img, .comparison script').length") == 1
    page.resize(390, 844, phone=True)
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert (
        page.run("Math.max(...[...document.querySelectorAll('tbody tr')].map(row => row.offsetHeight))") < 200
    )


@needs_browser
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_numbers_are_written_as_python_writes_them(
    page: Page, folder: Path, results: Comparison, lang: str
) -> None:
    """Halves of a last digit too: exact ones, and those that only look so."""
    go(page, (folder / f"{lang}.html").as_uri())
    words, random = Words(lang, results.study), np.random.RandomState(7)
    values = [
        0.0,
        0.5,
        1.5,
        2.5,
        0.125,
        0.375,
        2**-13,
        1e-7,
        1e-9,
        0.0005,
        0.9995,
        0.99949,
        1234567.5,
        1e15,
        1e22,
    ]
    values += [
        *random.uniform(0, 1, 200),
        *(10 ** random.uniform(-8, 9, 200)),
        *(random.randint(0, 8000, 200) / 16),
    ]
    values = [float(x) for x in (*values, *(-x for x in values[:40]))]
    metrics = ("ari", "probe_accuracy", "extraction_seconds", "reconstruction_mse", "images_per_second")
    asked = {m: list(results.metrics).index(m) for m in metrics}
    found = page.run(
        f"""(() => {{
          const told = JSON.parse(document.querySelector('.comparison script').textContent);
          const {{ measured, number, significant }} = fxreportStatistics.numbers(told.symbols), values = {json.dumps(values)};
          return [values.map(x => [0, 1, 2, 3, 12].map(d => number(x, d))), values.map(x => [1, 2, 3].map(d => significant(x, d))),
                  {json.dumps(list(asked.values()))}.map(m => values.map(x => measured(told.metrics[m], x)))];
        }})()"""
    )
    assert found[0] == [[words.number(x, d) for d in (0, 1, 2, 3, 12)] for x in values]
    assert found[1] == [[words.significant(x, d) for d in (1, 2, 3)] for x in values]
    percent = {m: results.study.metric(m).shown == "percent" for m in metrics}
    assert found[2] == [
        [words.number(100 * x, 1) if percent[m] else words.measured(m, x) for x in values] for m in metrics
    ]


def test_a_study_in_which_nothing_ranks_has_no_table() -> None:
    sample = Sample((0,), (3.0,), ("",))
    study = Study(
        (dataset_facts("mnist"),),
        (Variant("a", extractor_facts("a")),),
        {("mnist", "a", "dimension"): sample},
    )
    assert table_part(comparison_of(Context(study)), Words("en", study), href) == ""


def test_a_link_that_leads_elsewhere_is_refused(results: Comparison) -> None:
    with pytest.raises(ValueError, match="does not lead to m-"):
        table_part(results, Words("en", results.study), lambda address: "sets/mnist.html")


def test_the_same_measurements_give_the_same_bytes(results: Comparison, checkout: Path) -> None:
    again = comparison(reference(checkout))
    assert again.script == results.script
    for lang in ("uk", "en"):
        one, other = (table_part(of, Words(lang, of.study), href) for of in (results, again))
        assert one == other


def test_columns_and_filters_that_tell_no_rows_apart_are_left_out(checkout: Path) -> None:
    """Tables of another field know no families, labels or sizes of inputs."""
    of_images = table_part(comparison(reference(checkout)), Words("en", reference(checkout).study), href)
    others = (Variant(n, extractor_facts(n)) for n in ("gzip", "xz"))
    values = {"gzip": (2.1, 2.2), "xz": (3.1, 3.0)}
    study = Study(
        datasets=(dataset_facts("text"),),
        variants=tuple(others),
        samples={("text", n, "ari"): Sample((0, 1), v, ("",) * 2, 1, True) for n, v in values.items()},
    )
    bare = table_part(comparison_of(Context(study)), Words("en", study), href)
    for told in ("Kind<", "Labels of the set", "Input, px<"):
        assert told in of_images
        assert told not in bare.partition('<script type="application/json">')[0]
